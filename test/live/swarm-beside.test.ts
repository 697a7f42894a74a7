/** The managed plugin beside the plain one on an engine: both names are to be found, also after dockerd came up again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { managedPlugin } from '../../src/model/network/swarm.ts';
import { installManaged, openLab, startClocker, whyNoLab, withDump, type Lab } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: the managed plugin beside the plain one: ${reason}`);

describe.skipIf(reason !== undefined)('an engine with the managed plugin', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    await startClocker(lab.host('h1'));
  });
  afterAll(() => lab.close());

  test('has plain networks as well, before and after it was restarted', () =>
    withDump(lab, async () => {
      const h1 = lab.host('h1');
      const create = (driver: string, name: string): Promise<string> =>
        h1.docker('network', 'create', '-d', driver, '--ipam-driver', driver, name);
      await installManaged(h1);
      await create('clocker', 'plain');
      await create(managedPlugin, 'managed');
      await h1.docker('run', '-d', '--name', 'before', '--restart', 'always', '--network', 'plain', 'busybox:lab');
      await h1.engine.stop();
      await h1.engine.start();
      await expect
        .poll(() => h1.docker('inspect', '-f', '{{.State.Running}}', 'before'), { timeout: 30_000 })
        .toContain('true');
      await create('clocker', 'later');
      for (const network of ['plain', 'managed', 'later'])
        await h1.docker('run', '--rm', '--network', network, 'busybox:lab', 'true');
    }));
});
