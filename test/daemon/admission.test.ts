import { expect, test } from 'vitest';
import { Fault } from '../../src/diagnostic/fault.ts';
import { awaitAdmission } from '../../src/daemon/admission.ts';
import { aliveKey } from '../../src/model/network/keys.ts';
import { copyStore, copyingKey, openMemoryStore, type Store } from '../../src/store/index.ts';

const never = new Promise<void>(() => undefined);

/** What the daemon of h1 at 198.18.0.11 is told; `looks` runs at each pause after the first. */
async function admitted(store: Store, onPause: (count: number) => Promise<void> = () => Promise.resolve()) {
  const said: string[] = [];
  let pauses = 0;
  const outcome = await awaitAdmission({
    store,
    node: 'h1',
    host: 'boot-2 net:[1]',
    addresses: () => Promise.resolve({ ipv4: '198.18.0.11/24' }),
    // The first is the limit for the store's answer.
    pause: () => (pauses++ === 0 ? never : onPause(pauses - 1)),
    signal: new AbortController().signal,
    log: (_level, message) => void said.push(message),
  }).then(
    () => 'admitted',
    (error: unknown) => (error instanceof Fault ? error.message : String(error)),
  );
  return { outcome, said, pauses: pauses - 1 };
}
const living = (life: object, store = openMemoryStore()) =>
  store.transact([], [{ op: 'put', key: aliveKey('h1'), value: JSON.stringify(life) }]).then(() => store);

test('a host whose name nobody has begins at once, as does one after a kill', async () => {
  expect(await admitted(openMemoryStore())).toEqual({ outcome: 'admitted', said: [], pauses: 0 });
  expect((await admitted(await living({ host: 'boot-2 net:[1]' }))).outcome).toBe('admitted');
});

test('a second host of a name waits, and is refused when the first stays', async () => {
  const { outcome, said, pauses } = await admitted(await living({ host: 'boot-9 net:[1]', address: '198.18.0.12' }));
  expect(outcome).toContain('under the name h1: the one at 198.18.0.12');
  expect(said).toEqual(['another host has this name; waiting whether it ends']);
  expect(pauses).toBeGreaterThanOrEqual(15);
});

test('a host that came back with another address begins when its old sign of life is over', async () => {
  const store = await living({ host: 'boot-1 net:[1]', address: '198.18.0.99' });
  const { outcome, pauses } = await admitted(store, async (count) => {
    if (count === 3) await store.transact([], [{ op: 'delete', key: aliveKey('h1') }]);
  });
  expect([outcome, pauses]).toEqual(['admitted', 3]);
});

test('no daemon begins with a store that is copied, or that a copy was cut off to', async () => {
  const target = openMemoryStore();
  await target.transact([], [{ op: 'put', key: copyingKey, value: '{}' }]);
  expect((await admitted(target)).outcome).toContain('was cut off');
  const source = openMemoryStore();
  await source.transact([], [{ op: 'put', key: '/clocker/v1/one', value: '{}' }]);
  let during: string | undefined;
  await copyStore(
    source,
    {
      ...openMemoryStore(),
      transact: async () => {
        during ??= (await admitted(source)).outcome;
        throw new Fault('store-unreachable', 'The target is gone.');
      },
    },
    { overwrite: false, onProgress: () => undefined, signal: new AbortController().signal },
  ).catch(() => undefined);
  expect(during).toBe('This store is being copied to another one.');
  expect((await admitted(source)).outcome).toBe('admitted');
});

test('a store out of reach keeps no host from beginning', async () => {
  const gone = (): Promise<never> => Promise.reject(new Fault('store-unreachable', 'Nobody answers.'));
  const { outcome, said } = await admitted({ ...openMemoryStore(), get: gone });
  expect([outcome, said]).toEqual(['admitted', ['whether another host has this name could not be asked']]);
});
