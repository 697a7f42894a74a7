/** Our own templates, from the file to containers that answer, on a real engine; and nothing is left of them afterwards. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderBlueprint } from '../../src/blueprint/index.ts';
import { openClient, type Client } from '../../src/client/index.ts';
import { readApplication } from '../../src/convert/index.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import { defaultMaxBytes, filesOfHost } from '../../src/host/files.ts';
import { deploy, follow } from '../support/deploy.ts';
import { openLab, startClocker, whyNoLab, withDump, type Lab, type LabHost } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: deployment of TOSCA: ${reason}`);

const examples = join(import.meta.dirname, '../../tosca/examples');

describe.skipIf(reason !== undefined)('a TOSCA template', () => {
  let lab: Lab;
  let host: LabHost;
  let client: Client;
  let atFirst: string;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    const clocker = await startClocker(host);
    client = openClient({ address: clocker.api });
    await host.docker('tag', 'busybox:lab', 'busybox:latest');
    atFirst = await everything();
  });
  afterAll(() => lab.close());

  const everything = async (): Promise<string> => {
    const networks = await host.docker('network', 'ls', '--format', '{{.Name}}');
    return [
      await host.docker('ps', '-aq'),
      // The gateway bridge is dockerd's own, made with the first container.
      networks
        .split('\n')
        .filter((one) => one !== 'docker_gwbridge')
        .sort()
        .join(),
      await host.docker('volume', 'ls', '-q'),
      (await client.call('checkIpam')).allocated,
    ].join('|');
  };

  async function deployExample(name: string, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    const path = join(examples, name, 'template.yaml');
    const { application, problems } = await readApplication({
      documents: [{ path, text: await readFile(path, 'utf8') }],
      disk: filesOfHost(defaultMaxBytes),
      currentDirectory: '/',
      environment: new Map(),
      tosca: { requireInputs: true, inputs: new Map(Object.entries(inputs)) },
    });
    if (hasErrors(problems)) throw new Error(JSON.stringify(problems));
    const text = renderBlueprint(application);
    const { task } = await deploy(client, { name, text, language: 'blueprint' });
    expect(task, JSON.stringify(task)).toMatchObject({ state: 'done' });
  }

  async function remove(name: string): Promise<void> {
    const { task } = await client.call('removeApplication', {
      params: { application: name },
      query: { volumes: 'true', images: 'false' },
    });
    expect(await follow(client, task)).toMatchObject({ task: { state: 'done' } });
    await expect.poll(everything, { timeout: 5000 }).toBe(atFirst);
  }

  /** Name of the container of an entity. */
  const containerOf = async (name: string, entity: string): Promise<string> => {
    const names = (await host.docker('ps', '--format', '{{.Names}}')).trim().split('\n');
    const found = names.find((one) => one.startsWith(`${name}-`) && one.endsWith(`-${entity}-1`));
    if (found === undefined) throw new Error(`no container of ${entity} among ${names.join()}`);
    return found;
  };
  const addressesOf = async (container: string): Promise<readonly string[]> =>
    (await host.docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}', container))
      .trim()
      .split(' ');
  const inside = (container: string, command: string): Promise<string> =>
    host.docker('exec', container, 'sh', '-c', command);

  const example = (name: string, body: (name: string) => Promise<void>): void => {
    test(name, () =>
      withDump(lab, async () => {
        await body(name);
        await remove(name);
      }),
    );
  };

  example('web-and-database', async (name) => {
    await deployExample(name, { greeting: 'good morning' });
    const web = await containerOf(name, 'web');
    const told = (await inside(web, 'echo $DATABASE_HOST:$DATABASE_PORT')).trim();
    const [address] = await addressesOf(await containerOf(name, 'database'));
    expect(told).toBe(`${address ?? ''}:5432`);
    await expect
      .poll(() => host.exec(['busybox', 'timeout', '3', 'busybox', 'nc', '127.0.0.1', '8080']), { timeout: 10_000 })
      .toContain('good morning');
  });

  example('hosted-software', async (name) => {
    await deployExample(name, { title: 'Put by scripts', port: '8081' });
    const machine = await containerOf(name, 'machine');
    const [address = ''] = await addressesOf(machine);
    expect(await host.exec(['busybox', 'wget', '-q', '-O', '-', `http://${address}:8081/`])).toBe('Put by scripts\n');
  });

  example('static-addresses', async (name) => {
    await deployExample(name);
    const gatekeeper = await containerOf(name, 'gatekeeper');
    expect([...(await addressesOf(gatekeeper))].sort()).toEqual(['198.19.40.10', '198.19.41.10']);
    await inside(gatekeeper, 'ping -c 1 -W 2 198.19.41.20');
  });

  example('scaling-group', async (name) => {
    await deployExample(name);
    const count = async (): Promise<number> => (await host.docker('ps', '-q')).split('\n').filter(Boolean).length;
    const resize = async (size: number): Promise<void> => {
      const params = { application: name, entity: 'worker', effector: 'resize' as const };
      const { task } = await client.call('invoke', { params, body: { desiredSize: size } });
      expect(await follow(client, task)).toMatchObject({ task: { state: 'done' } });
    };
    expect(await count()).toBe(2);
    await resize(4);
    expect(await count()).toBe(4);
    await resize(1);
    expect(await count()).toBe(1);
  });

  example('substitution', async (name) => {
    await deployExample(name, { answer: 'said within' });
    const asker = await containerOf(name, 'asker');
    const [address] = await addressesOf(await containerOf(name, 'server'));
    expect((await inside(asker, 'echo $STORE_HOST')).trim()).toBe(address);
    expect(await inside(asker, 'timeout 3 nc $STORE_HOST $STORE_PORT')).toContain('said within');
  });
});
