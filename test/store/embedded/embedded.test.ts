import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/temporary.ts';
import { Fault } from '../../../src/diagnostic/fault.ts';
import { systemStoreClock } from '../../../src/store/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded.ts';
import { encodeFrame } from '../../../src/store/embedded/frame.ts';
import type { Operation, Store } from '../../../src/store/store.ts';

const open = (directory: string, rewriteAbove = 1 << 22) =>
  openEmbeddedStore({ directory, clock: systemStoreClock, rewriteAbove });

const put = (key: string, value: string): Operation => ({ op: 'put', key, value });
const faultOf = async (run: Promise<unknown>): Promise<Fault> => {
  const error = await run.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Fault)) throw error;
  return error;
};

async function fill(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await store.transact(
      [],
      [put(`/k/${index % 10}`, `value ${index}`), { op: 'delete', key: `/k/${(index + 5) % 10}` }],
    );
  }
}

describe('what a directory holds', () => {
  test('everything is there again, revisions too', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    await fill(store, 25);
    const before = await store.list('');
    await store.close();
    const again = await open(directory);
    expect(await again.list('')).toEqual(before);
    expect((await again.transact([], [put('/k/next', '')])).revision).toBe(before.revision + 1);
    await again.close();
  });

  test('what hung on a lease is gone, for its holder is', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    const lease = await store.lease(60);
    await store.transact([], [{ op: 'put', key: '/leased', value: '', lease: lease.id }, put('/kept', '')]);
    const { revision } = await store.list('');
    await store.close();
    expect(lease.held()).toBe(false);
    const again = await open(directory);
    const listing = await again.list('');
    expect(listing.entries.map((entry) => entry.key)).toEqual(['/kept']);
    expect(listing.revision).toBe(revision + 1);
    await again.close();
  });

  test('a watch goes on over a restart with a snapshot, or from the next revision without', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    await fill(store, 5);
    const { revision } = await store.list('');
    await store.close();
    const again = await open(directory);
    const stop = new AbortController();
    const [behind, next] = [revision, revision + 1].map((from) =>
      again.watch('/k/', { from, signal: stop.signal })[Symbol.asyncIterator]().next(),
    );
    await again.transact([], [put('/k/x', '')]);
    expect((await behind)?.value).toMatchObject({ kind: 'snapshot' });
    expect((await next)?.value).toMatchObject({ kind: 'changes', revision: revision + 1 });
    stop.abort();
    await again.close();
  });

  test('it is nobody else’s business', async () => {
    const directory = join(await temporaryDirectory(), 'deep', 'store');
    const store = await open(directory);
    await store.transact([], [put('/secret', 'canary')]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const file of await readdir(directory)) {
      expect((await stat(join(directory, file))).mode & 0o077).toBe(0);
    }
    await store.close();
    await chmod(directory, 0o755);
    const again = await open(directory);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await again.close();
  });

  test('a log that is mostly out of date is written anew, and loses nothing', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory, 20_000);
    for (let index = 0; index < 300; index++) await store.transact([], [put('/same', `${index}`.repeat(200))]);
    await fill(store, 25);
    const before = await store.list('');
    await store.close();
    expect((await stat(join(directory, 'store.log'))).size).toBeLessThan(60_000);
    expect(await readdir(directory)).not.toContain('store.log.new');
    const again = await open(directory);
    expect(await again.list('')).toEqual(before);
    await again.close();
  });

  test('a new log that a crash left unfinished is thrown away', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    await store.transact([], [put('/a', '1')]);
    await store.close();
    await writeFile(join(directory, 'store.log.new'), 'half of it');
    const again = await open(directory);
    expect((await again.get('/a'))?.value).toBe('1');
    expect(await readdir(directory)).not.toContain('store.log.new');
    await again.close();
  });

  test('a directory that cannot be is a clear fault', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'file'), '');
    expect((await faultOf(open(join(directory, 'file', 'store')))).code).toBe('file-unwritable');
    await mkdir(join(directory, 'odd', 'store.log'), { recursive: true });
    expect((await faultOf(open(join(directory, 'odd')))).code).toBe('file-unreadable');
  });
});

describe('the lock', () => {
  test('a second one on the same directory is refused, and told by whom', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    const fault = await faultOf(open(directory));
    expect(fault.code).toBe('store-locked');
    expect(fault.message).toContain(String(process.pid));
    await store.transact([], [put('/a', '1')]);
    await store.close();
    const again = await open(directory);
    expect((await again.get('/a'))?.value).toBe('1');
    await again.close();
  });

  test('of many at once exactly one gets it', async () => {
    const directory = await temporaryDirectory();
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => open(directory)));
    const winners = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(winners).toHaveLength(1);
    for (const winner of winners) await winner.close();
  });

  test('what a dead process left in the file holds nobody up', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'lock'), '1\n');
    const store = await open(directory);
    expect((await readFile(join(directory, 'lock'), 'utf8')).trim()).toBe(String(process.pid));
    await store.close();
  });
});

describe('a log that is not as it was written', () => {
  async function written(): Promise<{ directory: string; path: string; bytes: Buffer; revision: number }> {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    await fill(store, 20);
    const { revision } = await store.list('');
    await store.close();
    const path = join(directory, 'store.log');
    return { directory, path, bytes: await readFile(path), revision };
  }

  test('a last write that was cut short never happened', async () => {
    const { directory, path, bytes, revision } = await written();
    for (const cut of [1, 5, 20]) {
      await writeFile(path, bytes.subarray(0, bytes.length - cut));
      const store = await open(directory);
      expect((await store.list('')).revision).toBe(revision - 1);
      expect((await store.transact([], [put('/after', '')])).revision).toBe(revision);
      await store.close();
      const again = await open(directory);
      expect((await again.get('/after'))?.revision).toBe(revision);
      await again.close();
    }
  });

  test('what is left of a long write that was cut short is not read later, behind a shorter one', async () => {
    const { directory, path, bytes, revision } = await written();
    // Wherever the shorter one ends, in one of the four what follows looks like the length of a whole record.
    for (const shift of [0, 1, 2, 3]) {
      const long = encodeFrame(Buffer.concat([Buffer.alloc(shift), Buffer.alloc(5000, Buffer.from([1, 0, 0, 0]))]));
      await writeFile(path, Buffer.concat([bytes, long.subarray(0, 4000)]));
      const store = await open(directory);
      await store.transact([], [put('/short', '')]);
      await store.close();
      const again = await open(directory);
      expect((await again.get('/short'))?.revision).toBe(revision + 1);
      await again.close();
    }
  });

  test('zeros where a power cut kept the last write from the disk are no damage', async () => {
    const { directory, path, bytes, revision } = await written();
    await writeFile(path, Buffer.concat([bytes, Buffer.alloc(3000)]));
    const store = await open(directory);
    expect((await store.list('')).revision).toBe(revision);
    await store.close();
  });

  test('one bit turned anywhere is noticed, or was in a part that was cut off', async () => {
    const { directory, path, bytes } = await written();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), async (bit) => {
        const turned = Buffer.from(bytes);
        turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await writeFile(path, turned);
        const opened = await open(directory).catch((error: unknown) => error);
        if (opened instanceof Error) {
          expect(opened).toMatchObject({ code: 'store-corrupt', transient: false });
          expect(opened.message).toContain(path);
        } else {
          // Only the length of the very last write can look like one that was cut short.
          expect(bit >> 3).toBeGreaterThan(bytes.length - 100);
          await (opened as Store).close();
        }
      }),
      { numRuns: 60 },
    );
  });

  test('whatever else stands there, it is refused and left alone', async () => {
    const { directory, path, bytes } = await written();
    const others: readonly Buffer[] = [
      Buffer.alloc(0),
      Buffer.from('clocker'),
      Buffer.from('{"not":"a store"}'.repeat(100)),
      Buffer.concat([bytes.subarray(0, bytes.length / 2), bytes]),
      Buffer.concat([bytes.subarray(0, 200), bytes.subarray(400)]),
      Buffer.alloc(5000),
    ];
    for (const other of others) {
      await writeFile(path, other);
      expect((await faultOf(open(directory))).code).toBe('store-corrupt');
      expect((await readFile(path)).equals(other)).toBe(true);
    }
    await writeFile(path, bytes);
    await (await open(directory)).close();
  });
});
