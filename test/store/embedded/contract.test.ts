import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../../support/store-contract.ts';
import { systemStoreClock } from '../../../src/store/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded.ts';

async function openFresh(rewriteAbove: number) {
  const directory = await mkdtemp(join(tmpdir(), 'clocker-store-'));
  const store = await openEmbeddedStore({ directory, clock: systemStoreClock, rewriteAbove });
  return {
    store,
    compact: async () => store.compact(),
    expire: (lease: string) => store.expire(lease),
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

describeStore('embedded', () => openFresh(4 * 1024 * 1024));
describeStore('embedded, its log written anew all the time', () => openFresh(0));
