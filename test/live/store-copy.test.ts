/** One host with its own store becomes one of two that share an etcd, while its containers go on talking. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChecked } from '../../src/host/process.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import {
  networkAppears,
  openLab,
  pings,
  runBox,
  startClocker,
  startLabEtcd,
  whyNoLab,
  withDump,
  type Clocker,
  type Lab,
  type LabEtcd,
} from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: moving between stores: ${reason}`);

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'bin/clocker');

describe.skipIf(reason !== undefined)('an installation that moves from a host’s own store to etcd', () => {
  let lab: Lab;
  let etcd: LabEtcd;
  let alone: Clocker;
  beforeAll(async () => {
    if (!existsSync(join(root, 'dist/clocker.cjs')))
      await runChecked([process.execPath, join(root, 'scripts/build.mjs')], { timeout: 60_000 });
    lab = await openLab({ hosts: ['h1', 'h2'] });
    etcd = await startLabEtcd(lab);
    alone = await startClocker(lab.host('h1'));
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.8.0/24'];
    await lab.host('h1').docker(...create, 'app');
  });
  afterAll(() => lab.close());

  test('keeps its traffic, its networks and its addresses, and another host joins', () =>
    withDump(lab, async () => {
      const h1 = lab.host('h1');
      const h2 = lab.host('h2');
      const clocker = (...words: readonly string[]) => h1.run([process.execPath, command, ...words]);
      const own = `embedded://${join(h1.directory, 'clocker/store')}`;
      const shared = `etcd://${etcd.endpoint}`;
      const copy = ['store', 'copy', '--from', own, '--to', shared];
      const one = await runBox(h1, 'one', ['--network', 'app']);
      const two = await runBox(h1, 'two', ['--network', 'app']);
      const addresses = [await one.address('app'), await two.address('app')];
      const stream = await one.agent.stream(addresses[1] ?? '', 81);

      const tooEarly = await clocker(...copy);
      expect([tooEarly.status, tooEarly.stderr]).toEqual([75, expect.stringMatching(/in use|locked/i)]);
      await alone.stop();
      const copied = await clocker(...copy);
      expect(copied.status, copied.stderr).toBe(0);
      const again = await clocker(...copy);
      expect([again.status, again.stderr]).toEqual([75, expect.stringContaining('--force')]);
      await startClocker(h1, { store: shared });
      await startClocker(h2, { store: shared });

      await networkAppears(h2, 'app');
      const three = await runBox(h2, 'three', ['--network', 'app']);
      expect([await one.address('app'), await two.address('app')]).toEqual(addresses);
      expect(addresses).not.toContain(await three.address('app'));
      await expect.poll(() => pings(three, addresses[0] ?? ''), { timeout: 30_000, interval: 200 }).toBe(true);
      const { sent, answered } = await stream.stop();
      expect(sent).toBeGreaterThan(20);
      expect(answered).toBe(sent);
      const check = await clocker('ipam', 'check', '--store', shared);
      expect([check.status, check.stdout]).toEqual([0, '']);
      // What left the old store behind is taken up by the new one.
      await two.remove();
      await expect
        .poll(async () => (await etcd.ctl('get', '--prefix', '--keys-only', '/clocker/v1/addresses/')).split(/\n+/))
        .toEqual([addresses[0], await three.address('app')].map((one) => `/clocker/v1/addresses/${one}`).sort());
    }));
});
