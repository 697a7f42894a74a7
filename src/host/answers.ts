/** Whether anything at an address answers at all: a refusal is an answer too. */
import { connect } from 'node:net';

/** Milliseconds. */
const patience = 3000;
/** What most hosts have open, and what none has. */
const ports = [22, 1] as const;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const answersAt = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isAnswer: boolean): void => {
      socket.destroy();
      resolve(isAnswer);
    };
    socket.setTimeout(patience, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', (error) => end(codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ECONNRESET'));
  });

/** False where nothing came back in time; a firewall that drops in silence looks the same. */
export async function answers(address: string): Promise<boolean> {
  return (await Promise.all(ports.map((port) => answersAt(address, port)))).some(Boolean);
}
