/** What went wrong with an engine, in words that say what to do. */
import { Fault } from '../../diagnostic/fault.ts';
import { printable } from '../../diagnostic/printable.ts';

const longestMessage = 2000;

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'there is no such socket';
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'EACCES':
      return 'this user may not open it';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was cut';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
};

export const unreachable = (host: string, cause: unknown): Fault =>
  new Fault('docker-unreachable', `The Docker Engine at ${host} can't be reached: ${reasonOf(cause)}.`, {
    cause,
    transient: true,
    hint: 'Start it (systemctl start docker), or tell where it is with --docker.',
  });

export const tooLate = (host: string, what: string, milliseconds: number): Fault =>
  new Fault(
    'deadline-exceeded',
    `The Docker Engine at ${host} did not answer ${what} within ${Math.round(milliseconds / 1000)} s.`,
    {
      transient: true,
      hint: 'See its log (journalctl -u docker), and "docker ps" answers at all.',
    },
  );

/** The engine's own message: `{"message": "…"}`. */
export function refusalOf(status: number, body: unknown, what: string): Fault {
  const said =
    typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
      ? body.message
      : `status ${status}`;
  return new Fault('docker-refused', `Docker refused ${what}: ${printable(said.trim(), longestMessage)}`, {
    transient: status === 503,
  });
}

/** What we can't make sense of, from something that says it is an engine. */
export const unreadable = (what: string, why: string): Fault =>
  new Fault(
    'docker-refused',
    `The Docker Engine's answer to ${what} can't be read: ${printable(why, longestMessage)}`,
    {
      hint: 'Clocker knows Docker 20.10 and newer.',
    },
  );
