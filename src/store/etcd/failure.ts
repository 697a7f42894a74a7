/** What an error of gRPC or etcd means: what to tell, whether to try again, and whether the request may have been carried out. */
import { status, type ServiceError } from '@grpc/grpc-js';
import { Fault, type FaultCode } from '../../diagnostic/fault.ts';

export type Failure = {
  readonly code: FaultCode;
  readonly transient: boolean;
  /** The request may have been carried out all the same. */
  readonly maybeDone: boolean;
  /** Another member may do better. */
  readonly avoid: boolean;
  /** A token lives minutes and dies with a restart; another one is to be asked for. */
  readonly tokenExpired: boolean;
  readonly says: string;
  readonly hint?: string;
};

type Verdict = Omit<Failure, 'says' | 'tokenExpired'>;

const away: Verdict = { code: 'store-unreachable', transient: true, maybeDone: true, avoid: true };
const refused: Verdict = { code: 'not-permitted', transient: false, maybeDone: false, avoid: false };
const broken: Verdict = { code: 'store-corrupt', transient: false, maybeDone: true, avoid: true };

const byStatus: Readonly<Record<status, Verdict>> = {
  [status.OK]: away,
  [status.CANCELLED]: away,
  [status.UNKNOWN]: away,
  [status.INVALID_ARGUMENT]: { code: 'request-invalid', transient: false, maybeDone: false, avoid: false },
  [status.DEADLINE_EXCEEDED]: away,
  [status.NOT_FOUND]: { code: 'store-conflict', transient: false, maybeDone: false, avoid: false },
  [status.ALREADY_EXISTS]: { code: 'store-conflict', transient: false, maybeDone: false, avoid: false },
  [status.PERMISSION_DENIED]: refused,
  [status.RESOURCE_EXHAUSTED]: { ...away, maybeDone: false, avoid: false },
  [status.FAILED_PRECONDITION]: { ...refused, code: 'request-invalid' },
  [status.ABORTED]: away,
  [status.OUT_OF_RANGE]: { code: 'store-conflict', transient: false, maybeDone: false, avoid: false },
  [status.UNIMPLEMENTED]: { code: 'unsupported', transient: false, maybeDone: false, avoid: false },
  [status.INTERNAL]: away,
  [status.UNAVAILABLE]: away,
  [status.DATA_LOSS]: broken,
  [status.UNAUTHENTICATED]: refused,
};

/** Texts of etcd's own errors (api/v3rpc/rpctypes/error.go), and of gRPC's, that say more than their status does. */
const byText: readonly { readonly pattern: RegExp; readonly verdict: Partial<Verdict> }[] = [
  { pattern: /^No connection established/, verdict: { maybeDone: false } },
  { pattern: /no leader|too many requests/, verdict: { maybeDone: false } },
  {
    pattern: /database space exceeded/,
    verdict: {
      avoid: false,
      hint: 'etcd is out of its space quota: compact and defragment it, then run: etcdctl alarm disarm',
    },
  },
  {
    pattern: /user name is empty/,
    verdict: {
      ...refused,
      hint: 'This etcd asks for a user: add user= and passwordFile= to the address of the store.',
    },
  },
  {
    pattern: /invalid user ID or password/,
    verdict: { ...refused, hint: 'The user or password of the store is wrong.' },
  },
  {
    pattern: /authentication is not enabled/,
    verdict: { ...refused, hint: 'This etcd has no users: leave user= out of the address of the store.' },
  },
  {
    pattern: /permission denied/,
    verdict: { ...refused, hint: 'Grant the role of this user read and write on the prefixes /clocker/ and /calico/.' },
  },
];

export const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;

export const certificateHint = (says: string): string | undefined =>
  /certificate|TLS|SSL|altname|wrong version number/i.test(says)
    ? 'See that ca=, cert= and key= of the address of the store fit the certificates of etcd.'
    : undefined;

export function failureOf(error: ServiceError): Failure {
  const says = error.details === '' ? error.message : error.details;
  const more = byText.find(({ pattern }) => pattern.test(says))?.verdict ?? {};
  const tokenExpired = /invalid auth token|auth revision/.test(says);
  const hint = certificateHint(says);
  return {
    ...byStatus[error.code],
    ...(tokenExpired ? { transient: true, maybeDone: false, avoid: false } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...more,
    tokenExpired,
    says,
  };
}

export const faultOf = (failure: Failure, endpoint: string, cause: unknown): Fault =>
  new Fault(failure.code, `etcd at ${endpoint} says: ${failure.says.replace(/\.$/, '')}.`, {
    cause,
    transient: failure.transient,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
  });
