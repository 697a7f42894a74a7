/** Opens what this host knew of itself when its last daemon ended, and puts back what the store has lost since. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createMemory, createNotices, type Memory } from '../../plugins/nodes/index.ts';
import { isFault } from '../diagnostic/fault.ts';
import { decodeEndpoint } from '../model/network/decode.ts';
import { openMirrorSnapshot, parseStoreAddress, pause, systemStoreClock, type Store } from '../store/index.ts';
import type { DaemonConfig } from './config.ts';
import { isAttached } from './host-view.ts';
import type { Log } from './network-plane.ts';

export type RecallOptions = {
  readonly config: Pick<DaemonConfig, 'store' | 'stateDir' | 'nodeName'>;
  readonly store: Store;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** Milliseconds that a store which can't be reached may keep a daemon from beginning. */
const patience = 3000;

/** A host's own store is on the same disk, so nothing is to be remembered beside it. */
export async function recall({ config, store, log, signal }: RecallOptions): Promise<Memory | undefined> {
  if (parseStoreAddress(config.store).kind !== 'etcd') return undefined;
  const now = (): number => Date.now();
  const node = config.nodeName;
  // What was known of one store says nothing of another.
  const name = createHash('sha256').update(config.store).digest('hex').slice(0, 16);
  const directory = join(config.stateDir, 'memory', name);
  try {
    const memory = createMemory({
      snapshot: await openMirrorSnapshot({ directory, clock: systemStoreClock }),
      store,
      node,
      now,
      isAttached: (record) => {
        const endpoint = decodeEndpoint(record);
        return endpoint !== undefined && isAttached(endpoint);
      },
      notices: createNotices({ store, node, now, log }),
      log,
    });
    const recovering = memory.recover().catch((error: unknown) => {
      if (!isFault(error)) throw error;
      log('warn', 'whether the store was set back could not be found out', { error: error.message });
    });
    await Promise.race([recovering, pause(systemStoreClock, patience, signal)]);
    return memory;
  } catch (error) {
    if (!isFault(error)) throw error;
    log('warn', 'this host can not remember its records over a restart', { directory, error: error.message });
    return undefined;
  }
}
