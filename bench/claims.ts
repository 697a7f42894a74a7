/**
 * Addresses taken by hosts that share a pool, beside what the same etcd makes of as many clients that only put a key where
 * there is none. Run as a process of the lab, because only its hosts reach its etcd: prints claims and puts per second.
 */
import { createAllocator } from '../plugins/ipam/index.ts';
import { renderJson } from '../src/model/network/json.ts';
import { poolKey, poolUseKey } from '../src/model/network/keys.ts';
import { poolNameOf } from '../src/model/network/names.ts';
import type { PoolUse } from '../src/model/network/records.ts';
import { poolOf } from '../src/model/network/resources.ts';
import { createOverlay, openMirror, openStore, systemStoreClock } from '../src/store/index.ts';

const [address = '', seconds = '1', counts = '1'] = process.argv.slice(2);
const time = Number(seconds) * 1000;
/** Asks under way at each host: containers start one after the other. */
const signal = new AbortController().signal;

/** How often per second all of them together get it done. */
async function rate(workers: readonly (() => Promise<void>)[]): Promise<number> {
  const end = performance.now() + time;
  let done = 0;
  const work = async (once: () => Promise<void>): Promise<void> => {
    while (performance.now() < end) {
      await once();
      done++;
    }
  };
  await Promise.all(workers.map(work));
  return (done * 1000) / time;
}

async function measure(count: number, round: number) {
  const cidr = `100.${64 + round}.0.0/16`;
  const names = Array.from({ length: count }, (_, index) => `h${index}`);
  const use: PoolUse = {
    pool: poolNameOf(cidr),
    cidr,
    nodes: names,
    made: names,
    network: 'n'.repeat(64),
    requestedAt: new Date().toISOString(),
  };
  const stores = await Promise.all(names.map(() => openStore(address, { clock: systemStoreClock })));
  const [first] = stores;
  const meta = { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
  await first?.transact(
    [],
    [
      { op: 'put', key: poolUseKey(use.pool), value: renderJson(use) },
      { op: 'put', key: poolKey(use.pool), value: renderJson(poolOf(use.pool, { cidr, blockSize: 26 }, meta)) },
    ],
  );
  const mirrors = stores.map((store) => openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock }));
  await Promise.all(mirrors.map(({ ready }) => ready));
  const allocators = stores.map((store, index) => {
    const mirror = mirrors[index];
    if (mirror === undefined) throw new Error('There is no mirror.');
    return createAllocator({ overlay: createOverlay(store, mirror), node: `h${index}`, now: () => Date.now() });
  });
  const claims = await rate(
    allocators.map((allocator) => async () => {
      const answer = await allocator.ask(use, { kind: 'any' }, signal);
      if (answer.kind !== 'assigned') throw new Error(`No address was given: ${answer.kind}`);
    }),
  );
  await Promise.all(mirrors.map((mirror) => mirror.close()));
  const puts = await rate(
    stores.map((store, host) => {
      let number = 0;
      return async () => {
        const key = `/raw/${round}/${host}/${number++}`;
        const value = renderJson({ endpoint: 'e'.repeat(64), node: `h${host}` });
        await store.transact([{ key, is: 'absent' }], [{ op: 'put', key, value }]);
      };
    }),
  );
  await Promise.all(stores.map((store) => store.close()));
  return { count, claims, puts };
}

let round = 0;
for (const count of counts.split(',').map(Number))
  process.stdout.write(`${JSON.stringify(await measure(count, round++))}\n`);
