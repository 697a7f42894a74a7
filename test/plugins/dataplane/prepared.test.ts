import { expect, test } from 'vitest';
import type { Workload } from '../../../plugins/dataplane/desired.ts';
import { createPrepared } from '../../../plugins/dataplane/prepared.ts';

const workload = (name: string): Workload => ({
  id: name,
  interface: `cali${name}`,
  inside: `tmpc${name}`,
  prefix: 'eth',
  mac: '02:42:c6:13:08:01',
  mtu: 1500,
  network: 1,
  address: { 4: '198.19.8.1', 6: undefined },
  gateway: { 4: '169.254.1.2', 6: 'fe80::1:1' },
  defaultRoute: 'routed',
  published: [],
  createdAt: '',
});

/** A kernel that answers when told. */
function slowKernel() {
  const told: string[][] = [];
  const answers: (() => void)[] = [];
  return {
    told,
    answer: () => answers.shift()?.(),
    make: (lines: readonly string[]) =>
      new Promise<[]>((resolve) => {
        const made = lines.flatMap((said) => /^link add (\w+)/.exec(said)?.[1] ?? []);
        told.push(made);
        answers.push(() => resolve([]));
      }),
  };
}

test('Join waits for its own interfaces only, and none is made twice', async () => {
  const kernel = slowKernel();
  const prepared = createPrepared(kernel, () => 0);
  for (const name of ['1', '2', '2']) prepared.begin(workload(name));
  expect(kernel.told).toEqual([['cali1'], ['cali2']]);
  const order: string[] = [];
  const first = prepared.take(['cali1']).then(() => order.push('1'));
  const both = prepared.take(['cali1', 'cali2']).then(() => order.push('both'));
  kernel.answer();
  await first;
  expect(order).toEqual(['1']);
  kernel.answer();
  await both;
});

test('what Join does not take waits for seconds only', async () => {
  let now = 1_000_000;
  const kernel = slowKernel();
  const prepared = createPrepared(kernel, () => now);
  prepared.begin(workload('1'));
  prepared.begin(workload('2'));
  kernel.answer();
  kernel.answer();
  await prepared.take(['cali2']);
  expect(['cali1', 'cali2', 'cali3'].map((name) => prepared.isWaiting(name))).toEqual([true, false, false]);
  now += 16_000;
  expect(prepared.isWaiting('cali1')).toBe(false);
});

test('a kernel that refuses lets Join try by itself', async () => {
  const prepared = createPrepared({ make: () => Promise.reject(new Error('no ip')) }, () => 0);
  prepared.begin(workload('1'));
  await expect(prepared.take(['cali1'])).resolves.toBeUndefined();
});
