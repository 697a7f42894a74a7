/** Policies of the host's own interfaces: what comes to the host, what is forwarded, and what no policy can lock out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import {
  openCluster,
  pings,
  placeOf,
  reaches,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
  type Place,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: policy of interfaces: ${reason}`);

const apiVersion = 'projectcalico.org/v3';
const everyone = { kind: 'GlobalNetworkPolicy', apiVersion };
const hostEndpoint = {
  kind: 'HostEndpoint',
  apiVersion,
  metadata: { name: 'h1-eth0', labels: { role: 'host' } },
  spec: { node: 'h1', interfaceName: 'eth0', profiles: ['projectcalico-default-allow'] },
};

describe.skipIf(reason !== undefined)('interfaces of a host', () => {
  let lab: LabCluster;
  let client: Client;
  let one: Box;
  let two: Box;
  let host: Place;
  let outside: Place;

  beforeAll(async () => {
    lab = await openCluster({ hosts: ['h1', 'outside'], engines: ['h1'] });
    const h1 = lab.host('h1');
    client = openClient({ address: `unix://${lab.clocker('h1').api}` });
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
    one = await runBox(h1, 'one', ['--network', 'app']);
    two = await runBox(h1, 'two', ['--network', 'app', '--publish', '8081:80']);
    host = await placeOf(h1);
    outside = await placeOf(lab.host('outside'));
    for (const port of [22, 7000, 7001]) await host.agent.listen('tcp', port);
    for (const port of [7100, 7101]) await outside.agent.listen('tcp', port);
  });
  afterAll(() => lab.close());

  const apply = (...resources: readonly object[]) =>
    client.call('applyPolicies', { body: { resources: [...resources] } });
  const policy = (name: string, spec: object): object => ({
    ...everyone,
    metadata: { name },
    spec: { selector: "role == 'host'", ...spec },
  });
  async function clear(): Promise<void> {
    for (const { name } of await client.call('listPolicies')) await client.call('removePolicy', { params: { name } });
    await client.call('removePolicy', { params: { name: 'HostEndpoint/h1-eth0' } });
  }
  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () =>
      withDump(lab, async () => {
        try {
          await body();
        } finally {
          await clear();
        }
      }),
    );
  };
  const get = (from: Place, to: string, port: number): Promise<boolean> =>
    reaches(from, { host: to, port, timeout: 400 });
  const becomes = (ask: () => Promise<boolean>, wanted: boolean): Promise<void> =>
    expect.poll(ask, { timeout: 30_000, interval: 100 }).toBe(wanted);
  const own = (): string => lab.host('h1').address;
  const far = (): string => lab.host('outside').address;

  dumped('take what policies allow, and the ports that are never closed', async () => {
    expect(await get(outside, own(), 7001)).toBe(true);
    await apply(
      hostEndpoint,
      policy('in', {
        types: ['Ingress'],
        ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [7000] } }],
      }),
    );
    await becomes(() => get(outside, own(), 7001), false);
    expect(await get(outside, own(), 7000)).toBe(true);
    expect(await get(outside, own(), 22)).toBe(true);
    expect(await pings(outside, own())).toBe(false);
    // What the host begins, and its containers, are not asked about.
    expect(await get(host, far(), 7100)).toBe(true);
    expect(await get(one, await two.address('app'), 80)).toBe(true);
    expect(await get(one, far(), 7100)).toBe(true);
    expect(await get(one, own(), 7001)).toBe(true);
  });

  dumped('leave those ports open that Calico’s configuration names, and no others', async () => {
    const felix = '/calico/resources/v3/projectcalico.org/felixconfigurations/default';
    const before = (await lab.etcd.ctl('get', '--print-value-only', felix)).trim();
    const resource = JSON.parse(before) as { readonly spec: object };
    const ports = { failsafeInboundHostPorts: [{ protocol: 'tcp', port: 7001, net: `${far()}/32` }] };
    // As `calicoctl patch` does.
    await lab.etcd.ctl('put', felix, JSON.stringify({ ...resource, spec: { ...resource.spec, ...ports } }));
    await apply(hostEndpoint, policy('in', { types: ['Ingress'], ingress: [] }));
    await becomes(() => get(outside, own(), 22), false);
    expect(await get(outside, own(), 7001)).toBe(true);
    expect(await get(outside, own(), 7000)).toBe(false);
    await lab.etcd.ctl('put', felix, before);
    await becomes(() => get(outside, own(), 22), true);
    expect(await get(outside, own(), 7001)).toBe(false);
  });

  dumped('let out what policies allow', async () => {
    await apply(
      hostEndpoint,
      policy('out', {
        types: ['Egress'],
        egress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [7101] } }],
      }),
    );
    await becomes(() => get(host, far(), 7100), false);
    expect(await get(host, far(), 7101)).toBe(true);
    expect(await get(outside, own(), 7001)).toBe(true);
  });

  dumped('judge what is forwarded where a policy says so, and before ports are translated', async () => {
    expect(await get(outside, own(), 8081)).toBe(true);
    await apply(
      hostEndpoint,
      policy('forward', {
        applyOnForward: true,
        types: ['Egress'],
        egress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [7100] } }, { action: 'Allow' }],
      }),
      policy('published', {
        preDNAT: true,
        applyOnForward: true,
        types: ['Ingress'],
        ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [8081] } }],
      }),
    );
    await becomes(() => get(one, far(), 7100), false);
    expect(await get(one, far(), 7101)).toBe(true);
    await becomes(() => get(outside, own(), 8081), false);
    expect(await get(outside, own(), 7001)).toBe(true);
  });

  test('are as before when the endpoint is gone', () =>
    withDump(lab, async () => {
      await becomes(() => get(outside, own(), 8081), true);
      expect(await get(outside, own(), 7001)).toBe(true);
      expect(await get(host, far(), 7100)).toBe(true);
      const table = (): Promise<string> => lab.host('h1').exec(['nft', 'list', 'table', 'inet', 'clocker']);
      await expect.poll(table, { timeout: 30_000 }).not.toContain('host-input');
    }));
});
