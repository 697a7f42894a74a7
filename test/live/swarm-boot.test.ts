/** dockerd that came up with the daemon down: the managed plugin works again by itself. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPlugin, pluginName } from '../../plugins/managed/index.ts';
import { openDocker } from '../../src/host/docker.ts';
import { openLab, startClocker, whyNoLab, withDump, type Clocker, type Lab } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: booting with the managed plugin: ${reason}`);

describe.skipIf(reason !== undefined)('an engine that boots with the daemon down', () => {
  let lab: Lab;
  let clocker: Clocker;
  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    clocker = await startClocker(lab.host('h1'));
  });
  afterAll(() => lab.close());

  test('has the managed plugin again within 30 s of the daemon', () =>
    withDump(lab, async () => {
      const h1 = lab.host('h1');
      const docker = openDocker({ host: h1.engine.address });
      const read = (path: string): Buffer | undefined => (existsSync(path) ? readFileSync(path) : undefined);
      const socket = '/run/docker/plugins/clocker.sock';
      await installPlugin({ docker, socket, answers: async () => existsSync(clocker.socket), read });
      docker.close();
      await clocker.stop();
      await h1.engine.stop();
      await h1.engine.start();
      await clocker.start();
      const create = ['network', 'create', '-d', pluginName, '--ipam-driver', pluginName, 'again'];
      const began = performance.now();
      await expect
        .poll(async () => (await h1.run(['docker', '--host', h1.engine.address, ...create])).status, {
          timeout: 30_000,
          interval: 1000,
        })
        .toBe(0);
      console.log(`the managed plugin worked ${Math.round(performance.now() - began)} ms after the daemon was up`);
    }));
});
