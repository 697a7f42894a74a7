/** `clocker down`: takes away what Clocker made in this host's kernel, and gives back the settings it changed. */
import { openDataplane } from '../../plugins/dataplane/index.ts';
import { createRouteProgrammer, routeKernelOfHost } from '../../plugins/routes/index.ts';
import { renderRemoval } from '../../plugins/services/index.ts';
import { birdDirectory } from './network-plane.ts';
import { birdIn } from '../host/bird.ts';
import { applyRules } from '../host/nft.ts';
import { openStore, systemStoreClock } from '../store/index.ts';

export type RemoveOptions = { readonly store: string; readonly node: string; readonly write: (line: string) => void };

/** Throws `store-locked` while the daemon runs. Records stay: `clocker up` builds everything anew from them. */
export async function removeFromHost({ store: address, node, write }: RemoveOptions): Promise<void> {
  const store = await openStore(address, { clock: systemStoreClock });
  try {
    const log = (_level: string, message: string): void => write(message);
    const dataplane = openDataplane({ store, node, log });
    await dataplane.close();
    await dataplane.removeAll();
    await applyRules(renderRemoval());
    await birdIn(birdDirectory).stop();
    await createRouteProgrammer(routeKernelOfHost()).removeAll();
  } finally {
    await store.close();
  }
}
