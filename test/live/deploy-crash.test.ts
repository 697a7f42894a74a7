/** A daemon killed in the middle of what it was told to do goes on with it when it is back. */
import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployBody } from '../../src/api/index.ts';
import { openClient, type Client } from '../../src/client/index.ts';
import { deploy, readyToDeploy } from '../support/deploy.ts';
import {
  openLab,
  startClocker,
  whyNoLab,
  withDump,
  type Clocker,
  type Lab,
  type LabHost,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: killing a deployment: ${reason}`);

const examples = join(import.meta.dirname, '../../compose-examples');
const params = { application: 'book' };
const all = { volumes: 'true', images: 'true' };
/** Milliseconds after the order at which the daemon is killed: a deployment takes some three seconds. */
const moments = [0, 400, 2000];

describe.skipIf(reason !== undefined)('kill -9 of the daemon', () => {
  let lab: Lab;
  let host: LabHost;
  let clocker: Clocker;
  let client: Client;
  let body: DeployBody;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    clocker = await startClocker(host);
    client = openClient({ address: clocker.api });
    const directory = join(host.directory, 'guestbook');
    await cp(join(examples, 'guestbook'), directory, { recursive: true });
    await copyFile('/bin/busybox', join(directory, 'busybox'));
    body = await readyToDeploy(client, directory, 'book');
  });
  afterAll(() => lab.close());

  const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const killAfter = async (milliseconds: number): Promise<void> => {
    await rest(milliseconds);
    await clocker.kill();
    await clocker.start();
  };
  const phase = (): Promise<string> =>
    client.call('getApplication', { params }).then(
      ({ application }) => application.phase,
      () => 'gone',
    );
  const left = async (): Promise<string> => {
    const names = await host.docker('ps', '-a', '--format', '{{.Names}}');
    const networks = await host.docker('network', 'ls', '--filter', 'driver=clocker', '-q');
    return names + networks;
  };

  for (const moment of moments)
    test(`${moment} ms after the order to deploy, and to remove`, { timeout: 120_000 }, () =>
      withDump(lab, async () => {
        await client.call('deploy', { body });
        await killAfter(moment);
        await expect.poll(phase, { timeout: 40_000 }).toBe('deployed');
        const page = await host.exec(['busybox', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/cgi-bin/index.cgi']);
        expect(page).toContain('told by http://backend:8000');
        const names = await host.docker('ps', '-a', '--format', '{{.Names}}');
        expect(names.trim().split('\n').sort()).toEqual(['book-backend-1', 'book-web-1']);
        await client.call('removeApplication', { params, query: all });
        await killAfter(moment / 2);
        await expect.poll(phase, { timeout: 40_000 }).toBe('gone');
        expect(await left()).toBe('');
        expect(await client.call('checkIpam')).toMatchObject({ endpoints: 0, problems: [] });
      }),
    );

  test('in the middle of replacing a container keeps one of them', { timeout: 120_000 }, () =>
    withDump(lab, async () => {
      await deploy(client, body);
      for (const [index, moment] of [100, 500, 900, 1300].entries()) {
        const text = body.text.replace('BACKEND:', `ROUND: "${index}"\n      BACKEND:`);
        await client.call('deploy', { body: { ...body, text } });
        await killAfter(moment);
        await expect.poll(phase, { timeout: 40_000 }).toBe('deployed');
        const names = await host.docker('ps', '-a', '--format', '{{.Names}}');
        expect(names.trim().split('\n').sort()).toEqual(['book-backend-1', 'book-web-1']);
        const environment = await host.docker('inspect', '-f', '{{.Config.Env}}', 'book-web-1');
        expect(environment).toContain(`ROUND=${index}`);
      }
    }),
  );
});
