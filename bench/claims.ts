/**
 * Addresses taken by hosts that share a pool, beside what the same etcd makes of as many clients that only put a key where
 * there is none. Run as a process of the lab, because only its hosts reach its etcd; each host is a thread of its own, as
 * it is a machine of its own. Claims and puts take turns. Prints claims and puts per second.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createAllocator } from '../plugins/ipam/index.ts';
import { renderJson } from '../src/model/network/json.ts';
import { poolKey, poolUseKey } from '../src/model/network/keys.ts';
import { poolNameOf } from '../src/model/network/names.ts';
import type { PoolUse } from '../src/model/network/records.ts';
import { poolOf } from '../src/model/network/resources.ts';
import { createOverlay, openMirror, openStore, systemStoreClock } from '../src/store/index.ts';

const clock = systemStoreClock;
/** Times that claims and puts take turns; the first pair warms up. */
const turns = 4;

/** `lanes`: asks under way at each host at once; containers that start one after the other are one lane. */
type Task = { readonly address: string; readonly node: string; readonly use: PoolUse; readonly lanes: number };
type Order = { readonly what: 'claims' | 'puts'; readonly milliseconds: number };

async function beHost({ address, node, use, lanes }: Task): Promise<void> {
  const store = await openStore(address, { clock });
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock });
  await mirror.ready;
  const allocator = createAllocator({ overlay: createOverlay(store, mirror), node, now: () => Date.now() });
  let number = 0;
  const doings: Readonly<Record<Order['what'], () => Promise<void>>> = {
    claims: async () => {
      const answer = await allocator.ask(use, { kind: 'any' }, AbortSignal.timeout(30_000));
      if (answer.kind !== 'assigned') throw new Error(`No address was given: ${answer.kind}`);
    },
    puts: async () => {
      const key = `/raw/${use.pool}/${node}/${number++}`;
      const value = renderJson({ endpoint: 'e'.repeat(64), node });
      await store.transact([{ key, is: 'absent' }], [{ op: 'put', key, value }]);
    },
  };
  parentPort?.postMessage('ready');
  parentPort?.on('message', (order: Order | 'end') => {
    if (order === 'end') {
      parentPort?.close();
      void mirror.close().then(() => store.close());
      return;
    }
    const end = performance.now() + order.milliseconds;
    let done = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() < end) {
        await doings[order.what]();
        done++;
      }
    };
    void Promise.all(Array.from({ length: lanes }, lane)).then(() => parentPort?.postMessage(done));
  });
}

async function prepare(address: string, use: PoolUse): Promise<void> {
  const store = await openStore(address, { clock });
  const meta = { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
  await store.transact(
    [],
    [
      { op: 'put', key: poolUseKey(use.pool), value: renderJson(use) },
      {
        op: 'put',
        key: poolKey(use.pool),
        value: renderJson(poolOf(use.pool, { cidr: use.cidr, blockSize: 26 }, meta)),
      },
    ],
  );
  await store.close();
}

async function measure(address: string, seconds: number, count: number, lanes: number, round: number) {
  const cidr = `100.${64 + round}.0.0/16`;
  const nodes = Array.from({ length: count }, (_, index) => `h${index}`);
  const requestedAt = new Date().toISOString();
  const use = { pool: poolNameOf(cidr), cidr, nodes, made: nodes, network: 'n'.repeat(64), requestedAt };
  await prepare(address, use);
  const workers = nodes.map(
    (node) => new Worker(new URL(import.meta.url), { workerData: { address, node, use, lanes } satisfies Task }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const milliseconds = (seconds * 1000) / turns;
  async function turn(what: Order['what']): Promise<number> {
    const began = performance.now();
    const done = await Promise.all(
      workers.map(async (worker) => {
        worker.postMessage({ what, milliseconds } satisfies Order);
        const [number] = (await once(worker, 'message')) as [number];
        return number;
      }),
    );
    return (done.reduce((sum, one) => sum + one, 0) * 1000) / (performance.now() - began);
  }
  const rates = { claims: [] as number[], puts: [] as number[] };
  for (let each = 0; each <= turns; each++)
    for (const what of ['claims', 'puts'] as const) rates[what].push(await turn(what));
  for (const worker of workers) worker.postMessage('end');
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  const mean = ([, ...values]: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / turns;
  return { count, lanes, claims: mean(rates.claims), puts: mean(rates.puts) };
}

if (isMainThread) {
  const [address = '', seconds = '1', counts = '1', lanes = '1'] = process.argv.slice(2);
  let round = 0;
  for (const abreast of lanes.split(',').map(Number))
    for (const count of counts.split(',').map(Number)) {
      const measured = await measure(address, Number(seconds), count, abreast, round++);
      process.stdout.write(`${JSON.stringify(measured)}\n`);
    }
} else {
  await beHost(workerData as Task);
}
