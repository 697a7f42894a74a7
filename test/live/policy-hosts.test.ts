/**
 * Policies over two hosts: each end is enforced on its own host, and what `policy test` says of a packet is what happens
 * to it, for policies nobody has thought of.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { openClient, type Client } from '../../src/client/index.ts';
import { openCluster, reaches, runBox, whyNoLab, withDump, type Box, type LabCluster } from '../support/lab/index.ts';
import { until } from '../support/lab/process.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: policy over hosts: ${reason}`);

const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];

const policy = (name: string, spec: object): object => ({
  kind: 'GlobalNetworkPolicy',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name },
  spec,
});

/** Roles of the boxes; far is on another network. */
const roles = ['web', 'db', 'front', 'far'] as const;
const selector = fc.oneof(
  fc.constant('all()'),
  fc.constantFrom(...roles).map((role) => `role == '${role}'`),
  fc.constantFrom(...roles).map((role) => `role != '${role}'`),
  fc.subarray([...roles], { minLength: 1 }).map((some) => `role in {${some.map((one) => `'${one}'`).join(', ')}}`),
);
const peer = fc.oneof(
  fc.constant({}),
  selector.map((said) => ({ selector: said })),
  selector.map((said) => ({ notSelector: said })),
  fc.constantFrom('198.19.8.0/24', '198.19.9.0/24', '0.0.0.0/0').map((net) => ({ nets: [net] })),
);
const rule = fc
  .record({
    action: fc.constantFrom('Allow', 'Allow', 'Deny', 'Pass', 'Log'),
    protocol: fc.option(fc.constantFrom('TCP', 'UDP'), { nil: undefined }),
    source: peer,
    destination: peer,
    ports: fc.option(fc.constantFrom([80], ['81:90'], [80, 81]), { nil: undefined }),
  })
  .map(({ ports, destination, ...rest }) => ({
    ...rest,
    destination: { ...destination, ...(ports === undefined || rest.protocol === undefined ? {} : { ports }) },
  }));
const spec = fc.record({
  order: fc.integer({ min: 1, max: 3 }),
  selector,
  types: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule, { maxLength: 3 }),
  egress: fc.array(rule, { maxLength: 3 }),
});

describe.skipIf(reason !== undefined)('policies over two hosts', () => {
  let cluster: LabCluster;
  let client: Client;
  const boxes: Box[] = [];
  const networkOf = (box: Box): string => (box.name.startsWith('far') ? 'side' : 'app');

  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2'] });
    const [h1, h2] = [cluster.host('h1'), cluster.host('h2')];
    client = openClient({ address: `unix://${cluster.clocker('h1').api}` });
    const subnets = { app: '198.19.8.0/24', side: '198.19.9.0/24' };
    for (const [name, subnet] of Object.entries(subnets)) await h1.docker(...network, '--subnet', subnet, name);
    // The daemon of the other host makes them there.
    for (const name of Object.keys(subnets))
      await until(`${name} is on h2`, async () => {
        const { status } = await h2.run(['docker', '--host', h2.engine.address, 'network', 'inspect', name]);
        return status === 0 ? true : undefined;
      });
    for (const [host, where] of [
      [h1, 1],
      [h2, 2],
    ] as const)
      for (const role of where === 1 ? ['web', 'front', 'far'] : ['db', 'far'])
        boxes.push(
          await runBox(host, `${role}${where}`, [
            '--network',
            role === 'far' ? 'side' : 'app',
            '--label',
            `role=${role}`,
          ]),
        );
  });
  afterAll(() => cluster.close());

  async function addressesOf(): Promise<ReadonlyMap<string, string>> {
    return new Map(await Promise.all(boxes.map(async (box) => [box.name, await box.address(networkOf(box))] as const)));
  }

  type Pair = { readonly from: Box; readonly to: Box; readonly port: number; readonly protocol: 'tcp' | 'udp' };
  const pairs = (): readonly Pair[] =>
    boxes.flatMap((from) =>
      boxes
        .filter((to) => to !== from)
        .flatMap((to) => [
          { from, to, port: 80, protocol: 'tcp' as const },
          { from, to, port: 81, protocol: 'udp' as const },
        ]),
    );
  const show = ({ from, to, port, protocol }: Pair): string => `${from.name} -> ${to.name}:${port}/${protocol}`;

  async function said(): Promise<readonly string[]> {
    const answers = await Promise.all(
      pairs().map(async (pair) => {
        const { from, to, port, protocol } = pair;
        const { verdict } = await client.call('testPolicy', { body: { from: from.name, to: to.name, protocol, port } });
        return verdict === 'allow' ? [show(pair)] : [];
      }),
    );
    return answers.flat().sort();
  }

  async function done(addresses: ReadonlyMap<string, string>, timeout = 500): Promise<readonly string[]> {
    const results = await Promise.all(
      pairs().map(async (pair) => {
        const { from, to, port, protocol } = pair;
        const host = addresses.get(to.name) ?? '';
        return (await reaches(from, { host, port, protocol, timeout })) ? [show(pair)] : [];
      }),
    );
    return results.flat().sort();
  }

  async function clear(): Promise<void> {
    for (const { name } of await client.call('listPolicies')) await client.call('removePolicy', { params: { name } });
  }

  test('without policies a network is open, over hosts too', () =>
    withDump(cluster, async () => {
      expect(await said()).toEqual(await done(await addressesOf()));
      expect(await said()).toContain('web1 -> db2:80/tcp');
      expect(await said()).not.toContain('far1 -> db2:80/tcp');
    }));

  test('§9.55 what policy test says is what happens', () =>
    withDump(cluster, async () => {
      const addresses = await addressesOf();
      const seed = Number(process.env['POLICY_SEED'] ?? Date.now() % 1_000_000);
      console.warn(`policies of seed ${seed}`);
      const samples = fc.sample(fc.array(spec, { minLength: 1, maxLength: 4 }), { numRuns: 15, seed });
      for (const specs of samples) {
        await clear();
        const resources = specs.map((one, index) => policy(`p${index}`, one));
        await client.call('applyPolicies', { body: { resources } });
        const wanted = await said();
        let patience = 0;
        // More at each look: on a busy machine an answer takes its time, and silence is most of what is waited for.
        const look = (): Promise<readonly string[]> => done(addresses, (patience += 500));
        await expect.poll(look, { timeout: 30_000, message: JSON.stringify(specs) }).toEqual(wanted);
      }
      await clear();
    }));
});
