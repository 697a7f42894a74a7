/**
 * Two hosts of one name would take each other's addresses for their own and sweep away each other's containers. So the sign
 * that a daemon runs says on which host, and a daemon of another host of that name is refused for as long as it is there. Pure.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { optional, readShape, record, text } from '../../src/shape/index.ts';

/** Under `aliveKey`, on a lease. */
export type Life = {
  /** RFC 3339. */
  readonly startedAt?: string | undefined;
  /** Of `hostIdentity`; daemons of before say nothing. */
  readonly host?: string | undefined;
  /** By which it is reached, without a length. */
  readonly address?: string | undefined;
};

const short = text({ longest: 512 });
const shape = record(
  { startedAt: optional(short), host: optional(short), address: optional(short) },
  { unknownKeys: 'ignored' },
);

export function decodeLife(value: string): Life {
  try {
    const read = readShape(shape, JSON.parse(value));
    return read.kind === 'value' ? read.value : {};
  } catch {
    return {};
  }
}

/**
 * Whether a sign of life is of another host than `own`. One at the same address is this host before its last boot: two
 * that share one could not reach the store.
 */
export const isOther = (life: Life, own: Life): boolean =>
  life.host !== undefined && life.host !== own.host && (life.address === undefined || life.address !== own.address);

export const nameTaken = (node: string, { address = 'an unknown address', startedAt }: Life): Fault =>
  new Fault(
    'store-conflict',
    `Another host runs a daemon under the name ${node}: the one at ${address}${startedAt === undefined ? '' : `, since ${startedAt}`}.`,
    {
      hint: `Give one of them another name: clocker up --node-name NAME. If that daemon died, its name is free 15 seconds later.`,
    },
  );
