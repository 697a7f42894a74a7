/** Hosts whose masks say that they share a network, though a router is between them: `auto` asks the network itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathsKey } from '../../src/model/network/paths.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import {
  networkAppears,
  openCluster,
  pings,
  runBox,
  whyNoLab,
  withDump,
  type LabCluster,
} from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: adjacency: ${reason}`);

describe.skipIf(reason !== undefined)('hosts whose masks are too wide', () => {
  let cluster: LabCluster;
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'h3'], segments: { h3: 1 } });
    for (const [name, address, far, router] of [
      ['h1', '198.18.0.11', '198.18.1.0/24', '198.18.0.1'],
      ['h3', '198.18.1.13', '198.18.0.0/24', '198.18.1.1'],
    ] as const) {
      const lines = [
        `addr add ${address}/23 dev eth0`,
        `addr del ${address}/24 dev eth0`,
        `addr replace ${address}/23 dev eth0`,
        `route replace default via ${router} onlink dev eth0`,
        `route replace ${far} via ${router} onlink dev eth0`,
      ];
      await cluster.host(name).run(['ip', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
    }
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.8.0/24'];
    await cluster.host('h1').docker(...create, 'net');
    for (const host of ['h2', 'h3']) await networkAppears(cluster.host(host), 'net');
  });
  afterAll(() => cluster.close());

  test('reach each other through the tunnel where a router is between them, and directly where none is', () =>
    withDump(cluster, async () => {
      const [one, two, three] = await Promise.all(
        ['h1', 'h2', 'h3'].map((host) => runBox(cluster.host(host), `box-${host}`, ['--network', 'net'])),
      );
      if (one === undefined || two === undefined || three === undefined) throw new Error('A box is missing.');
      const paths = (): Promise<string> => cluster.etcd.ctl('get', '--print-value-only', pathsKey('h1'));
      await expect
        .poll(paths, { timeout: 40_000, interval: 500 })
        .toBe('{"blocked":{"h3":"198.18.1.13 is reached by the router 198.18.0.1"}}');
      for (const [from, to] of [
        [one, two],
        [one, three],
        [three, one],
        [two, three],
      ] as const)
        await expect
          .poll(async () => pings(from, await to.address('net')), { timeout: 30_000, interval: 500 })
          .toBe(true);
      const routes = await cluster.host('h1').exec(['ip', 'route', 'show', 'proto', '68']);
      expect(routes).toMatch(/^198\.19\.8\.\S+ via 198\.18\.1\.13 dev vxlan\.clocker onlink/m);
      expect(routes).toMatch(/^198\.19\.8\.\S+ via 198\.18\.0\.12 dev eth0/m);
      // From its own side: not told twice, but sent back the same way.
      const back = await cluster.host('h3').exec(['ip', 'route', 'show', 'proto', '68']);
      expect(back).toMatch(/^198\.19\.8\.\S+ via 198\.18\.0\.11 dev vxlan\.clocker onlink/m);
    }));
});
