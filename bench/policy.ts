/**
 * New connections between two containers of one host: without a policy, with one that denies all but a set of ten members,
 * and with the same one of ten thousand.
 */
import { fileURLToPath } from 'node:url';
import { openClient, type Client } from '../src/client/index.ts';
import { runChecked } from '../src/host/process.ts';
import { openLab, runBox, startClocker, type LabHost } from '../test/support/lab/index.ts';
import { until } from '../test/support/lab/process.ts';
import type { Figure, Part } from './figure.ts';
import { measureRounds, medianFigure, ratioFigure, untilIdle } from './pairs.ts';

const rounds = 15;
const milliseconds = 1000;
const script = fileURLToPath(new URL('../test/support/lab/connects.mjs', import.meta.url));
const apiVersion = 'projectcalico.org/v3';

/** 10.0.0.0 and on: nobody's here. */
const strangers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}/32`);

const setOf = (name: string, nets: readonly string[]) => ({
  kind: 'GlobalNetworkSet',
  apiVersion,
  metadata: { name, labels: { list: name } },
  spec: { nets },
});
/** Denies whoever is not in a set. */
const policyFor = (list: string) => ({
  kind: 'GlobalNetworkPolicy',
  apiVersion,
  metadata: { name: 'db' },
  spec: {
    selector: "role == 'db'",
    ingress: [
      { action: 'Allow', protocol: 'TCP', source: { selector: `list == '${list}'` }, destination: { ports: [80] } },
    ],
  },
});

/** Until the rules of the host refer to that many members, or to no policy. */
const inForce = (host: LabHost, members: number): Promise<true> =>
  until('the policy is in force', async () => {
    const { stdout } = await host.run(['nft', 'list', 'table', 'inet', 'clocker']);
    return (stdout.match(/\b10\.\d+\.\d+\.\d+\b/g) ?? []).length === members ? true : undefined;
  });

async function openPaths(
  client: Client,
  host: LabHost,
): Promise<Record<'none' | 'few' | 'many', () => Promise<number>>> {
  const network = ['--network', 'app'];
  const web = await runBox(host, 'web', [...network, '--label', 'role=web']);
  const db = await runBox(host, 'db', [...network, '--label', 'role=db']);
  const address = await db.address('app');
  const own = `${await web.address('app')}/32`;
  const resources = [setOf('few', [...strangers(9), own]), setOf('many', [...strangers(9999), own])];
  await client.call('applyPolicies', { body: { resources } });
  const count = async (): Promise<number> => {
    await untilIdle();
    const made = Number(
      await runChecked([...web.enter, process.execPath, script, address, '80', String(milliseconds)]),
    );
    return (made * 1000) / milliseconds;
  };
  const guarded = async (list: string, members: number): Promise<number> => {
    await client.call('applyPolicies', { body: { resources: [policyFor(list)] } });
    await inForce(host, members);
    return count();
  };
  return {
    none: async () => {
      for (const { kind, name } of await client.call('listPolicies'))
        if (kind === 'GlobalNetworkPolicy') await client.call('removePolicy', { params: { name: `${kind}/${name}` } });
      await inForce(host, 0);
      return count();
    },
    few: () => guarded('few', 9),
    many: () => guarded('many', 9999),
  };
}

async function measure(say: (line: string) => void): Promise<readonly Figure[]> {
  const lab = await openLab({ hosts: ['h1'] });
  try {
    const host = lab.host('h1');
    const clocker = await startClocker(host);
    const client = openClient({ address: `unix://${clocker.api}` });
    const subnet = ['--subnet', '198.19.8.0/24'];
    await host.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', ...subnet, 'app');
    say(`${rounds} rounds of connections, ${milliseconds} ms each`);
    const { samples, busy } = await measureRounds(await openPaths(client, host), rounds);
    if (busy > 0) say(`the machine was busy in ${busy} of ${rounds} rounds`);
    await clocker.stop();
    return [
      medianFigure('new connections: no policy', '/s', samples.none),
      medianFigure('new connections: 10,000 members', '/s', samples.many),
      ratioFigure('new connections: 10,000 members / no policy', samples.many, samples.none, { atLeast: 0.85 }),
      ratioFigure('new connections: 10,000 members / 10', samples.many, samples.few),
    ];
  } finally {
    await lab.close();
  }
}

export const policyCost: Part = { name: 'policy', title: 'new connections under a policy', measure };
