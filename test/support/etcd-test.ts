/** Tests of the store with etcds of their own, several at once: nearly all of their time is waiting. */
import { test, type ExpectStatic } from 'vitest';
import { startCluster, type Cluster } from './etcd.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { startWatcher, type Watcher } from './watcher.ts';
import { Fault } from '../../src/diagnostic/fault.ts';
import { systemStoreClock } from '../../src/store/clock.ts';
import { openEtcdStore } from '../../src/store/etcd/etcd.ts';
import type { Store } from '../../src/store/store.ts';

/** What they start ends with the test. */
export type EtcdTools = {
  /** Knows whose it is, which `expect.poll` needs. */
  readonly expect: ExpectStatic;
  readonly cluster: (size: number, args?: readonly string[]) => Promise<Cluster>;
  readonly open: (endpoints: readonly string[]) => Store;
  readonly proxyTo: (target: string) => Promise<Proxy>;
  readonly watching: (store: Store, prefix: string, from?: number) => Watcher;
};

export function withEtcd(name: string, body: (tools: EtcdTools) => Promise<void>): void {
  test.concurrent(name, ({ expect, onTestFinished }) =>
    body({
      expect,
      cluster: async (size, args = []) => {
        const started = await startCluster({ size, args });
        onTestFinished(() => started.stop());
        return started;
      },
      open: (endpoints) => {
        const store = openEtcdStore({ endpoints, clock: systemStoreClock, compaction: false });
        onTestFinished(() => store.close());
        return store;
      },
      proxyTo: async (target) => {
        const proxy = await startProxy(target);
        onTestFinished(() => proxy.close());
        return proxy;
      },
      watching: (store, prefix, from) => {
        const watcher = startWatcher(store, prefix, from);
        onTestFinished(() => watcher.stop());
        return watcher;
      },
    }),
  );
}

export const put = (store: Store, key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);

/** A write that on a busy machine may have to be made again: what fails in passing is tried until it is done. */
export async function surely(write: () => Promise<unknown>): Promise<void> {
  for (;;)
    try {
      await write();
      return;
    } catch (error) {
      if (!(error instanceof Fault) || !error.transient) throw error;
    }
}

export async function faultOf(run: Promise<unknown>): Promise<{ fault: Fault; seconds: number }> {
  const started = performance.now();
  const error = await run.then(
    () => new Error('It did not fail.'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof Fault)) throw error;
  return { fault: error, seconds: (performance.now() - started) / 1000 };
}

/** Writes all the time, trying again what failed in passing; `stop` answers how many came through and the longest gap. */
export function startWriter(store: Store) {
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

export const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
