/** Something in the store that does not fit something else in it. */
export type IpamProblem = {
  readonly kind:
    | 'leaked'
    | 'unallocated'
    | 'duplicate'
    | 'handle'
    | 'affinity'
    | 'block'
    | 'pool'
    | 'endpoint'
    | 'network'
    | 'unreadable';
  /** What it is about: an address, a block or a key. */
  readonly subject: string;
  readonly message: string;
};

export const problem = (kind: IpamProblem['kind'], subject: string, message: string): IpamProblem => ({
  kind,
  subject,
  message,
});
