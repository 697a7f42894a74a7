/**
 * Keeps this host's Node record as the host is: written at the start, when an address changes, and when somebody deleted
 * it. A key on a lease says that the daemon runs; a daemon that ends leaves the Node, since traffic goes on.
 */
import { Fault, isFault } from '../../src/diagnostic/fault.ts';
import { aliveKey, nodeKey } from '../../src/model/network/keys.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { renderNode, type NodeAddresses } from '../../src/model/network/node.ts';
import { resourceTime } from '../../src/model/network/resources.ts';
import { startLoop, type LoopClock } from '../../src/reconcile/loop.ts';
import type { Lease, Store } from '../../src/store/index.ts';
import { decodeLife, isOther, nameTaken, type Life } from './name.ts';

export type RegisterOptions = {
  readonly store: Store;
  readonly node: string;
  /** How this host is reached now; asked again every few seconds. */
  readonly addresses: () => Promise<NodeAddresses>;
  readonly clock: LoopClock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly uuid: () => string;
  /** Of `hostIdentity`. */
  readonly host: string;
  /** The name has been another host's for longer than a dead daemon's sign of life lasts. */
  readonly onTaken: (why: Fault) => void;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
};

export type Registration = {
  /** Looks again soon: an address may have changed. */
  poke(): void;
  /** Resolves when it has ended; the key that says that the daemon runs is gone then. */
  close(): Promise<void>;
};

/** Seconds after which a daemon that died is no longer taken for alive. */
export const aliveSeconds = 15;
const mostRaces = 20;
/** Milliseconds: twice what a sign of life outlives its daemon, since a new leader of etcd lets leases begin again. */
const takenFor = 2 * aliveSeconds * 1000;

export const addressOf = ({ ipv4, ipv6 }: NodeAddresses): string | undefined => (ipv4 ?? ipv6)?.split('/')[0];

export function registerNode(options: RegisterOptions): Registration {
  const { store, node, log, signal } = options;
  const startedAt = new Date(options.now()).toISOString();
  let life: Lease | undefined;
  let written: string | undefined;
  let takenSince: number | undefined;

  /** A sign of life of before this host's last boot goes within seconds. */
  function judge(error: unknown): void {
    if (!isFault(error, 'store-conflict') || error.transient) return;
    takenSince ??= options.now();
    if (options.now() - takenSince > takenFor) options.onTaken(error);
  }

  async function stayAlive(): Promise<void> {
    if (life?.held() === true) return;
    const key = aliveKey(node);
    const own: Life = { startedAt, host: options.host, address: addressOf(await options.addresses()) };
    const entry = await store.get(key);
    const other = decodeLife(entry?.value ?? '');
    if (entry !== undefined && isOther(other, own)) throw nameTaken(node, other);
    const lease = await store.lease(aliveSeconds);
    lease.lost.addEventListener('abort', () => loop.poke(), { once: true });
    const condition =
      entry === undefined
        ? ({ key, is: 'absent' } as const)
        : ({ key, is: 'revision', revision: entry.revision } as const);
    const outcome = await store.transact([condition], [{ op: 'put', key, value: renderJson(own), lease: lease.id }]);
    if (!outcome.succeeded) {
      await lease.revoke();
      throw new Fault('store-conflict', `Somebody else took the name ${node} at the same moment.`, { transient: true });
    }
    life = lease;
    takenSince = undefined;
  }

  async function writeNode(): Promise<void> {
    const addresses = await options.addresses();
    if (addresses.ipv4 === undefined && addresses.ipv6 === undefined)
      throw new Fault('unsupported', 'This host has no address by which others reach it.', {
        hint: 'Give it one, or say which with --address.',
      });
    const key = nodeKey(node);
    for (let race = 0; race < mostRaces; race++) {
      const entry = await store.get(key);
      const fresh = { uid: options.uuid(), creationTimestamp: resourceTime(options.now()) };
      const value = renderNode(entry?.value, node, addresses, fresh);
      if (entry !== undefined && value === entry.value) return tell(value, addresses);
      const condition =
        entry === undefined
          ? ({ key, is: 'absent' } as const)
          : ({ key, is: 'revision', revision: entry.revision } as const);
      if ((await store.transact([condition], [{ op: 'put', key, value }])).succeeded) return tell(value, addresses);
    }
    throw new Fault('store-conflict', `The record of ${node} keeps changing.`, { transient: true });
  }

  function tell(value: string, addresses: NodeAddresses): void {
    if (value !== written) log('info', 'this host is known to the others', { node, ...addresses });
    written = value;
  }

  const loop = startLoop({
    sync: async () => {
      await stayAlive();
      await writeNode();
    },
    clock: options.clock,
    minDelay: 500,
    firstBackoff: 500,
    maxBackoff: 10_000,
    resync: 10_000,
    signal,
    onFailure: (error, retryIn) => {
      if (!signal.aborted) judge(error);
      if (!signal.aborted)
        log('warn', 'this host could not be made known to the others', {
          error: error instanceof Error ? error.message : String(error),
          retryIn,
        });
    },
  });

  return {
    poke: () => loop.poke(),
    close: async () => {
      await loop.stopped;
      await life?.revoke().catch((error: unknown) => {
        if (!isFault(error)) throw error;
      });
    },
  };
}
