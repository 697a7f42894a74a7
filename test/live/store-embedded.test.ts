/** The embedded store on a disk that is full, and on one that can't be written. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../src/diagnostic/fault.ts';
import { systemStoreClock } from '../../src/store/clock.ts';
import { openEmbeddedStore } from '../../src/store/embedded/embedded.ts';
import type { Store } from '../../src/store/store.ts';

const run = promisify(execFile);
const reason = process.getuid?.() === 0 ? undefined : 'mounting a small file system needs root';

const put = (store: Store, key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);

/** Writes until the disk is full; answers how many came through, and what the one that did not was told. */
async function fillUp(store: Store): Promise<{ written: number; fault: Fault }> {
  for (let index = 0; index < 1000; index++) {
    try {
      await put(store, `/full/${String(index).padStart(4, '0')}`, 'x'.repeat(20_000));
    } catch (error) {
      if (error instanceof Fault) return { written: index, fault: error };
      throw error;
    }
  }
  throw new Error('The disk did not fill up.');
}

describe.skipIf(reason !== undefined)('a small disk', () => {
  let disk: string;
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'clocker-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  });
  afterAll(async () => {
    await run('umount', ['--lazy', disk]);
    await rm(disk, { recursive: true, force: true });
  });
  const open = () =>
    openEmbeddedStore({ directory: join(disk, 'store'), clock: systemStoreClock, rewriteAbove: 100_000 });

  test('that is full: writes are refused with what to do, nothing is lost, and all goes on when there is room', async () => {
    const store = await open();
    const { written, fault } = await fillUp(store);
    expect(fault).toMatchObject({ code: 'file-unwritable', transient: true });
    expect(fault.message).toContain('ENOSPC');
    expect(fault.hint).toMatch(/room/);
    expect((await store.list('/full/')).entries).toHaveLength(written);
    await expect(put(store, '/more', 'x'.repeat(20_000))).rejects.toMatchObject({ code: 'file-unwritable' });
    await store.close();

    await run('mount', ['-o', 'remount,size=4m', disk]);
    const again = await open();
    expect((await again.list('/full/')).entries).toHaveLength(written);
    const before = (await again.list('/full/')).revision;
    expect((await put(again, '/more', 'x'.repeat(20_000))).revision).toBe(before + 1);
    await again.transact([], [{ op: 'deletePrefix', prefix: '/full/' }]);
    for (let index = 0; index < 400; index++) await put(again, '/same', 'y'.repeat(20_000));
    await again.close();
  });

  test('that is full and gets room again under a store that is open', async () => {
    await run('mount', ['-o', 'remount,size=1m', disk]).catch(() => undefined);
    const store = await open();
    await store.transact([], [{ op: 'deletePrefix', prefix: '/' }]);
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
    await expect(put(store, '/a', 'x'.repeat(300_000))).rejects.toMatchObject({
      code: 'file-unwritable',
      transient: true,
    });
    await rm(ballast);
    expect((await put(store, '/a', 'x'.repeat(300_000))).succeeded).toBe(true);
    await store.close();
    const again = await open();
    expect((await again.get('/a'))?.value).toHaveLength(300_000);
    await again.close();
  });

  test('that may not be written: the fault says so', async () => {
    await (await open()).close();
    await run('mount', ['-o', 'remount,ro', disk]);
    try {
      await expect(open()).rejects.toMatchObject({ code: 'file-unwritable' });
    } finally {
      await run('mount', ['-o', 'remount,rw', disk]);
    }
  });
});

if (reason !== undefined) test.skip(`the embedded store on a small disk: ${reason}`, () => undefined);
