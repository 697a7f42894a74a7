/** The end of a container's output, for a message. */
import { printable } from '../../diagnostic/printable.ts';
import type { Docker } from '../../host/docker.ts';

const lines = 5;
const patience = 5000;

export async function lastLines(engine: Pick<Docker, 'logs'>, container: string, tty: boolean): Promise<string> {
  const options = { follow: false, tail: lines, timestamps: false, signal: AbortSignal.timeout(patience) };
  const chunks: Buffer[] = [];
  try {
    for await (const { bytes } of engine.logs(container, tty, options)) chunks.push(bytes);
  } catch {
    return 'its output can not be read.';
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  return text === '' ? 'it printed nothing.' : printable(text.replaceAll(/\s*\n\s*/g, ' | '), 1000);
}
