/** The same BGP with a router that is not BIRD: FRR, which judges every message by itself. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import { bgpPeersPrefix } from '../../src/model/network/keys.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import {
  connectAgent,
  networkAppears,
  openCluster,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { startForked } from '../support/lab/process.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const programs = { bird: '/usr/sbin/bird', frr: '/usr/lib/frr/bgpd' };
const missing = Object.entries(programs).find(([, file]) => !existsSync(file))?.[0];
const noSpeaker = missing === undefined ? undefined : `${missing} is not installed`;
const reason = (await whyNoLab()) ?? (await whyNoEtcd()) ?? noSpeaker;
if (reason !== undefined) console.warn(`SKIPPED: routes by BGP with FRR: ${reason}`);

/** Announced by the router, as the way to the rest of a data centre. */
const beyond = '203.0.113.0/24';

const configurationFor = (neighbours: readonly string[]): string => `router bgp 65001
 bgp router-id 198.18.0.1
 no bgp ebgp-requires-policy
 no bgp network import-check
 timers bgp 1 3
${neighbours.map((address) => ` neighbor ${address} remote-as 64512`).join('\n')}
 address-family ipv4 unicast
  network ${beyond}
 exit-address-family
`;

describe.skipIf(reason !== undefined)('hosts that peer with FRR', () => {
  let cluster: LabCluster;
  let box: Box;

  /** zebra puts into the kernel what bgpd learns. */
  async function startRouter(): Promise<void> {
    // It gives root away as soon as it may, and then wants a place of its own.
    const directory = await temporaryDirectory();
    await run(['chown', 'frr:frr', directory]);
    const configuration = join(directory, 'bgpd.conf');
    await writeFile(configuration, configurationFor(cluster.hosts.map(({ address }) => address)));
    await writeFile(join(directory, 'zebra.conf'), '');
    const common = ['-P', '0', '--vty_socket', directory, '-z', join(directory, 'zserv')];
    for (const [name, file] of [
      ['zebra', join(directory, 'zebra.conf')],
      ['bgpd', configuration],
    ] as const) {
      const program = [`/usr/lib/frr/${name}`, '-f', file, '-i', join(directory, `${name}.pid`), ...common];
      await startForked([...cluster.switch.enter, ...program], join(directory, `${name}.log`));
    }
  }

  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2'] });
    const spec = { peerIP: '198.18.0.1', asNumber: 65001, nodeSelector: 'all()' };
    const peer = { kind: 'BGPPeer', apiVersion: 'projectcalico.org/v3', metadata: { name: 'router' }, spec };
    await cluster.etcd.ctl('put', `${bgpPeersPrefix}router`, JSON.stringify(peer));
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.8.0/24'];
    await cluster.host('h1').docker(...create, '-o', 'clocker.routes=bgp', '-o', 'clocker.nat=false', 'net');
    await networkAppears(cluster.host('h2'), 'net');
    box = await runBox(cluster.host('h2'), 'box', ['--network', 'net']);
  });
  afterAll(() => cluster.close());

  const routesOf = async (enter: readonly [string, ...string[]]): Promise<string> =>
    (await run([...enter, 'ip', 'route', 'show', 'proto', 'bgp'])).stdout;

  test('§9.51 are reached by it, and learn what it announces', () =>
    withDump(cluster, async () => {
      await startRouter();
      await expect
        .poll(() => routesOf(cluster.switch.enter), { timeout: 40_000, interval: 300 })
        .toMatch(/^198\.19\.8\.\d+\/29 (?:nhid \d+ )?via 198\.18\.0\.12 /m);
      const router = connectAgent('router', cluster.switch.enter);
      expect(await router.probe({ host: await box.address('net'), port: 80 })).toMatch(/^box /);
      await router.close();
      await expect
        .poll(() => cluster.host('h1').exec(['ip', 'route', 'show', 'proto', 'bird']), { timeout: 20_000 })
        .toMatch(/^203\.0\.113\.0\/24 via 198\.18\.0\.1 dev eth0/m);
    }));
});
