/** Logs of containers, line by line. */
import type { Docker } from '../host/docker.ts';
import type { LogSource } from '../server/index.ts';

/** Characters after which a line is told though it has not ended. */
const longestLine = 64 * 1024;

export const logSource = (engine: Pick<Docker, 'container' | 'logs'>): LogSource => ({
  async *lines(name, options) {
    const container = await engine.container(name);
    if (container === undefined) return;
    const rest = { stdout: '', stderr: '' };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    for await (const { stream, bytes } of engine.logs(name, container.tty, options)) {
      const text = rest[stream] + decoders[stream].decode(bytes, { stream: true });
      const lines = text.split(/\r?\n/);
      rest[stream] = lines.pop() ?? '';
      for (const line of lines) yield { stream, line };
      if (rest[stream].length > longestLine) {
        yield { stream, line: rest[stream] };
        rest[stream] = '';
      }
    }
    for (const stream of ['stdout', 'stderr'] as const) if (rest[stream] !== '') yield { stream, line: rest[stream] };
  },
});
