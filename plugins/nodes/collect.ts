/**
 * Gives back what a host had that is gone for good: its addresses and blocks, as `clocker node rm` does. Only long after
 * the last sign of life, seen to be missing all the time by a daemon that could see it, and never while anything at the
 * host's address answers: its containers may run on without its daemon.
 */
import { formatAddress } from '../../src/ip/address.ts';
import { isFault } from '../../src/diagnostic/fault.ts';
import { parseJson, renderJson } from '../../src/model/network/json.ts';
import { alivePrefix, nodeKey, nodesPrefix } from '../../src/model/network/keys.ts';
import { decodeNode, type NodeFacts } from '../../src/model/network/node.ts';
import { readShape, record, text } from '../../src/shape/index.ts';
import type { Mirror, Store } from '../../src/store/index.ts';
import type { Notices } from './notices.ts';

export type CollectOptions = {
  readonly store: Pick<Store, 'get' | 'transact'>;
  readonly mirror: Pick<Mirror, 'view' | 'state'>;
  readonly node: string;
  /** Milliseconds without a sign of life. */
  readonly grace: number;
  readonly clock: { now(): number; monotonic(): number };
  /** Whether anything at an address answers. */
  readonly answers: (address: string) => Promise<boolean>;
  readonly forget: (node: string) => Promise<void>;
  readonly notices: Pick<Notices, 'tell'>;
};

const missingPrefix = '/clocker/v1/missing/';
/** Milliseconds for which this daemon itself must have seen it missing: whatever clocks say, and however it is started. */
const ownWatch = 10 * 60_000;

const missingShape = record({ since: text({ longest: 64 }) }, { unknownKeys: 'ignored' });

function decodeMissing(value: string): number | undefined {
  const read = readShape(missingShape, parseJson(value));
  const since = read.kind === 'value' ? Date.parse(read.value.since) : Number.NaN;
  return Number.isFinite(since) ? since : undefined;
}

export type Collector = {
  /** Looks at all hosts once; to be called every minute or so. */
  look(): Promise<void>;
};

export function createCollector(options: CollectOptions): Collector {
  const { store, mirror, node, grace, clock } = options;
  const nodes = mirror.view<NodeFacts>(nodesPrefix, ({ value }) => decodeNode(value));
  const alive = mirror.view(alivePrefix, ({ key }) => key.slice(alivePrefix.length));
  const missing = mirror.view(missingPrefix, ({ value }) => decodeMissing(value));
  /** Since when this daemon has seen it missing, by the clock nobody sets. */
  const seen = new Map<string, number>();

  async function lookAt(facts: NodeFacts): Promise<void> {
    const { name } = facts;
    const mark = `${missingPrefix}${name}`;
    const since = missing.items.get(mark)?.value;
    if (alive.items.has(`${alivePrefix}${name}`)) {
      seen.delete(name);
      if (since !== undefined) await store.transact([], [{ op: 'delete', key: mark }]);
      return;
    }
    const first = seen.get(name) ?? clock.monotonic();
    seen.set(name, first);
    if (since === undefined) {
      const value = renderJson({ since: new Date(clock.now()).toISOString() });
      await store.transact([{ key: mark, is: 'absent' }], [{ op: 'put', key: mark, value }]);
      return;
    }
    const isLong = clock.now() - since >= grace && clock.monotonic() - first >= Math.min(grace, ownWatch);
    if (!isLong || (await isThere(facts))) return;
    await options.forget(name);
    await store.transact([], [{ op: 'delete', key: mark }]);
    seen.delete(name);
    await options.notices.tell({ kind: 'host-collected', subject: name, ...wordsOf(name, since) });
  }

  async function isThere({ ipv4, ipv6 }: NodeFacts): Promise<boolean> {
    const addresses = [ipv4, ipv6].flatMap((cidr) => (cidr === undefined ? [] : [formatAddress(cidr.address)]));
    return (await Promise.all(addresses.map((one) => options.answers(one)))).some(Boolean);
  }

  return {
    look: async () => {
      // Who does not see the store does not see signs of life.
      if (mirror.state !== 'live') return seen.clear();
      for (const key of missing.items.keys())
        if (!nodes.items.has(nodeKey(key.slice(missingPrefix.length))))
          await store.transact([], [{ op: 'delete', key }]);
      for (const { value } of [...nodes.items.values()]) {
        if (value.name === node) continue;
        await lookAt(value).catch((error: unknown) => {
          // It came back, or another host was first.
          if (!isFault(error, 'not-permitted') && !isFault(error, 'entity-unknown')) throw error;
        });
      }
    },
  };
}

const wordsOf = (name: string, since: number): { readonly message: string; readonly hint: string } => ({
  message: `The host ${name} gave no sign of life since ${new Date(since).toISOString()}, and nothing at its address answers: its addresses and blocks were given back.`,
  hint: `If it comes back, start its containers anew: their addresses may be of others. clocker up --forget-after says how long to wait.`,
});
