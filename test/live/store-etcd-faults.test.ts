/** What the etcd store makes of a cluster that fails: nothing is lost, every call ends in time, and it says what is wrong. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePorts, startCluster, whyNoEtcd, type Cluster } from '../support/etcd.ts';
import { startProxy, type Proxy } from '../support/proxy.ts';
import { startWatcher, type Watcher } from '../support/watcher.ts';
import { Fault } from '../../src/diagnostic/fault.ts';
import { systemStoreClock } from '../../src/store/clock.ts';
import { openEtcdStore } from '../../src/store/etcd/etcd.ts';
import type { Store } from '../../src/store/store.ts';

const reason = await whyNoEtcd();
const forever = new AbortController().signal;

async function cluster(size: number, args: readonly string[] = []): Promise<Cluster> {
  const started = await startCluster({ size, args });
  onTestFinished(() => started.stop());
  return started;
}

function open(endpoints: readonly string[]): Store {
  const store = openEtcdStore({ endpoints, clock: systemStoreClock, compaction: false });
  onTestFinished(() => store.close());
  return store;
}

async function proxyTo(target: string): Promise<Proxy> {
  const proxy = await startProxy(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

function watching(store: Store, prefix: string, from?: number): Watcher {
  const watcher = startWatcher(store, prefix, from);
  onTestFinished(() => watcher.stop());
  return watcher;
}

const put = (store: Store, key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);

async function faultOf(run: Promise<unknown>): Promise<{ fault: Fault; seconds: number }> {
  const started = performance.now();
  const error = await run.then(
    () => new Error('It did not fail.'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof Fault)) throw error;
  return { fault: error, seconds: (performance.now() - started) / 1000 };
}

/** Writes all the time, trying again what failed in passing; `stop` answers how many came through and the longest gap. */
function startWriter(store: Store) {
  let stopped = false;
  let written = 0;
  let longest = 0;
  const codes = new Set<string>();
  const running = (async () => {
    let last = performance.now();
    while (!stopped) {
      try {
        await put(store, `/w/${written % 500}`, String(written));
        written++;
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      } catch (error) {
        if (!(error instanceof Fault) || !error.transient) throw error;
        codes.add(error.code);
      }
    }
  })();
  return {
    get written() {
      return written;
    },
    stop: async () => {
      stopped = true;
      await running;
      return { written, longest, codes: [...codes] };
    },
  };
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

describe.skipIf(reason !== undefined)('one etcd', () => {
  test('that is not there: a call ends in time and says where it looked', async () => {
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

  test('that comes up late: what waits goes on by itself', async () => {
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

  test('killed and started again, three times, while somebody writes: the watch loses nothing', async () => {
    const one = await cluster(1);
    const store = open(one.endpoints);
    const watcher = watching(store, '/w/');
    const writer = startWriter(open(one.endpoints));
    for (let round = 0; round < 3; round++) {
      await seconds(0.7);
      await one.members[0]?.kill('SIGKILL');
      await seconds(0.3);
      await one.members[0]?.start();
    }
    await one.healthy();
    await seconds(1);
    const { written } = await writer.stop();
    expect(written).toBeGreaterThan(100);
    await watcher.agrees(store);
    expect(watcher.wrong).toEqual([]);
    expect(watcher.snapshots).toBe(1);
    expect(watcher.contacts).toContain(false);
    expect(watcher.contacts.at(-1)).toBe(true);
  });

  test('whose link is cut over and over while the watch catches up: nothing is lost, nothing comes twice', async () => {
    const one = await cluster(1);
    const direct = open(one.endpoints);
    const proxy = await proxyTo(one.endpoints[0] ?? '');
    const watcher = watching(open([proxy.address]), '/w/');
    await put(direct, '/w/first', '');
    await watcher.agrees(direct);
    proxy.allow(false);
    // etcd catches a watch up by a thousand revisions a message: each link carries one or two of them, then breaks.
    for (let index = 0; index < 6000; index += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, each) => put(direct, `/w/${index + each}`, 'x'.repeat(300))));
    }
    proxy.cutAfter(600_000);
    proxy.allow(true);
    await watcher.until(() => proxy.connections > 3, 60);
    proxy.cutAfter(Infinity);
    await watcher.agrees(direct, 60);
    expect(watcher.wrong).toEqual([]);
    expect(watcher.snapshots).toBe(1);
  });

  test('whose missed events are more than one message may hold', async () => {
    const one = await cluster(1);
    const direct = open(one.endpoints);
    const proxy = await proxyTo(one.endpoints[0] ?? '');
    const watcher = watching(open([proxy.address]), '/w/');
    await put(direct, '/w/first', '');
    await watcher.agrees(direct);
    proxy.allow(false);
    // Several events a revision, so that the pieces of the message end in the middle of one.
    for (let index = 0; index < 30; index++) {
      await direct.transact(
        [],
        [1, 2, 3, 4, 5, 6, 7].map((each) => ({ op: 'put', key: `/w/${index}/${each}`, value: 'x'.repeat(90_000) })),
      );
    }
    proxy.allow(true);
    await watcher.agrees(direct, 60);
    expect(watcher.wrong).toEqual([]);
    expect(watcher.snapshots).toBe(1);
  });

  test('§9.39 compacted while the watch was away: a snapshot', async () => {
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

  test('whose connection falls silent without ending: noticed, and nothing is lost', async () => {
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
  });

  test('restored from a backup, so that revisions go back: the watch shows what is there now', async () => {
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
  });

  test('restored, and written to so much that revisions are ahead again: noticed all the same', async () => {
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
  });

  test('stopped (SIGSTOP): calls end in time, and all goes on when it does', async () => {
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
  });

  test('gone while a lease is held: the holder knows before the server would give it up', async () => {
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
  });

  test('restarted while a lease is held: the lease lives on', async () => {
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

  test('out of space: the fault says what to do', async () => {
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

describe.skipIf(reason !== undefined)('three etcds', () => {
  test('§9.39 of which the leader dies: writes go on within seconds, and the watch loses nothing', async () => {
    const three = await cluster(3);
    const store = open(three.endpoints);
    const watcher = watching(store, '/w/');
    const writer = startWriter(open(three.endpoints));
    await seconds(1);
    const leader = await three.leader();
    await leader.kill('SIGKILL');
    const before = writer.written;
    await watcher.until(() => writer.written > before + 200, 20);
    await leader.start();
    await three.healthy();
    await seconds(1);
    const { longest } = await writer.stop();
    await watcher.agrees(store);
    expect(watcher.wrong).toEqual([]);
    expect(watcher.snapshots).toBe(1);
    console.log(`leader killed: longest time without a write ${(longest / 1000).toFixed(1)} s`);
    expect(longest).toBeLessThan(8000);
  });

  test('§9.39 of which the leader dies: a compare-and-swap that succeeded happened once, one refused did not', async () => {
    const three = await cluster(3);
    const store = open(three.endpoints);
    await put(store, '/count', '0');
    const tally = { done: 0, unknown: 0, longest: 0 };
    let stopped = false;
    const count = async (): Promise<void> => {
      const entry = await store.get('/count');
      if (entry === undefined) throw new Error('The counter is gone.');
      const started = performance.now();
      const next = String(Number(entry.value) + 1);
      try {
        const { succeeded } = await store.transact(
          [{ key: '/count', is: 'revision', revision: entry.revision }],
          [{ op: 'put', key: '/count', value: next }],
        );
        if (succeeded) tally.done++;
      } catch (error) {
        if (!(error instanceof Fault) || !error.transient) throw error;
        tally.unknown++;
      }
      tally.longest = Math.max(tally.longest, performance.now() - started);
    };
    const counting = Array.from({ length: 4 }, async () => {
      while (!stopped) await count();
    });
    for (let round = 0; round < 2; round++) {
      await seconds(0.5);
      const leader = await three.leader();
      await leader.kill('SIGKILL');
      await seconds(4);
      await leader.start();
      await three.healthy();
    }
    stopped = true;
    await Promise.all(counting);
    const value = Number((await store.get('/count'))?.value);
    expect(value).toBeGreaterThanOrEqual(tally.done);
    expect(value).toBeLessThanOrEqual(tally.done + tally.unknown);
    const longest = (tally.longest / 1000).toFixed(1);
    console.log(`leader killed twice: ${tally.done} counted, ${tally.unknown} unknown, the longest took ${longest} s`);
    expect(tally.unknown).toBeLessThan(10);
  });

  test('of which each dies in turn and comes back: the watch loses nothing', async () => {
    const three = await cluster(3);
    const store = open(three.endpoints);
    const watcher = watching(store, '/w/');
    const writer = startWriter(open(three.endpoints));
    for (const member of three.members) {
      await seconds(0.5);
      await member.kill('SIGKILL');
      await seconds(1);
      await member.start();
      await three.healthy();
    }
    await writer.stop();
    await watcher.agrees(store);
    expect(watcher.wrong).toEqual([]);
    expect(watcher.snapshots).toBe(1);
  });

  test('of which the one in use stops (SIGSTOP): others are asked', async () => {
    const three = await cluster(3);
    const proxies = await Promise.all(three.endpoints.map(proxyTo));
    const store = open(proxies.map(({ address }) => address));
    await put(store, '/w/a', '1');
    const used = proxies.findIndex(({ connections }) => connections > 0);
    const watcher = watching(store, '/w/');
    await watcher.agrees(store);
    const leader = await three.leader();
    const stopped = three.members[used];
    await stopped?.kill('SIGSTOP');
    const started = performance.now();
    expect((await store.get('/w/a'))?.value).toBe('1');
    const took = (performance.now() - started) / 1000;
    console.log(
      `the member in use (${stopped === leader ? 'leader' : 'follower'}) stopped: read after ${took.toFixed(1)} s`,
    );
    expect(took).toBeLessThan(4.5);
    await put(store, '/w/b', '2');
    await watcher.agrees(store, 20);
    await stopped?.kill('SIGCONT');
    expect(watcher.wrong).toEqual([]);
  });

  test('without a majority: calls end in time with a clear fault, and all goes on when it is back', async () => {
    const three = await cluster(3);
    const store = open(three.endpoints);
    const watcher = watching(store, '/w/');
    await put(store, '/w/a', '1');
    await watcher.agrees(store);
    const [first, second] = three.members;
    await Promise.all([first?.kill('SIGKILL'), second?.kill('SIGKILL')]);
    await seconds(3);
    for (const run of [() => store.get('/w/a'), () => put(store, '/w/x', '')]) {
      const { fault, seconds: took } = await faultOf(run());
      expect(fault).toMatchObject({ code: 'store-unreachable', transient: true });
      expect(took).toBeLessThan(6);
    }
    await Promise.all([first?.start(), second?.start()]);
    await three.healthy();
    await put(store, '/w/b', '2');
    await watcher.agrees(store);
    expect(watcher.wrong).toEqual([]);
  });

  test('a leader of ours that is cut off stops believing in itself before another leads, and its fence fails', async () => {
    const three = await cluster(3);
    const proxies = await Promise.all(three.endpoints.map(proxyTo));
    const cutOff = open(proxies.map(({ address }) => address));
    const other = open(three.endpoints);
    const first = await cutOff.campaign('manager', 'first', forever);
    const waiting = other.campaign('manager', 'second', forever);
    await seconds(1);
    expect(first.held()).toBe(true);
    for (const proxy of proxies) proxy.allow(false);
    let lostAt = Infinity;
    first.lost.addEventListener('abort', () => (lostAt = performance.now()));
    const second = await waiting;
    expect(first.held()).toBe(false);
    expect(lostAt).toBeLessThanOrEqual(performance.now());
    for (const proxy of proxies) proxy.allow(true);
    const tried = await cutOff.transact([first.fence], [{ op: 'put', key: '/decided', value: 'by the old leader' }]);
    expect(tried.succeeded).toBe(false);
    expect(
      (await other.transact([second.fence], [{ op: 'put', key: '/decided', value: 'by the new' }])).succeeded,
    ).toBe(true);
    await second.resign();
  });
});

if (reason !== undefined) test.skip(`etcd: ${reason}`, () => undefined);
