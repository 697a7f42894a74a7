/** What the store commands share: opening the store an address names, which must be there already, and who uses it. */
import { existsSync } from 'node:fs';
import { Fault } from '../diagnostic/fault.ts';
import { alivePrefix } from '../model/network/keys.ts';
import { openStore, parseStoreAddress, systemStoreClock, type Store } from '../store/index.ts';

/** A store that a mistyped path would make anew is not what anybody wants to read from. */
export async function openExisting(url: string): Promise<Store> {
  const address = parseStoreAddress(url);
  if (address.kind === 'memory')
    throw new Fault('request-invalid', 'What is in memory: is gone with its daemon, and nobody else can read it.');
  if (address.kind === 'embedded' && !existsSync(address.directory))
    throw new Fault('file-unreadable', `There is no store at ${address.directory}.`, {
      hint: 'clocker up --store says where a daemon keeps its own.',
    });
  return openStore(url, { clock: systemStoreClock });
}

/** Names of the hosts whose daemons use a store now; one that died is taken for alive for 15 seconds. */
export async function usersOf(store: Store): Promise<readonly string[]> {
  const { entries } = await store.list(alivePrefix);
  return entries.map(({ key }) => key.slice(alivePrefix.length));
}
