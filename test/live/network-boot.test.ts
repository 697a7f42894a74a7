/** A host that boots: dockerd comes up before the daemon, and wants networks for the containers it is to start. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { image, openLab, startClocker, whyNoLab, withDump, type Clocker, type Lab } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: booting: ${reason}`);

describe.skipIf(reason !== undefined)('a host that boots', () => {
  let lab: Lab;
  let clocker: Clocker;
  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    const h1 = lab.host('h1');
    clocker = await startClocker(h1);
    await h1.docker(
      'network',
      'create',
      '-d',
      'clocker',
      '--ipam-driver',
      'clocker',
      '--subnet',
      '198.19.8.0/24',
      'app',
    );
    for (const name of ['first', 'second'])
      await h1.docker('run', '-d', '--name', name, '--restart', 'always', '--network', 'app', image);
  });
  afterAll(() => lab.close());

  test.each([2, 12])('§9.37 with the daemon %i s after dockerd, containers are up and reach each other', (late) =>
    withDump(lab, async () => {
      const h1 = lab.host('h1');
      // As power loss leaves it: /run is gone, and so is what the kernel had.
      await Promise.all([clocker.kill(), h1.engine.kill()]);
      await h1.exec(['busybox', 'rm', '-rf', '/run/docker/plugins', '/run/clocker']);
      const links = await h1.exec(['ip', '-o', 'link']);
      for (const name of links.match(/cali[0-9a-f]+/g) ?? []) await h1.run(['ip', 'link', 'del', name]);
      const began = performance.now();
      const booting = h1.engine.start();
      await new Promise((resolve) => setTimeout(resolve, late * 1000));
      await clocker.start();
      await booting;
      const up = async (): Promise<string> =>
        (await h1.docker('ps', '--format', '{{.Names}}')).trim().split('\n').sort().join(' ');
      await expect.poll(up, { timeout: 60_000, interval: 500 }).toBe('first second');
      const address = (
        await h1.docker('inspect', '--format', '{{(index .NetworkSettings.Networks "app").IPAddress}}', 'second')
      ).trim();
      await expect
        .poll(
          async () =>
            (await h1.docker('exec', 'first', 'ping', '-c', '1', '-W', '1', address)).includes(' 0% packet loss'),
          {
            timeout: 30_000,
          },
        )
        .toBe(true);
      console.log(
        `booted: containers up ${Math.round(performance.now() - began)} ms after dockerd, daemon ${late} s late`,
      );
      const { status, stdout } = await h1.run([
        'docker',
        '--host',
        h1.engine.address,
        'run',
        '--rm',
        '--network',
        'app',
        image,
        'ping',
        '-c',
        '1',
        address,
      ]);
      expect([status, stdout]).toEqual([0, expect.stringContaining(' 0% packet loss')]);
    }),
  );
});
