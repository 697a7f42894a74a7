/** Two hosts of one name: the second is refused, the first goes on; one that came back is not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aliveKey } from '../../src/model/network/keys.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import { bundleScript } from '../support/bundle.ts';
import {
  openLab,
  startClocker,
  startLabEtcd,
  whyNoLab,
  withDump,
  type Lab,
  type LabEtcd,
} from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: two hosts of one name: ${reason}`);

describe.skipIf(reason !== undefined)('two hosts of one name', () => {
  let lab: Lab;
  let etcd: LabEtcd;
  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1', 'h2'], engines: ['h1'] });
    etcd = await startLabEtcd(lab);
  });
  afterAll(() => lab.close());

  test('the second waits outside, and says who has the name', () =>
    withDump(lab, async () => {
      const [h1, h2] = [lab.host('h1'), lab.host('h2')];
      const store = `etcd://${etcd.endpoint}`;
      const first = await startClocker(h1, { store });
      const sign = async (): Promise<string> => etcd.ctl('get', '--print-value-only', aliveKey('h1'));
      await expect.poll(sign, { timeout: 20_000 }).toContain(h1.address);
      // One that was killed is back at once, though its sign of life is still there.
      await first.kill();
      const began = performance.now();
      await first.start();
      expect(performance.now() - began).toBeLessThan(12_000);
      const script = await bundleScript(new URL('../support/lab/clocker-entry.ts', import.meta.url), h2.directory);
      const clone = await h2.start('clone', [process.execPath, script, store, h2.engine.address, 'h1', h2.directory]);
      const log = (): string => readFileSync(join(h2.directory, 'clone.log'), 'utf8');
      await expect.poll(log, { timeout: 20_000 }).toContain('another host has this name');
      expect(log()).toContain(h1.address);
      // Until it is refused it has taken nothing: no socket that Docker would ask, no sign of life.
      expect(await h2.run(['test', '-e', '/run/docker/plugins/clocker.sock'])).toMatchObject({ status: 1 });
      clone.kill('SIGTERM');
      await clone.exited;
      expect(await sign()).toContain(h1.address);
      expect(first.process?.isRunning()).toBe(true);
    }));
});
