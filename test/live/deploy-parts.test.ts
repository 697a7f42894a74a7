/** What an application may ask of its containers, each seen from inside them on a real engine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import { deploy, doneIn, follow, readyToDeploy, type Deployed } from '../support/deploy.ts';
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
if (reason !== undefined) console.warn(`SKIPPED: parts of deployments: ${reason}`);

const networks = (subnet: string): string =>
  `networks: {default: {driver: clocker, ipam: {driver: clocker, config: [{subnet: ${subnet}}]}}}\n`;

describe.skipIf(reason !== undefined)('an application', () => {
  let lab: Lab;
  let host: LabHost;
  let clocker: Clocker;
  let client: Client;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    clocker = await startClocker(host);
    client = openClient({ address: clocker.api });
  });
  afterAll(() => lab.close());

  const dumped = (what: string, body: () => Promise<void>): void => {
    test(what, () => withDump(lab, body));
  };
  const deployed = async (
    name: string,
    compose: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<Deployed> => {
    const directory = join(host.directory, name);
    await mkdir(directory, { recursive: true });
    for (const [file, text] of Object.entries({ ...files, 'compose.yml': compose }))
      await writeFile(join(directory, file), text);
    return deploy(client, await readyToDeploy(client, directory, name));
  };
  const remove = async (application: string): Promise<void> => {
    const { task } = await client.call('removeApplication', { params: { application }, query: { volumes: 'true' } });
    expect(await follow(client, task)).toMatchObject({ task: { state: 'done' } });
    expect(await host.docker('ps', '-aq', '--filter', `label=clocker.application=${application}`)).toBe('');
  };
  const inside = (container: string, ...argv: readonly string[]): Promise<string> =>
    host.docker('exec', container, ...argv);

  dumped('has secrets, configs and variables of files, and tells them to nobody else', async () => {
    const word = 'correct-horse-battery-staple';
    const done = await deployed(
      'hidden',
      `services:
  app:
    image: busybox:lab
    env_file: [app.env]
    secrets: [token, {source: token, target: /etc/token, uid: "7", mode: 0400}]
    configs: [{source: settings, target: /settings.ini}]
    stop_grace_period: 0s
  sealed:
    image: busybox:lab
    read_only: true
    secrets: [token]
    stop_grace_period: 0s
secrets: {token: {file: ./token.txt}}
configs: {settings: {content: "level=7"}}
${networks('198.19.20.0/24')}`,
      { 'app.env': `PASSWORD=${word}-env\n`, 'token.txt': `${word}-file` },
    );
    expect(done.task).toMatchObject({ state: 'done' });
    expect(await inside('hidden-app-1', 'cat', '/run/secrets/token')).toBe(`${word}-file`);
    expect(await inside('hidden-app-1', 'ls', '-ln', '/etc/token')).toMatch(/^-r-------- +1 7 +0 /);
    expect(await inside('hidden-app-1', 'cat', '/settings.ini')).toBe('level=7');
    expect(await inside('hidden-app-1', 'sh', '-c', 'echo $PASSWORD')).toBe(`${word}-env\n`);
    expect(await inside('hidden-sealed-1', 'cat', '/run/secrets/token')).toBe(`${word}-file`);
    const params = { application: 'hidden' };
    const told = [
      await client.call('getBlueprint', { params }),
      await client.call('getApplication', { params }),
      await client.call('getSensors', { params: { ...params, entity: 'app' } }),
      await client.call('listTasks'),
      done.events,
      await host.exec(['busybox', 'cat', join(host.directory, 'clocker.log')]),
    ];
    expect(JSON.stringify(told)).not.toContain(word);
    expect(await host.exec(['busybox', 'find', join(host.directory, 'clocker'), '-name', 'materials'])).not.toBe('');
    await remove('hidden');
    const kept = await host.run(['busybox', 'grep', '-rl', word, join(host.directory, 'clocker')]);
    // The store keeps a history of texts, and none of them has it.
    expect(kept.stdout).toBe('');
  });

  dumped('grows and shrinks', async () => {
    const compose = (replicas: number): string => `services:
  worker:
    image: busybox:lab
    deploy: {replicas: ${replicas}}
    stop_grace_period: 0s
${networks('198.19.21.0/24')}`;
    expect(await deployed('many', compose(2))).toMatchObject({ task: { state: 'done' } });
    const resize = async (desiredSize: number): Promise<readonly string[]> => {
      const params = { application: 'many', entity: 'worker', effector: 'resize' };
      const { task } = await client.call('invoke', { params, body: { desiredSize } });
      return doneIn(await follow(client, task));
    };
    expect(await resize(4)).toEqual(
      expect.arrayContaining(['create container many-worker-3', 'create container many-worker-4']),
    );
    // All are found under the name of the service.
    expect(await inside('many-worker-1', 'nslookup', 'worker')).toMatch(/(198\.19\.21\.\d+[^]*){4}/);
    expect([...(await resize(1))].sort()).toEqual([
      'remove container many-worker-2',
      'remove container many-worker-3',
      'remove container many-worker-4',
    ]);
    const { entities } = await client.call('getApplication', { params: { application: 'many' } });
    expect(entities.filter(({ kind }) => kind === 'container').map(({ id }) => id)).toEqual(['worker.1']);
    await remove('many');
  });

  dumped('starts in its order, runs jobs to their end, and has hooks run', async () => {
    const done = await deployed(
      'order',
      `services:
  app:
    image: busybox:lab
    depends_on:
      migrate: {condition: service_completed_successfully}
      db: {condition: service_healthy}
    networks: {default: {ipv4_address: 198.19.22.77, aliases: [api]}}
    post_start: [{command: [sh, -c, "echo started > /tmp/hook"]}]
    stop_grace_period: 0s
  migrate:
    image: busybox:lab
    command: [sh, -c, "nc -w 5 db 80 < /dev/null; echo migrated"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: busybox:lab
    command: [sh, -c, "sleep 1; touch /tmp/ready; sleep 1000"]
    healthcheck: {test: [CMD, ls, /tmp/ready], interval: 200ms, retries: 50}
    restart: always
    stop_grace_period: 0s
${networks('198.19.22.0/24')}`,
    );
    expect(done.task).toMatchObject({ state: 'done' });
    expect(doneIn(done).filter((line) => line.includes('container'))).toEqual([
      'create container order-db-1',
      'create container order-migrate-1',
      'create container order-app-1',
    ]);
    expect(await inside('order-app-1', 'cat', '/tmp/hook')).toBe('started\n');
    expect(await inside('order-db-1', 'ping', '-4', '-c', '1', 'api')).toContain('198.19.22.77');
    const { application, entities } = await client.call('getApplication', { params: { application: 'order' } });
    expect(entities.find(({ id }) => id === 'migrate')).toMatchObject({ state: 'stopped' });
    expect(application).toMatchObject({ phase: 'deployed', state: 'running', isUp: true });
    // A job that has done its work is not done again.
    const again = await client.call('plan', {
      body: await readyToDeploy(client, join(host.directory, 'order'), 'order'),
    });
    expect(again.changes).toEqual([]);
    await remove('order');
  });

  dumped('fails with the reason when what it waits for can never come', async () => {
    const done = await deployed(
      'ailing',
      `services:
  app: {image: "busybox:lab", depends_on: {db: {condition: service_healthy}}, stop_grace_period: 0s}
  db:
    image: busybox:lab
    command: [sh, -c, "echo no disk; exit 3"]
    healthcheck: {test: [CMD, "true"], interval: 200ms}
${networks('198.19.23.0/24')}`,
    );
    expect(done.task).toMatchObject({ state: 'failed', failure: { code: 'command-failed' } });
    expect(done.task.failure?.message).toContain('app waits for db, but ailing-db-1 ended with exit code 3');
    expect(done.task.failure?.message).toContain('no disk');
    const { application } = await client.call('getApplication', { params: { application: 'ailing' } });
    expect(application).toMatchObject({ phase: 'failed', isUp: false });
    await remove('ailing');
  });

  dumped('is refused before anything is touched when a name or a port is somebody else’s', async () => {
    await host.docker('run', '-d', '--name', 'taken-app-1', '-p', '8081:80', 'busybox:lab');
    const text = (name: string, port: string): Promise<Deployed> =>
      deployed(name, `services: {app: {image: "busybox:lab", ports: ["${port}:80"]}}\n${networks('198.19.24.0/24')}`);
    expect((await text('taken', '8082')).task).toMatchObject({ state: 'failed', failure: { code: 'docker-refused' } });
    expect((await text('other', '8081')).task).toMatchObject({ state: 'failed', failure: { code: 'port-taken' } });
    expect(await client.call('listApplications')).toEqual([]);
    expect(await host.docker('network', 'ls', '-q', '--filter', 'driver=clocker')).toBe('');
    await host.docker('rm', '-f', 'taken-app-1');
  });

  dumped('keeps the old container when the new one does not start', async () => {
    const compose = (more: string): string =>
      `services: {app: {image: "busybox:lab", stop_grace_period: 0s${more}}}\n${networks('198.19.25.0/24')}`;
    expect(await deployed('kept', compose(''))).toMatchObject({ task: { state: 'done' } });
    const before = await host.docker('ps', '-q', '--filter', 'name=kept-app-1');
    const failed = await deployed('kept', compose(', command: [not-there]'));
    expect(failed.task).toMatchObject({ state: 'failed' });
    expect(await host.docker('ps', '-q', '--filter', 'name=kept-app-1')).toBe(before);
    expect(await host.docker('ps', '-aq', '--filter', 'label=clocker.application=kept')).toBe(before);
    expect(await deployed('kept', compose(', command: [sleep, "1000"]'))).toMatchObject({ task: { state: 'done' } });
    await remove('kept');
  });

  dumped('tells when a container is not well, and when it is again', async () => {
    await deployed(
      'watched',
      `services:
  app:
    image: busybox:lab
    command: [sh, -c, "touch /tmp/well; sleep 1000"]
    healthcheck: {test: [CMD, ls, /tmp/well], interval: 100ms, retries: 2}
    stop_grace_period: 0s
${networks('198.19.26.0/24')}`,
    );
    const ending = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { kind, name } of await client.call('followEvents', { signal: ending.signal }))
        seen.push(`${kind} ${name}`);
    })().catch(() => undefined);
    const state = async (): Promise<string> => {
      const sensors = await client.call('getSensors', { params: { application: 'watched', entity: 'app' } });
      return String(sensors['service.state']);
    };
    await expect.poll(state, { timeout: 30_000 }).toBe('running');
    await inside('watched-app-1', 'busybox', 'rm', '/tmp/well');
    await expect.poll(state, { timeout: 30_000 }).toBe('on-fire');
    await inside('watched-app-1', 'busybox', 'touch', '/tmp/well');
    await expect.poll(state, { timeout: 30_000 }).toBe('running');
    await host.docker('kill', 'watched-app-1');
    await expect.poll(state, { timeout: 30_000 }).toBe('stopped');
    expect(seen).toContain('entity watched/app');
    ending.abort();
    await following;
    await remove('watched');
  });
});
