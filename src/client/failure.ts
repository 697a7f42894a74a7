/** What went wrong with a call of the daemon, as a fault with what to do. */
import type { ErrorBody, Problem } from '../api/index.ts';
import { errorShape } from '../api/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import type { FaultCode } from '../diagnostic/fault.ts';
import { fits } from '../shape/index.ts';

/** The document has errors; they are shown like those found here. */
export class DocumentRejected extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('The application has errors.');
    this.name = 'DocumentRejected';
    this.problems = problems;
  }
}

export function unreachable(address: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'EACCES')
    return new Fault('not-permitted', `This user may not talk to the Clocker daemon at ${address}.`, {
      cause,
      hint: 'Whoever is in the group "clocker" may (usermod -aG clocker USER, then log in again); or use sudo.',
    });
  const why = code === 'ENOENT' || code === 'ECONNREFUSED' ? 'it is not running' : messageOf(cause);
  return new Fault('daemon-unreachable', `The Clocker daemon at ${address} can't be reached: ${why}.`, {
    cause,
    transient: true,
    hint: 'Start it as root: clocker up (or: systemctl start clocker). Elsewhere: --host, or CLOCKER_HOST.',
  });
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Codes the daemon may answer with that are ours too; anything else is one of its own. */
const codes: ReadonlySet<string> = new Set<FaultCode>([
  'docker-unreachable',
  'docker-refused',
  'command-failed',
  'command-missing',
  'file-unreadable',
  'file-unwritable',
  'store-unreachable',
  'store-conflict',
  'store-corrupt',
  'store-locked',
  'address-taken',
  'addresses-exhausted',
  'pool-overlap',
  'pool-unknown',
  'network-unknown',
  'endpoint-unknown',
  'application-unknown',
  'entity-unknown',
  'request-invalid',
  'not-permitted',
  'deadline-exceeded',
  'daemon-unreachable',
  'port-taken',
  'unsupported',
]);

const isFaultCode = (code: string): code is FaultCode => codes.has(code);

export function failureOf(status: number, body: unknown): Error {
  if (!fits(errorShape, body))
    return new Fault('daemon-unreachable', `The Clocker daemon answered with status ${status}.`);
  const { code, message, hint, problems }: ErrorBody['error'] = body.error;
  if (problems !== undefined) return new DocumentRejected(problems);
  return faultOf(code, message, hint);
}

/** Also of what a task failed with. */
export const faultOf = (code: string, message: string, hint: string | undefined): Fault =>
  new Fault(isFaultCode(code) ? code : 'command-failed', message, hint === undefined ? {} : { hint });
