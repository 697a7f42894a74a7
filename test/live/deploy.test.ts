/** An application from its compose file to containers that talk, on a real engine, by the daemon's API alone. */
import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import { deploy, doneIn, follow, readyToDeploy } from '../support/deploy.ts';
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
if (reason !== undefined) console.warn(`SKIPPED: deployment: ${reason}`);

const examples = join(import.meta.dirname, '../../compose-examples');
const name = 'book';

describe.skipIf(reason !== undefined)('an application', () => {
  let lab: Lab;
  let host: LabHost;
  let clocker: Clocker;
  let client: Client;
  let directory: string;
  let atFirst: string;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    clocker = await startClocker(host);
    client = openClient({ address: clocker.api });
    directory = join(host.directory, 'guestbook');
    await cp(join(examples, 'guestbook'), directory, { recursive: true });
    await copyFile('/bin/busybox', join(directory, 'busybox'));
  });
  afterAll(() => lab.close());

  const dumped = (what: string, body: () => Promise<void>): void => {
    test(what, () => withDump(lab, body));
  };
  const containers = async (): Promise<readonly string[]> =>
    (await host.docker('ps', '-a', '--format', '{{.Names}} {{.ID}}')).trim().split('\n').filter(Boolean).sort();
  const everything = async (): Promise<string> => {
    const networks = await host.docker('network', 'ls', '--format', '{{.Name}}');
    const links = await host.exec(['ip', '-brief', 'link']);
    const addresses = (await client.call('checkIpam')).allocated;
    return [
      await containers(),
      // The gateway bridge is dockerd's own, made with the first container.
      networks
        .split('\n')
        .filter((one) => one !== 'docker_gwbridge')
        .sort(),
      links.split('\n').filter((line) => line.startsWith('cali')),
      addresses,
    ].join('|');
  };
  const stateOf = async () => (await client.call('getApplication', { params: { application: name } })).application;
  const page = (): Promise<string> =>
    host.exec(['busybox', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/cgi-bin/index.cgi']);

  dumped('is planned without a change', async () => {
    const before = await everything();
    const plan = await client.call('plan', { body: await readyToDeploy(client, directory, name) });
    expect(plan.changes.map(({ action, kind, name: what }) => `${action} ${kind} ${what}`)).toEqual([
      'build image book-web:latest',
      'build image book-backend:latest',
      'create network book_default',
      'create volume book_entries',
      'create container book-web-1',
      'create container book-backend-1',
    ]);
    expect(await everything()).toBe(before);
    atFirst = before;
    expect(await client.call('listApplications')).toEqual([]);
  });

  dumped('is deployed, its published port answers, and its tiers find each other by name', async () => {
    const deployed = await deploy(client, await readyToDeploy(client, directory, name));
    expect(deployed.task).toMatchObject({ state: 'done' });
    expect(await page()).toContain('told by http://backend:8000');
    const network = JSON.parse(await host.docker('network', 'inspect', 'book_default')) as { Driver: string }[];
    expect(network[0]).toMatchObject({ Driver: 'clocker', IPAM: { Driver: 'clocker' } });
    expect(await host.docker('port', 'book-web-1')).toContain('80/tcp -> 0.0.0.0:8080');
    const { application, entities } = await client.call('getApplication', { params: { application: name } });
    expect(application).toMatchObject({ phase: 'deployed', state: 'running', isUp: true });
    expect(entities.map(({ id, kind, state }) => `${kind} ${id} ${state}`)).toEqual([
      'container backend running',
      'network default running',
      'volume entries running',
      'container web running',
    ]);
    const sensors = await client.call('getSensors', { params: { application: name, entity: 'backend' } });
    expect(sensors).toMatchObject({ 'service.isUp': true, 'docker.container.health': 'healthy' });
  });

  dumped('is left alone when nothing changed', async () => {
    const before = await containers();
    expect(doneIn(await deploy(client, await readyToDeploy(client, directory, name)))).toEqual([]);
    expect(await containers()).toEqual(before);
  });

  dumped('is changed where its file changed, and nowhere else', async () => {
    await host.exec(['busybox', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/cgi-bin/index.cgi?text=hello']);
    const before = await containers();
    const file = join(directory, 'compose.yml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('BACKEND:', 'GREETING: hello\n      BACKEND:'));
    const body = await readyToDeploy(client, directory, name);
    const plan = await client.call('plan', { body });
    expect(plan.changes).toEqual([
      { action: 'replace', kind: 'container', name: 'book-web-1', entity: 'web', because: 'its definition changed' },
    ]);
    expect(doneIn(await deploy(client, body))).toEqual(['replace container book-web-1']);
    const after = await containers();
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(await page()).toContain('hello');
  });

  dumped('is stopped, started and restarted, each in its order', async () => {
    const ordered = async (what: 'startApplication' | 'stopApplication' | 'restartApplication') => {
      const { task } = await client.call(what, { params: { application: name } });
      return doneIn(await follow(client, task));
    };
    expect(await ordered('stopApplication')).toEqual(['stop container book-web-1', 'stop container book-backend-1']);
    expect(await stateOf()).toMatchObject({ phase: 'stopped', state: 'stopped', isUp: false });
    expect(await ordered('startApplication')).toEqual(['start container book-backend-1', 'start container book-web-1']);
    expect(await page()).toContain('hello');
    expect(await ordered('restartApplication')).toHaveLength(4);
    expect(await page()).toContain('hello');
    expect(await stateOf()).toMatchObject({ phase: 'deployed', state: 'running', isUp: true });
  });

  dumped('has one of its entities stopped and started', async () => {
    const invoke = async (effector: 'start' | 'stop') => {
      const params = { application: name, entity: 'web', effector };
      const { task } = await client.call('invoke', { params, body: {} });
      return doneIn(await follow(client, task));
    };
    expect(await invoke('stop')).toEqual(['stop container book-web-1']);
    expect(await stateOf()).toMatchObject({ phase: 'deployed', isUp: false });
    expect(await invoke('start')).toEqual(['start container book-web-1']);
    expect(await page()).toContain('hello');
  });

  dumped('tells what its containers print', async () => {
    const lines: string[] = [];
    await host.docker('exec', 'book-web-1', 'sh', '-c', 'echo said by web > /proc/1/fd/1');
    const stream = await client.call('getLogs', { params: { application: name }, query: { entity: 'web' } });
    for await (const { entity, line } of stream) lines.push(`${entity}: ${line}`);
    expect(lines).toContain('web: said by web');
  });

  dumped('is removed with everything that was made for it', async () => {
    const { task } = await client.call('removeApplication', {
      params: { application: name },
      query: { volumes: 'true', images: 'true' },
    });
    expect(await follow(client, task)).toMatchObject({ task: { state: 'done' } });
    await expect.poll(everything, { timeout: 30_000 }).toBe(atFirst);
    expect(await host.docker('volume', 'ls', '-q')).toBe('');
    expect(await host.docker('images', '--format', '{{.Repository}}')).toBe('busybox\n');
    expect(await client.call('listApplications')).toEqual([]);
    expect(await client.call('checkIpam')).toMatchObject({ endpoints: 0, problems: [] });
  });
});
