/** What the etcd store makes of one etcd that fails: nothing is lost, every call ends in time, and it says what is wrong. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { faultOf, put, seconds, startWriter, surely, withEtcd } from '../support/etcd-test.ts';
import { freePorts, whyNoEtcd } from '../support/etcd.ts';
import type { Fault } from '../../src/diagnostic/fault.ts';

const reason = await whyNoEtcd();
if (reason !== undefined) console.warn(`SKIPPED: etcd: ${reason}`);

const forever = new AbortController().signal;

describe.skipIf(reason !== undefined)('one etcd', () => {
  withEtcd('that is not there: a call ends in time and says where it looked', async ({ open }) => {
    const [port = 0] = await freePorts(1);
    const store = open([`127.0.0.1:${port}`]);
    for (const run of [() => store.get('/a'), () => put(store, '/a', ''), () => store.lease(5)]) {
      const { fault, seconds: took } = await faultOf(run());
      expect(fault).toMatchObject({ code: 'store-unreachable', transient: true });
      expect(fault.message).toContain(`127.0.0.1:${port}`);
      expect(fault.message).toContain('ECONNREFUSED');
      expect(fault.hint).toContain('etcdctl');
      expect(took).toBeLessThan(6);
    }
  });

  withEtcd('that comes up late: what waits goes on by itself', async ({ cluster, open, watching }) => {
    const one = await cluster(1);
    const [member] = one.members;
    await member?.kill('SIGKILL');
    const store = open(one.endpoints);
    const watcher = watching(store, '/w/');
    const leading = store.campaign('late', 'me', forever);
    await seconds(1);
    await member?.start();
    await watcher.until(() => watcher.snapshots === 1);
    expect((await leading).held()).toBe(true);
    await put(store, '/w/a', '1');
    await watcher.agrees(store);
  });

  withEtcd(
    'killed and started again, three times, while somebody writes: the watch loses nothing',
    async ({ cluster, open, watching }) => {
      const one = await cluster(1);
      const store = open(one.endpoints);
      const watcher = watching(store, '/w/');
      const writer = startWriter(open(one.endpoints));
      const more = (): Promise<void> => {
        const before = writer.written;
        return watcher.until(() => writer.written > before + 30, 30);
      };
      for (let round = 0; round < 3; round++) {
        await more();
        await one.members[0]?.kill('SIGKILL');
        await seconds(0.3);
        await one.members[0]?.start();
      }
      await one.healthy();
      await more();
      await writer.stop();
      await watcher.agrees(store);
      expect(watcher.wrong).toEqual([]);
      expect(watcher.snapshots).toBe(1);
      expect(watcher.contacts).toContain(false);
      expect(watcher.contacts.at(-1)).toBe(true);
    },
  );

  withEtcd(
    'whose link is cut over and over while the watch catches up: nothing is lost, nothing comes twice',
    async ({ cluster, open, proxyTo, watching }) => {
      const one = await cluster(1);
      const direct = open(one.endpoints);
      const proxy = await proxyTo(one.endpoints[0] ?? '');
      const watcher = watching(open([proxy.address]), '/w/');
      await put(direct, '/w/first', '');
      await watcher.agrees(direct);
      proxy.allow(false);
      // etcd catches a watch up by a thousand revisions a message: each link carries one or two of them, then breaks.
      for (let index = 0; index < 6000; index += 100) {
        await Promise.all(
          Array.from({ length: 100 }, (_, each) => surely(() => put(direct, `/w/${index + each}`, 'x'.repeat(300)))),
        );
      }
      proxy.cutAfter(600_000);
      proxy.allow(true);
      await watcher.until(() => proxy.connections > 3, 60);
      proxy.cutAfter(Infinity);
      await watcher.agrees(direct, 60);
      expect(watcher.wrong).toEqual([]);
      expect(watcher.snapshots).toBe(1);
    },
  );

  withEtcd('whose missed events are more than one message may hold', async ({ cluster, open, proxyTo, watching }) => {
    const one = await cluster(1);
    const direct = open(one.endpoints);
    const proxy = await proxyTo(one.endpoints[0] ?? '');
    const watcher = watching(open([proxy.address]), '/w/');
    await put(direct, '/w/first', '');
    await watcher.agrees(direct);
    proxy.allow(false);
    // Several events a revision, so that the pieces of the message end in the middle of one.
    for (let index = 0; index < 30; index++) {
      const value = 'x'.repeat(90_000);
      const puts = [1, 2, 3, 4, 5, 6, 7].map((each) => ({ op: 'put', key: `/w/${index}/${each}`, value }) as const);
      await surely(() => direct.transact([], puts));
    }
    proxy.allow(true);
    await watcher.agrees(direct, 60);
    expect(watcher.wrong).toEqual([]);
    expect(watcher.snapshots).toBe(1);
  });

  withEtcd('§9.39 compacted while the watch was away: a snapshot', async ({ cluster, open, proxyTo, watching }) => {
    const one = await cluster(1);
    const direct = open(one.endpoints);
    const proxy = await proxyTo(one.endpoints[0] ?? '');
    const watcher = watching(open([proxy.address]), '/w/');
    await put(direct, '/w/a', '1');
    await put(direct, '/w/b', '1');
    await watcher.agrees(direct);
    proxy.allow(false);
    await direct.transact([], [{ op: 'delete', key: '/w/a' }]);
    const { revision } = await put(direct, '/w/c', '3');
    await put(direct, '/other', '');
    await one.ctl('compaction', String(revision + 1));
    proxy.allow(true);
    await watcher.agrees(direct);
    expect(watcher.snapshots).toBe(2);
    expect(watcher.wrong).toEqual([]);
  });

  withEtcd(
    'whose connection falls silent without ending: noticed, and nothing is lost',
    async ({ cluster, open, proxyTo, watching }) => {
      const one = await cluster(1);
      const direct = open(one.endpoints);
      const proxy = await proxyTo(one.endpoints[0] ?? '');
      const store = open([proxy.address]);
      const watcher = watching(store, '/w/');
      await put(direct, '/w/a', '1');
      await watcher.agrees(direct);
      proxy.mute();
      await put(direct, '/w/b', '2');
      const started = performance.now();
      await watcher.agrees(direct, 20);
      expect((performance.now() - started) / 1000).toBeLessThan(15);
      expect(watcher.wrong).toEqual([]);
      expect((await store.get('/w/b'))?.value).toBe('2');
    },
  );

  withEtcd(
    'restored from a backup, so that revisions go back: the watch shows what is there now',
    async ({ cluster, open, watching }) => {
      const one = await cluster(1);
      const store = open(one.endpoints);
      const watcher = watching(store, '/w/');
      for (let index = 0; index < 20; index++) await put(store, `/w/${index}`, 'old');
      const backup = join(one.directory, 'backup.db');
      await one.ctl('snapshot', 'save', backup);
      for (let index = 0; index < 50; index++) await put(store, `/w/${index}`, 'new');
      await watcher.agrees(store);
      const [member] = one.members;
      await member?.kill('SIGKILL');
      const data = join(one.directory, 'm0');
      await rm(data, { recursive: true });
      const peers = one.peerUrls[0] ?? '';
      await one.ctl(
        ...['snapshot', 'restore', backup, '--data-dir', data, '--name', 'm0', '--initial-cluster', `m0=${peers}`],
        ...['--initial-advertise-peer-urls', peers, '--initial-cluster-token', one.directory],
      );
      await member?.start();
      await one.healthy();
      await watcher.until(() => watcher.snapshots === 2);
      await watcher.agrees(store);
      expect(watcher.world.get('/w/0')).toBe('old');
      expect(watcher.world.has('/w/30')).toBe(false);
    },
  );

  withEtcd(
    'restored, and written to so much that revisions are ahead again: noticed all the same',
    async ({ cluster, open, proxyTo, watching }) => {
      const one = await cluster(1);
      const proxy = await proxyTo(one.endpoints[0] ?? '');
      const direct = open(one.endpoints);
      const watcher = watching(open([proxy.address]), '/w/');
      for (let index = 0; index < 5; index++) await put(direct, `/w/${index}`, 'old');
      const backup = join(one.directory, 'backup.db');
      await one.ctl('snapshot', 'save', backup);
      await put(direct, '/w/lost', 'by the restore');
      await watcher.agrees(direct);
      proxy.allow(false);
      const [member] = one.members;
      await member?.kill('SIGKILL');
      const data = join(one.directory, 'm0');
      await rm(data, { recursive: true });
      const peers = one.peerUrls[0] ?? '';
      await one.ctl(
        ...['snapshot', 'restore', backup, '--data-dir', data, '--name', 'm0', '--initial-cluster', `m0=${peers}`],
        ...['--initial-advertise-peer-urls', peers, '--initial-cluster-token', one.directory],
      );
      await member?.start();
      await one.healthy();
      for (let index = 0; index < 30; index++) await put(direct, `/w/other/${index}`, 'new history');
      proxy.allow(true);
      await watcher.agrees(direct);
      expect(watcher.snapshots).toBe(2);
      expect(watcher.world.has('/w/lost')).toBe(false);
    },
  );

  withEtcd(
    'stopped (SIGSTOP): calls end in time, and all goes on when it does',
    async ({ cluster, open, watching }) => {
      const one = await cluster(1);
      const store = open(one.endpoints);
      const watcher = watching(store, '/w/');
      await put(store, '/w/a', '1');
      await watcher.agrees(store);
      await one.members[0]?.kill('SIGSTOP');
      const { fault, seconds: took } = await faultOf(store.get('/w/a'));
      expect(fault).toMatchObject({ code: 'store-unreachable', transient: true });
      expect(took).toBeLessThan(6);
      await watcher.until(() => watcher.contacts.at(-1) === false, 15);
      await one.members[0]?.kill('SIGCONT');
      await one.healthy();
      await put(store, '/w/b', '2');
      await watcher.agrees(store);
      expect(watcher.wrong).toEqual([]);
    },
  );

  withEtcd(
    'gone while a lease is held: the holder knows before the server would give it up',
    async ({ cluster, open }) => {
      const one = await cluster(1);
      const store = open(one.endpoints);
      const lease = await store.lease(3);
      await store.transact([], [{ op: 'put', key: '/leased', value: '', lease: lease.id }]);
      await seconds(4);
      expect(lease.held()).toBe(true);
      await one.members[0]?.kill('SIGSTOP');
      const stoppedAt = performance.now();
      await new Promise((resolve) => lease.lost.addEventListener('abort', resolve));
      expect(performance.now() - stoppedAt).toBeLessThan(3000);
      expect(lease.held()).toBe(false);
      await one.members[0]?.kill('SIGCONT');
      await one.healthy();
      const { fault } = await faultOf(
        seconds(4).then(() => store.transact([], [{ op: 'put', key: '/late', value: '', lease: lease.id }])),
      );
      expect(fault.code).toBe('store-conflict');
      expect(await store.get('/leased')).toBeUndefined();
    },
  );

  withEtcd('restarted while a lease is held: the lease lives on', async ({ cluster, open }) => {
    const one = await cluster(1);
    const store = open(one.endpoints);
    const lease = await store.lease(5);
    await store.transact([], [{ op: 'put', key: '/leased', value: '', lease: lease.id }]);
    await one.members[0]?.kill('SIGKILL');
    await seconds(1);
    await one.members[0]?.start();
    await one.healthy();
    await seconds(6);
    expect(lease.held()).toBe(true);
    expect(await store.get('/leased')).toBeDefined();
    await lease.revoke();
    expect(await store.get('/leased')).toBeUndefined();
  });

  withEtcd('out of space: the fault says what to do', async ({ cluster, open, expect }) => {
    const one = await cluster(1, ['--quota-backend-bytes', String(4 * 1024 * 1024)]);
    const store = open(one.endpoints);
    const fill = async (): Promise<void> => {
      for (let index = 0; index < 40; index++) await put(store, `/full/${index}`, 'x'.repeat(500_000));
    };
    // On a slow disk a write may run out of time before the space does.
    const refused = async (): Promise<Fault> => (await faultOf(fill())).fault;
    await expect.poll(refused, { timeout: 60_000 }).toMatchObject({
      code: 'store-unreachable',
      transient: true,
      hint: expect.stringContaining('alarm disarm') as unknown,
    });
    expect(await store.get('/full/0')).toBeDefined();
  });
});
