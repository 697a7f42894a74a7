/**
 * Addresses by compare-and-swap. Requests for one pool that come while a transaction is under way share the next one, so
 * that a burst of containers costs a few transactions and no conflicts among themselves.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { parsePrefix, type Prefix } from '../../src/ip/prefix.ts';
import { blockLengthOf, isSound, type Block } from '../../src/model/network/block.ts';
import {
  decodeAddressOwner,
  decodeBlock,
  decodeIpamConfig,
  decodePool,
  decodePoolUse,
} from '../../src/model/network/decode.ts';
import {
  addressOwnerKey,
  affinityPrefix,
  blockKey,
  blocksPrefix,
  cidrOfKey,
  ipamConfigKey,
  poolKey,
  poolUseKey,
} from '../../src/model/network/keys.ts';
import { poolNameOf } from '../../src/model/network/names.ts';
import type { PoolUse } from '../../src/model/network/records.ts';
import type { IpamConfig } from '../../src/model/network/resources.ts';
import type { Condition, Entry, Overlay, Records } from '../../src/store/index.ts';
import { inPool, planBatch, type Answer, type Ask, type PoolState, type StoredBlock } from './plan.ts';

export type AllocatorDeps = {
  readonly overlay: Overlay;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export type Allocator = {
  /** Throws `store-unreachable` and the like; that nothing is free is an answer. */
  ask(use: PoolUse, ask: Ask, signal: AbortSignal): Promise<Answer>;
};

/** Lost races after which a batch gives up: Calico's number. */
const mostRaces = 100;
/** Calico's block sizes, for pools made without one. */
const usualLength = { 4: 26, 6: 122 } as const;

type Waiting = {
  readonly ask: Ask;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/** What a host is allowed where nobody has written settings. */
export const usualConfig: IpamConfig = { strict_affinity: false, auto_allocate_blocks: true, maxBlocksPerHost: 0 };

export function createAllocator(deps: AllocatorDeps): Allocator {
  const { overlay, node } = deps;
  const queues = new Map<string, Waiting[]>();
  const blocks = overlay.records(blocksPrefix, ({ key }) => cidrOfKey(key));
  const affinities: Readonly<Record<4 | 6, Records<string>>> = {
    4: overlay.records(affinityPrefix(node, 'ipv4'), ({ key }) => cidrOfKey(key)),
    6: overlay.records(affinityPrefix(node, 'ipv6'), ({ key }) => cidrOfKey(key)),
  };

  const stateOf = (use: PoolUse, pool: Prefix): PoolState => ({
    pool,
    blockLength: blockLength(overlay, use, pool),
    node,
    now: deps.now(),
    config: decodeIpamConfig(overlay.get(ipamConfigKey)?.value ?? '') ?? usualConfig,
    reserved: use.reserved ?? [],
    own: inPool(pool, valuesOf(affinities[pool.first.family])),
    all: () => inPool(pool, valuesOf(blocks)),
    block: (cidr) => readBlock(overlay, cidr),
    owner: (address) => decodeAddressOwner(overlay.get(addressOwnerKey(address))?.value ?? ''),
  });

  /** Answers as many as fit in one transaction. */
  async function settle(use: PoolUse, pool: Prefix, waiting: readonly Waiting[]): Promise<number> {
    for (let race = 0; race < mostRaces; race++) {
      const entry = overlay.get(poolUseKey(poolNameOf(use.cidr)));
      const {
        answers,
        conditions,
        operations,
        blocks: changed,
      } = planBatch(
        stateOf(decodePoolUse(entry?.value ?? '') ?? use, pool),
        waiting.map(({ ask }) => ask),
      );
      // What is reserved must not have changed meanwhile.
      const seen = entry === undefined || !answers.some(({ kind }) => kind === 'assigned') ? [] : [conditionOf(entry)];
      if (operations.length > 0) {
        const outcome = await overlay.transact([...conditions, ...seen], operations);
        if (!outcome.succeeded) continue;
        remember(overlay, changed, outcome.revision);
      }
      for (const [index, answer] of answers.entries()) waiting[index]?.resolve(answer);
      return answers.length;
    }
    throw new Fault('store-conflict', `The address blocks of ${use.cidr} keep changing; no address could be taken.`, {
      transient: true,
    });
  }

  async function work(use: PoolUse, pool: Prefix, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.filter(({ signal }) => !signal.aborted);
      queue.length = 0;
      try {
        const answered = batch.length === 0 ? 0 : await settle(use, pool, batch);
        queue.unshift(...batch.slice(answered));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(use.cidr);
  }

  return {
    ask: (use, ask, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const pool = parsePrefix(use.cidr);
        if (pool === undefined) throw new Fault('store-corrupt', `The pool ${use.cidr} in the store is no subnet.`);
        const queue = queues.get(use.cidr);
        const giveUp = (): void => reject(reasonOf(signal));
        const settle = (then: () => void): void => {
          signal.removeEventListener('abort', giveUp);
          then();
        };
        signal.addEventListener('abort', giveUp, { once: true });
        const waiting: Waiting = {
          ask,
          signal,
          resolve: (answer) => settle(() => resolve(answer)),
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- handed on as it was caught
          reject: (error) => settle(() => reject(error)),
        };
        if (queue !== undefined) {
          queue.push(waiting);
          return;
        }
        const fresh = [waiting];
        queues.set(use.cidr, fresh);
        void work(use, pool, fresh);
      }),
  };
}

const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Fault('deadline-exceeded', 'The time for this call is over.');

function* valuesOf<T>(records: Records<T>): Iterable<T> {
  for (const { value } of records.all()) yield value;
}

const conditionOf = ({ key, revision }: Entry): Condition => ({ key, is: 'revision', revision });

function blockLength(overlay: Overlay, use: PoolUse, pool: Prefix): number {
  const resource = decodePool(overlay.get(poolKey(use.pool))?.value ?? '');
  if (resource === undefined) return blockLengthOf(pool);
  return Math.max(pool.length, resource.spec.blockSize ?? usualLength[pool.first.family]);
}

type ReadBlock = { readonly entry: Entry; readonly stored: StoredBlock | 'unreadable' };
/** By CIDR. A host asks its full blocks for every address, and reading one takes longer than all else. */
const read = new WeakMap<Overlay, Map<string, ReadBlock>>();

function readsOf(overlay: Overlay): Map<string, ReadBlock> {
  const known = read.get(overlay) ?? new Map<string, ReadBlock>();
  read.set(overlay, known);
  return known;
}

/** The watch brings what this process wrote once more, as another object. */
const isSame = (a: Entry, b: Entry): boolean => a === b || (a.revision === b.revision && a.value === b.value);

export function readBlock(overlay: Overlay, cidr: string): StoredBlock | 'unreadable' | undefined {
  const reads = readsOf(overlay);
  const entry = overlay.get(blockKey(cidr));
  if (entry === undefined) {
    reads.delete(cidr);
    return undefined;
  }
  const known = reads.get(cidr);
  if (known !== undefined && isSame(known.entry, entry)) return known.stored;
  const block = decodeBlock(entry.value);
  const stored = block === undefined || !isSound(block, cidr) ? 'unreadable' : { block, revision: entry.revision };
  reads.set(cidr, { entry, stored });
  return stored;
}

/** What was just written need not be read again. */
function remember(overlay: Overlay, blocks: readonly Block[], revision: number): void {
  for (const block of blocks) {
    const entry = overlay.get(blockKey(block.cidr));
    if (entry?.revision === revision) readsOf(overlay).set(block.cidr, { entry, stored: { block, revision } });
  }
}
