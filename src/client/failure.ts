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
  if (code === 'EACCES' || code === 'EPERM')
    return new Fault('not-permitted', `This user may not talk to the Clocker daemon at ${address}.`, {
      cause,
      hint: 'Whoever is in the group "clocker" may: usermod -aG clocker USER, then log in again. Root may too.',
    });
  // With TLS 1.3 the daemon learns after the handshake that a certificate is missing, and hangs up.
  if (isAboutCertificates(code) || (code === 'ECONNRESET' && address.startsWith('https:')))
    return new Fault(
      'daemon-unreachable',
      `There is no secure connection to the Clocker daemon at ${address}: ${certificateReason(code, cause)}.`,
      {
        cause,
        hint: 'The authority of its certificate: --tls-ca FILE. A certificate of ours, where it wants one: --tls-cert and --tls-key.',
      },
    );
  return new Fault(
    'daemon-unreachable',
    `The Clocker daemon at ${address} can't be reached: ${reasonOf(code, cause)}.`,
    {
      cause,
      transient: true,
      hint: 'Start it as root: clocker up. For a daemon elsewhere: --host, or CLOCKER_HOST.',
    },
  );
}

/** Codes of OpenSSL and of Node's TLS; the first are the verdicts on a chain of certificates. */
const isAboutCertificates = (code: string): boolean =>
  /^(?:UNABLE_TO_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|ERR_TLS_|ERR_SSL_)/.test(code);

function certificateReason(code: string, cause: unknown): string {
  if (/^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA)/.test(code))
    return 'its certificate is of an authority that is not trusted here';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'ECONNRESET')
    return 'it cut the connection off, as it does when it wants a certificate and is shown none';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name or address';
  if (/_ALERT_.*CERTIFICATE|CERTIFICATE_REQUIRED|UNKNOWN_CA/.test(code)) return 'it does not accept our certificate';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'what listens there does not speak TLS';
  return `certificate or protocol refused (${reasonOf('', cause)})`;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it is not running'],
  ['ECONNREFUSED', 'it is not running'],
  ['ECONNRESET', 'the connection was cut off'],
  ['EPIPE', 'the connection was cut off'],
  ['ENOTFOUND', 'its host is not known'],
  ['EAI_AGAIN', 'its host is not known'],
]);

const reasonOf = (code: string, cause: unknown): string =>
  reasons.get(code) ?? (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');

/** Codes the daemon may answer with that are ours too; anything else is one of its own. */
const codes: Readonly<Record<FaultCode, true>> = {
  'docker-unreachable': true,
  'docker-refused': true,
  'command-failed': true,
  'command-missing': true,
  'file-unreadable': true,
  'file-unwritable': true,
  'store-unreachable': true,
  'store-conflict': true,
  'store-corrupt': true,
  'store-locked': true,
  'address-taken': true,
  'addresses-exhausted': true,
  'pool-overlap': true,
  'pool-unknown': true,
  'network-unknown': true,
  'endpoint-unknown': true,
  'policy-unknown': true,
  'application-unknown': true,
  'entity-unknown': true,
  'request-invalid': true,
  'not-permitted': true,
  'deadline-exceeded': true,
  'daemon-unreachable': true,
  'port-taken': true,
  unsupported: true,
};

const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(codes, code);

export function failureOf(status: number, body: unknown): Error {
  if (!fits(errorShape, body))
    return new Fault('daemon-unreachable', `The Clocker daemon answered with status ${status} and no reason.`, {
      hint: 'Does a Clocker daemon listen there? The daemon and this command may be of different versions.',
    });
  const { code, message, hint, problems }: ErrorBody['error'] = body.error;
  if (problems !== undefined) return new DocumentRejected(problems);
  return faultOf(code, message, hint);
}

/** Also of what a task failed with. */
export const faultOf = (code: string, message: string, hint: string | undefined): Fault =>
  new Fault(isFaultCode(code) ? code : 'command-failed', message, hint === undefined ? {} : { hint });
