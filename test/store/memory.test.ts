import { describeStore } from '../support/store-contract.ts';
import { openMemoryStore } from '../../src/store/memory.ts';

describeStore('memory', async () => {
  const store = openMemoryStore();
  return {
    store,
    compact: async () => store.compact(),
    expire: (lease) => store.expire(lease),
    close: () => store.close(),
  };
});
