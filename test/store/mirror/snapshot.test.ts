import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../support/store-clock.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { openMemoryStore, type MemoryStore } from '../../../src/store/memory.ts';
import { openMirror } from '../../../src/store/mirror/open.ts';
import { openMirrorSnapshot } from '../../../src/store/mirror/snapshot.ts';
import type { Entry, Operation } from '../../../src/store/store.ts';

const forever = new AbortController().signal;
const put = (key: string, value: string): Operation => ({ op: 'put', key, value });
const text = (entry: Entry): string => entry.value;

async function openBoth(store: MemoryStore, directory: string) {
  const clock = manualClock();
  const snapshot = await openMirrorSnapshot({ directory, clock, rewriteAbove: 3000 });
  const mirror = openMirror(store, ['/a/', '/b/'], { clock, snapshot });
  return { clock, mirror, view: mirror.view('/a/', text) };
}

const values = (items: ReadonlyMap<string, { readonly value: string }>) =>
  Object.fromEntries([...items].map(([key, item]) => [key, item.value]));

/** Writes a mirror's snapshot of a store with some history, and closes it. */
async function left(directory: string): Promise<MemoryStore> {
  const store = openMemoryStore();
  const { mirror } = await openBoth(store, directory);
  await mirror.ready;
  let revision = 0;
  for (let index = 0; index < 40; index++) {
    ({ revision } = await store.transact([], [put(`/a/${index % 4}`, `${index}`.repeat(50)), put('/b/x', `${index}`)]));
    if (index % 9 === 0) ({ revision } = await store.transact([], [{ op: 'delete', key: '/a/1' }, put('/b/x', '')]));
  }
  await mirror.reached('/b/x', revision, forever);
  await mirror.close();
  return store;
}

describe('what a mirror leaves on disk', () => {
  test('is there at once in the next process, though the store is out of reach', async () => {
    const directory = await temporaryDirectory();
    const store = await left(directory);
    const before = (await store.list('/a/')).entries;
    store.reach(false);
    const { mirror, view, clock } = await openBoth(store, directory);
    await mirror.ready;
    expect(mirror.state).toBe('stale');
    expect([...view.items.values()].map(({ key, revision, created }) => [key, revision, created]).sort()).toEqual(
      before.map(({ key, revision, created }) => [key, revision, created]),
    );
    expect(mirror.get('/b/x')?.value).toBe('39');
    store.reach(true);
    const { revision } = await store.transact([], [put('/a/0', 'new'), { op: 'delete', key: '/a/3' }]);
    await clock.advance(10_000);
    await mirror.reached('/a/0', revision, forever);
    expect(mirror.state).toBe('live');
    expect(mirror.get('/a/0')?.value).toBe('new');
    expect(mirror.get('/a/3')).toBeUndefined();
    await mirror.close();
  });

  test('what went away while nobody looked is gone when the store is seen again', async () => {
    const directory = await temporaryDirectory();
    const store = await left(directory);
    await store.transact([], [{ op: 'deletePrefix', prefix: '/a/' }]);
    const { mirror, view } = await openBoth(store, directory);
    const gone: string[] = [];
    view.onChange((changes) => gone.push(...changes.filter((each) => !each.after).map((each) => each.key)));
    await mirror.reached('/a/', (await store.list('/a/')).revision, forever);
    expect(values(view.items)).toEqual({});
    expect(gone.sort()).toEqual(['/a/0', '/a/1', '/a/2', '/a/3']);
    await mirror.close();
    store.reach(false);
    const again = await openBoth(store, directory);
    expect(values(again.view.items)).toEqual({});
    expect(again.mirror.get('/b/x')?.value).toBe('39');
    await again.mirror.close();
  });

  test('does not grow for ever', async () => {
    const directory = await temporaryDirectory();
    const store = await left(directory);
    const { mirror } = await openBoth(store, directory);
    await mirror.ready;
    const sizeOf = async () => (await stat(join(directory, 'store.log'))).size;
    let shrunk = 0;
    for (let index = 0, before = await sizeOf(); shrunk < 3; index++) {
      const { revision } = await store.transact([], [put('/a/0', `${index}`.repeat(30))]);
      await mirror.reached('/a/0', revision, forever);
      const size = await sizeOf();
      if (size < before) shrunk++;
      before = size;
    }
    await mirror.close();
  });

  test('damaged, it costs what lies behind the damage and nothing else', async () => {
    const directory = await temporaryDirectory();
    const store = await left(directory);
    const path = join(directory, 'store.log');
    const bytes = await readFile(path);
    for (const damaged of [Buffer.alloc(0), Buffer.from('nonsense'), bytes.subarray(0, 300), bytes.fill(7, 200, 260)]) {
      await writeFile(path, damaged);
      const { mirror, view } = await openBoth(store, directory);
      await mirror.reached('/a/', (await store.list('/a/')).revision, forever);
      expect(Object.keys(values(view.items))).toHaveLength((await store.list('/a/')).entries.length);
      await mirror.close();
    }
  });
});
