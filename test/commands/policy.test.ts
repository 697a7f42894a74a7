/** `clocker policy …` as a person types it, against the API on a socket. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadCommands } from '../../src/commands/table.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { profileKey, workloadEndpointKey } from '../../src/model/network/keys.ts';
import type { EndpointRecord } from '../../src/model/network/records.ts';
import { profileOf, workloadEndpointName, workloadEndpointOf } from '../../src/model/network/resources.ts';
import { createServerApp, listenOnSocket, type Listening, type ServerDeps } from '../../src/server/index.ts';
import { openMemoryStore, systemStoreClock, type MemoryStore } from '../../src/store/index.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const commands = await loadCommands();

const file = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: db}
spec:
  selector: role == 'db'
  ingress:
    - {action: Allow, protocol: TCP, destination: {ports: [5432]}}
`;

let store: MemoryStore;
let listening: Listening;
let host: string;
let directory: string;

beforeEach(async () => {
  store = openMemoryStore({ clock: systemStoreClock });
  directory = await temporaryDirectory();
  host = `unix://${join(directory, 'clocker.sock')}`;
  // Only the routes of policies are asked, and they need nothing but the store.
  const deps = { store, applications: { records: {} }, log: () => undefined } as unknown as ServerDeps;
  const app = createServerApp(deps, { onAnswer: () => undefined, authorise: undefined });
  listening = await listenOnSocket(app, { path: join(directory, 'clocker.sock'), gid: undefined });
  const put = (key: string, value: unknown) => store.transact([], [{ op: 'put', key, value: renderJson(value) }]);
  const profile = profileOf('c0ffee', { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' });
  await put(profileKey(profile.metadata.name), profile);
  for (const [index, role] of ['web', 'db'].entries()) {
    const endpoint: EndpointRecord = {
      id: role.padEnd(64, '0'),
      network: 'c0ffee',
      node: 'h1',
      state: 'joined',
      interface: `cali${role}`,
      mac: '02:42:0a:32:00:0b',
      ipv4: `10.0.0.${index + 1}`,
      published: [],
      exposed: [],
      gateway: 'routed',
      options: {},
      dns: [],
      container: { id: role, name: role, labels: { role }, aliases: [] },
      createdAt: '2026-01-01T00:00:00Z',
    };
    await put(`/clocker/v1/hosts/h1/endpoints/${endpoint.id}`, endpoint);
    await put(workloadEndpointKey(workloadEndpointName('h1', endpoint.id)), workloadEndpointOf(endpoint, 'u'));
  }
});
afterEach(async () => {
  await listening.close();
  await store.close();
  process.exitCode = undefined;
});

type Said = { readonly out: string; readonly err: string; readonly code: number };

async function clocker(id: string, ...args: readonly string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true)),
    vi.spyOn(console, 'log').mockImplementation((text) => void (said.out += `${String(text)}\n`)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true)),
  ];
  process.exitCode = undefined;
  try {
    await commands[id]?.run([...args, '--host', host], join(import.meta.dirname, '../..'));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { ...said, code: Number(process.exitCode ?? 0) };
}

test('a policy is applied, listed, asked, shown and removed', async () => {
  const path = join(directory, 'db.yaml');
  writeFileSync(path, file);
  expect(await clocker('policy:test', 'web', 'db', '80')).toMatchObject({ code: 0 });
  expect(await clocker('policy:apply', '-f', path)).toEqual({
    out: '',
    err: 'GlobalNetworkPolicy db: created\n',
    code: 0,
  });
  expect((await clocker('policy:ls')).out).toMatch(/db +GlobalNetworkPolicy +default +last +role == 'db' +ingress 1/);
  const denied = await clocker('policy:test', 'web', 'db', '80');
  expect(denied.code).toBe(1);
  expect(denied.out).toMatch(/^deny: no ingress rule matches of GlobalNetworkPolicy db/);
  const allowed = await clocker('policy:test', 'web', 'db', '5432', '--json');
  expect(allowed.code).toBe(0);
  expect(JSON.parse(allowed.out)).toMatchObject({ verdict: 'allow', policy: 'db', rule: 1, direction: 'ingress' });
  const shown = await clocker('policy:show', 'db');
  expect(shown.out).toContain('kind: GlobalNetworkPolicy\n');
  writeFileSync(path, shown.out);
  expect((await clocker('policy:apply', '-f', path)).err).toBe('GlobalNetworkPolicy db: unchanged\n');
  expect(await clocker('policy:rm', 'db')).toEqual({ out: '', err: 'db is removed.\n', code: 0 });
  expect((await clocker('policy:ls', '--json')).out.trim()).toBe('[]');
  expect(await clocker('policy:rm', 'db')).toMatchObject({ code: 68 });
});

test('mistakes are shown where they are, and nothing is stored', async () => {
  const path = join(directory, 'bad.yaml');
  writeFileSync(path, `${file}---\n${file.replace('role ==', 'role =')}`);
  const said = await clocker('policy:apply', '-f', path);
  expect(said.code).toBe(1);
  expect(said.err).toContain(`${path}:13:18 error policy-selector: Write ==.`);
  expect((await clocker('policy:ls', '--json')).out.trim()).toBe('[]');
});
