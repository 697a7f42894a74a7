/** What the etcd store makes of an etcd of three members that fail, stop, and are cut off. */
import { describe, expect } from 'vitest';
import { faultOf, put, seconds, startWriter, withEtcd } from '../support/etcd-test.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import { Fault } from '../../src/diagnostic/fault.ts';

const reason = await whyNoEtcd();
if (reason !== undefined) console.warn(`SKIPPED: etcd: ${reason}`);

const forever = new AbortController().signal;

describe.skipIf(reason !== undefined)('three etcds', () => {
  withEtcd(
    '§9.39 of which the leader dies: writes go on within seconds, and the watch loses nothing',
    async ({ cluster, open, watching }) => {
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
    },
  );

  withEtcd(
    '§9.39 of which the leader dies: a compare-and-swap that succeeded happened once, one refused did not',
    async ({ cluster, open }) => {
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
      console.log(
        `leader killed twice: ${tally.done} counted, ${tally.unknown} unknown, the longest took ${longest} s`,
      );
      expect(tally.unknown).toBeLessThan(10);
    },
  );

  withEtcd(
    'of which each dies in turn and comes back: the watch loses nothing',
    async ({ cluster, open, watching }) => {
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
    },
  );

  withEtcd(
    'of which the one in use stops (SIGSTOP): others are asked',
    async ({ cluster, open, proxyTo, watching }) => {
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
    },
  );

  withEtcd(
    'without a majority: calls end in time with a clear fault, and all goes on when it is back',
    async ({ cluster, open, watching }) => {
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
    },
  );

  withEtcd(
    'a leader of ours that is cut off stops believing in itself before another leads, and its fence fails',
    async ({ cluster, open, proxyTo }) => {
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
    },
  );
});
