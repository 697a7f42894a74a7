/** Three hosts, three engines, one etcd: each host knows of the others, and a daemon that ends is known to have ended. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alivePrefix, nodeKey } from '../../src/model/network/keys.ts';
import { decodeNode } from '../../src/model/network/node.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { openClient } from '../../src/client/index.ts';
import { openCluster, whyNoLab, withDump, type LabCluster } from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: several hosts: ${reason}`);

describe.skipIf(reason !== undefined)('hosts that share a store', () => {
  let cluster: LabCluster;
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'h3'] });
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const nodeOf = async (name: string) => decodeNode(await cluster.etcd.ctl('get', '--print-value-only', nodeKey(name)));
  const alive = async (): Promise<string> => cluster.etcd.ctl('get', '--prefix', '--keys-only', alivePrefix);

  const listed = async () => {
    const client = openClient({ address: `unix://${cluster.clocker('h1').api}` });
    const nodes = await client.call('listNodes');
    return nodes.map(({ name, isUp, addresses }) => `${name} ${isUp ? 'up' : 'down'} ${addresses[0]}`);
  };

  dumped('are known with the addresses by which they reach each other', async () => {
    for (const { name, address, addressV6 } of cluster.hosts) {
      const node = await nodeOf(name);
      expect(node?.ipv4 && formatAddress(node.ipv4.address)).toBe(address);
      expect(node?.ipv4?.prefix.length).toBe(24);
      expect(node?.ipv6 && formatAddress(node.ipv6.address)).toBe(addressV6);
      expect(node?.vtepMac).toMatch(/^66:/);
    }
    await expect.poll(async () => (await alive()).match(/h\d/g)).toEqual(['h1', 'h2', 'h3']);
    expect(await listed()).toEqual(cluster.hosts.map(({ name, address }) => `${name} up ${address}`));
  });

  dumped('stay known when their daemon ends, and are not taken for alive', async () => {
    await cluster.clocker('h3').stop();
    await expect.poll(alive, { timeout: 10_000 }).not.toContain('h3');
    expect(await nodeOf('h3')).toBeDefined();
    expect(await listed()).toContain(`h3 down ${cluster.host('h3').address}`);
    await cluster.clocker('h3').start();
    await expect.poll(alive, { timeout: 30_000 }).toContain('h3');
  });

  dumped('are known by their new address within seconds', async () => {
    const h3 = cluster.host('h3');
    await h3.exec(['ip', 'addr', 'add', '198.18.0.33/24', 'dev', 'eth0']);
    await h3.exec(['ip', 'addr', 'del', `${h3.address}/24`, 'dev', 'eth0']);
    await h3.run(['ip', 'addr', 'add', '198.18.0.33/24', 'dev', 'eth0']);
    await expect
      .poll(async () => formatAddress((await nodeOf('h3'))?.ipv4?.address ?? { family: 4, value: 0 }), {
        timeout: 15_000,
      })
      .toBe('198.18.0.33');
  });
});
