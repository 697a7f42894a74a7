/**
 * Faults: the outside failed (Docker, the store, the kernel, a file). Thrown where they happen, with a code; loops retry
 * when `transient`, the edge maps the code to an exit code or an HTTP status (tables that do not compile with a gap).
 */
export type FaultCode =
  | 'docker-unreachable'
  | 'docker-refused'
  | 'command-failed'
  | 'command-missing'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'store-unreachable'
  | 'store-conflict'
  | 'store-corrupt'
  | 'store-locked'
  | 'address-taken'
  | 'addresses-exhausted'
  | 'pool-overlap'
  | 'pool-unknown'
  | 'network-unknown'
  | 'endpoint-unknown'
  | 'policy-unknown'
  | 'application-unknown'
  | 'entity-unknown'
  | 'request-invalid'
  | 'not-permitted'
  | 'deadline-exceeded'
  | 'daemon-unreachable'
  | 'port-taken'
  | 'unsupported';

export class Fault extends Error {
  readonly code: FaultCode;
  /** Trying the same again later may succeed. */
  readonly transient: boolean;
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(
    code: FaultCode,
    message: string,
    options: { readonly cause?: unknown; readonly transient?: boolean; readonly hint?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.transient = options.transient ?? false;
    this.hint = options.hint;
  }
}

export const isFault = (error: unknown, code?: FaultCode): error is Fault =>
  error instanceof Fault && (code === undefined || error.code === code);
