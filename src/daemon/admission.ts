/** Whether this daemon may begin: under this name, and with this store. */
import { addressOf, aliveSeconds, decodeLife, isOther, nameTaken } from '../../plugins/nodes/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import { aliveKey } from '../model/network/keys.ts';
import type { NodeAddresses } from '../model/network/node.ts';
import { readCopyInTheWay, type Store } from '../store/index.ts';
import type { Log } from './network-plane.ts';

export type AdmissionOptions = {
  readonly store: Store;
  readonly node: string;
  /** Of `hostIdentity`. */
  readonly host: string;
  readonly addresses: () => Promise<NodeAddresses>;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Log;
};

/** Milliseconds in which a store that can be reached has answered: dockerd waits for the plugin's socket meanwhile. */
const patience = 2000;
/** Milliseconds. */
const lookEvery = 1000;
/** Looks until a sign of life of before this host's last boot is gone for sure. */
const mostLooks = aliveSeconds + 5;

/**
 * Throws `store-conflict` when a copy of the store is under way, or when another host has this name. A store out of reach
 * keeps nobody from beginning: what is on the host goes on, and registering tells later.
 */
export async function awaitAdmission(options: AdmissionOptions): Promise<void> {
  const { store, node, host, log, signal } = options;
  try {
    const copy = await Promise.race([readCopyInTheWay(store), options.pause(patience).then(() => 'late' as const)]);
    if (copy === 'late') return log('warn', 'the store answers late; this host begins without it', { node });
    if (copy !== undefined) throw copy;
    const own = { host, address: addressOf(await options.addresses().catch(() => ({}))) };
    for (let look = 1; !signal.aborted; look++) {
      const entry = await store.get(aliveKey(node));
      const life = decodeLife(entry?.value ?? '');
      if (!isOther(life, own)) return;
      if (look === 1) log('warn', 'another host has this name; waiting whether it ends', { node, at: life.address });
      if (look >= mostLooks) throw nameTaken(node, life);
      await options.pause(lookEvery);
    }
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'store-conflict') throw error;
    log('warn', 'whether another host has this name could not be asked', { node, error: error.message });
  }
}
