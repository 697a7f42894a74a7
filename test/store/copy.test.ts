import { describe, expect, test } from 'vitest';
import { checkStore, copyingKey, copyStore, type CopyOptions } from '../../src/store/copy.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';

const options = (more: Partial<CopyOptions> = {}): CopyOptions => ({
  overwrite: false,
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

const write = (store: Store, key: string, value: string, lease?: string) =>
  store.transact([], [{ op: 'put', key, value, ...(lease === undefined ? {} : { lease }) }]);

async function content(store: Store): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await store.list('')).entries.map(({ key, value }) => [key, value]));
}

async function installation() {
  const store = openMemoryStore();
  for (let index = 0; index < 300; index++) {
    await write(store, `/calico/ipam/${index}`, `{"sequence":9007199254740993,"index":${index}}`);
  }
  await write(store, '/clocker/v1/big', JSON.stringify('x'.repeat(900_000)));
  await write(store, '/clocker/v1/bigger', JSON.stringify('y'.repeat(900_000)));
  await write(store, '/registry/not-ours', '{}');
  const lease = await store.lease(60);
  await write(store, '/clocker/v1/elections/manager', 'host1', lease.id);
  return store;
}

describe('copying an installation', () => {
  test('everything that is not leased arrives as it was, and nothing of others', async () => {
    const [from, to] = [await installation(), openMemoryStore()];
    const progress: number[] = [];
    const result = await copyStore(from, to, options({ onProgress: (done) => progress.push(done) }));
    expect(result).toEqual({ copied: 302, unchanged: 0, removed: 0, leased: 1 });
    const { '/registry/not-ours': _other, '/clocker/v1/elections/manager': _leased, ...expected } = await content(from);
    expect(await content(to)).toEqual(expected);
    expect(progress.at(-1)).toBe(302);
    expect(progress.length).toBeGreaterThan(3);
  });

  test('a target that holds something is left alone, unless told', async () => {
    const [from, to] = [await installation(), openMemoryStore()];
    await write(to, '/calico/ipam/0', '{"old":true}');
    await write(to, '/calico/only-here', '{}');
    await write(to, '/registry/theirs', '{}');
    await expect(copyStore(from, to, options())).rejects.toMatchObject({ code: 'store-conflict' });
    expect(Object.keys(await content(to))).toHaveLength(3);
    const result = await copyStore(from, to, options({ overwrite: true }));
    expect(result).toEqual({ copied: 302, unchanged: 0, removed: 1, leased: 1 });
    expect(await to.get('/calico/only-here')).toBeUndefined();
    expect(await to.get('/registry/theirs')).toBeDefined();
  });

  test('twice is the same as once', async () => {
    const [from, to] = [await installation(), openMemoryStore()];
    await copyStore(from, to, options());
    const { revision } = await to.list('/calico/');
    const result = await copyStore(from, to, options({ overwrite: true }));
    expect(result).toEqual({ copied: 0, unchanged: 302, removed: 0, leased: 1 });
    // Only the mark that a copy is under way came and went.
    expect((await to.list('/calico/')).revision).toBe(revision + 2);
  });

  test('one that was cut off is marked, found by a check, and taken up again', async () => {
    const [from, to] = [await installation(), openMemoryStore()];
    const stop = new AbortController();
    const cut = copyStore(from, to, options({ signal: stop.signal, onProgress: () => stop.abort(new Error('cut')) }));
    await expect(cut).rejects.toThrow('cut');
    expect((await checkStore(to)).unfinishedCopy).toBe(true);
    expect((await to.list('/calico/')).entries.length).toBeGreaterThan(0);
    const result = await copyStore(from, to, options());
    expect(result.copied + result.unchanged).toBe(302);
    expect(await to.get(copyingKey)).toBeUndefined();
    expect((await checkStore(to)).unfinishedCopy).toBe(false);
  });

  test('a target that somebody uses at the same time is found out', async () => {
    const [from, to] = [await installation(), openMemoryStore()];
    const onProgress = (): void => void write(to, '/clocker/v1/big', '"theirs"');
    await expect(copyStore(from, to, options({ onProgress }))).rejects.toMatchObject({ code: 'store-conflict' });
    const later = openMemoryStore();
    const meddle = (done: number, all: number): void => {
      if (done < all) void write(later, '/calico/theirs', '{}');
    };
    await expect(copyStore(from, later, options({ onProgress: meddle }))).rejects.toMatchObject({
      code: 'store-conflict',
    });
    expect(await later.get(copyingKey)).toBeDefined();
  });
});

test('nothing is copied from an empty store, nor from a half-made copy', async () => {
  const to = await installation();
  await expect(copyStore(openMemoryStore(), to, options({ overwrite: true }))).rejects.toMatchObject({
    code: 'request-invalid',
  });
  expect(Object.keys(await content(to))).toHaveLength(304);
  const half = await installation();
  await write(half, copyingKey, '{}');
  await expect(copyStore(half, openMemoryStore(), options())).rejects.toMatchObject({ code: 'request-invalid' });
});

test('a check counts what is there and names what nobody can read', async () => {
  const store = await installation();
  await write(store, '/calico/torn', '{"half":');
  const check = await checkStore(store);
  expect(check).toMatchObject({
    revision: store.revision,
    prefixes: [
      { prefix: '/calico/', entries: 301, leased: 0 },
      { prefix: '/clocker/', entries: 3, leased: 1 },
    ],
    unreadable: ['/calico/torn'],
    unfinishedCopy: false,
  });
  expect(check.prefixes[1]?.bytes).toBeGreaterThan(1_800_000);
});
