import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, parsePrefix } from '../../../src/ip/prefix.ts';
import { parseAddress } from '../../../src/ip/address.ts';
import { allocationsOf, checkBlock } from '../../../src/model/network/block.ts';
import { decodeBlock } from '../../../src/model/network/decode.ts';
import { affinitiesPrefix, blocksPrefix, handlesPrefix, poolsPrefix } from '../../../src/model/network/keys.ts';
import type { Store } from '../../../src/store/index.ts';
import { gateway, memoryStore, serveHost, type Host } from './served.ts';

const subnet = '198.19.8.0/24';

async function withNetwork(cidr = subnet, range = ''): Promise<{ host: Host; store: Store; pool: string }> {
  const store = memoryStore();
  const host = await serveHost(store);
  const pool = await host.pool(cidr, range, cidr.includes(':'));
  await host.network('ab12', cidr);
  return { host, store, pool };
}

const isIn = (cidr: string, address: string): boolean => {
  const prefix = parsePrefix(cidr);
  const parsed = parseAddress(address.split('/')[0] ?? '');
  return prefix !== undefined && parsed !== undefined && contains(prefix, parsed);
};

/** The last part of a key: the block it is about. */
const cidr = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

async function allocated(store: Store): Promise<readonly string[]> {
  const { entries } = await store.list(blocksPrefix);
  return entries.flatMap(({ value }) => {
    const block = decodeBlock(value);
    if (block === undefined) throw new Error(value);
    expect(checkBlock(block)).toEqual([]);
    return [...allocationsOf(block)].map(({ address }) => address);
  });
}

describe('a pool', () => {
  test('nobody named is the next free one, of either family', async () => {
    const host = await serveHost(memoryStore());
    expect([await host.pool(), await host.pool(), await host.pool('', '', true)]).toEqual([
      '10.192.0.0/20',
      '10.192.16.0/20',
      'fd63:6c6f:636b::/64',
    ]);
  });

  test('that people have disabled gives out no more, and says why', async () => {
    const { host, store, pool } = await withNetwork();
    await host.address(pool);
    const [entry] = (await store.list(poolsPrefix)).entries;
    if (entry === undefined) throw new Error('There is no IPPool.');
    const disabled = entry.value.replace('"spec":{', '"spec":{"disabled":true,');
    await store.transact([], [{ op: 'put', key: entry.key, value: disabled }]);
    await expect.poll(() => host.address(pool).catch(String)).toContain('is disabled');
    await expect(host.address(pool, '198.19.8.77')).rejects.toThrow('gives out no more addresses');
    await store.transact([], [{ op: 'put', key: entry.key, value: entry.value }]);
    await expect.poll(() => host.address(pool).catch(String)).toMatch(/^198\.19\.8\./);
  });

  test('that the host uses is passed over, and refused by name', async () => {
    const taken = [{ cidr: '10.192.1.7/24', by: "the host's interface eth0 has" }];
    const host = await serveHost(memoryStore(), 'host1', taken);
    expect(await host.pool()).toBe('10.192.16.0/20');
    await expect(host.pool('10.192.0.0/22')).rejects.toThrow(
      "overlaps 10.192.1.7/24, which the host's interface eth0 has",
    );
  });

  test('that overlaps another network’s is refused by name', async () => {
    const { host } = await withNetwork();
    for (const cidr of [subnet, '198.19.8.128/25', '198.19.0.0/16'])
      await expect(host.pool(cidr)).rejects.toThrow(/overlaps 198\.19\.8\.0\/24, which .*ab12/);
    expect(await host.pool('198.19.9.0/24')).toBe('198.19.9.0/24');
  });

  test('goes with everything of it, and once more without a word', async () => {
    const { host, store, pool } = await withNetwork();
    await host.address(pool);
    await host.call('NetworkDriver.DeleteNetwork', { NetworkID: 'ab12' });
    for (const id of [pool, pool, '203.0.113.0/24', 'nonsense', '../..'])
      expect(await host.call('IpamDriver.ReleasePool', { PoolID: id })).toEqual({});
    for (const prefix of ['/calico/ipam/v2/', '/calico/resources/v3/projectcalico.org/ippools/', '/clocker/v1/pools/'])
      expect((await store.list(prefix)).entries).toEqual([]);
    expect(await host.pool(subnet)).toBe(pool);
  });

  test('that a create left behind is taken over', async () => {
    const host = await serveHost(memoryStore());
    expect(await host.pool(subnet)).toBe(await host.pool(subnet));
  });

  test.each([
    ['x', 'Pool'],
    ['198.19.8.0', 'not a subnet'],
    ['198.19.8.0/31', 'length'],
    ['0.0.0.0/0', 'length'],
    ['169.254.7.0/24', '169.254.0.0/16'],
    ['127.0.0.0/24', '127.0.0.0/8'],
    ['fd00::/64', 'IPv4'],
    ['$(reboot)', 'Pool'],
    ['1'.repeat(1_000_000), 'Pool'],
  ])('of %.20s is refused', async (cidr, why) => {
    const store = memoryStore();
    const host = await serveHost(store);
    await expect(host.pool(cidr)).rejects.toThrow(why);
    expect((await store.list('/')).entries).toEqual([]);
  });

  test('with a range that is not in it is refused', async () => {
    const host = await serveHost(memoryStore());
    for (const range of ['198.19.9.0/25', '198.19.0.0/16', 'x'])
      await expect(host.pool(subnet, range)).rejects.toThrow();
  });
});

describe('an address', () => {
  test('is a host’s own, /32 or /128', async () => {
    const { host, pool } = await withNetwork();
    const address = await host.address(pool);
    expect(address).toMatch(/\/32$/);
    expect(isIn(subnet, address)).toBe(true);
    const six = await withNetwork('fd00:8::/64');
    expect(await six.host.address(six.pool)).toMatch(/^fd00:8::.*\/128$/);
  });

  test('of a range is of the range, until it is used up', async () => {
    const { host, pool } = await withNetwork(subnet, '198.19.8.64/28');
    const addresses = new Set<string>();
    for (let count = 0; count < 16; count++) addresses.add(await host.address(pool));
    expect(addresses.size).toBe(16);
    for (const address of addresses) expect(isIn('198.19.8.64/28', address)).toBe(true);
    await expect(host.address(pool)).rejects.toThrow('No address is free');
  });

  test('asked for by name is given, also when a release got lost', async () => {
    const { host, pool } = await withNetwork();
    expect(await host.address(pool, '198.19.8.77')).toBe('198.19.8.77/32');
    expect(await host.address(pool, '198.19.8.77')).toBe('198.19.8.77/32');
  });

  test('a container has is refused by name, here and on another host', async () => {
    const { host, store, pool } = await withNetwork();
    await host.attach('ab12', 'cd34', await host.address(pool, '198.19.8.77'));
    await expect(host.address(pool, '198.19.8.77')).rejects.toThrow(/198\.19\.8\.77 is (?:taken|in use) by .*host1/);
    const other = await serveHost(store, 'host2');
    await expect(other.address(pool, '198.19.8.77')).rejects.toThrow(/198\.19\.8\.77 is (?:taken|in use) by .*host1/);
  });

  test.each(['198.19.9.1', 'fd00::1', '198.19.8.999', '198.19.8.1x', '::'.repeat(500_000)])(
    'that is not of the pool is refused: %.20s',
    async (address) => {
      const { host, store, pool } = await withNetwork();
      await expect(host.address(pool, address)).rejects.toThrow(/./);
      expect(await allocated(store)).toEqual([]);
    },
  );

  test('that is none is refused, and none is given instead', async () => {
    const { host, store, pool } = await withNetwork();
    for (const address of ['/../..', '/24', '198.19.8', '198.19.9.1'])
      await expect(host.address(pool, address)).rejects.toThrow(/address/);
    expect(await allocated(store)).toEqual([]);
  });

  test('of a pool nobody knows is refused', async () => {
    const { host } = await withNetwork();
    for (const pool of ['203.0.113.0/24', 'nonsense', '198.19.8.0/24+x', '1/2/3'])
      await expect(host.address(pool)).rejects.toThrow('pool');
  });

  test('§9.18 released twice, or never taken, is no error', async () => {
    const { host, store, pool } = await withNetwork();
    const address = await host.address(pool);
    for (const text of [address, address, '198.19.8.200', '0.0.0.0', '0.0.0.0/0', '']) await host.release(pool, text);
    expect(await allocated(store)).toEqual([]);
    await host.release('203.0.113.0/24', '203.0.113.1');
    await host.release('nonsense', '198.19.8.1');
  });

  test('§9.21 is given again when all others are used up', async () => {
    const { host, pool } = await withNetwork('198.19.8.0/29');
    const addresses: string[] = [];
    for (let count = 0; count < 8; count++) addresses.push(await host.address(pool));
    expect(new Set(addresses).size).toBe(8);
    await expect(host.address(pool)).rejects.toThrow('No address is free');
    await host.release(pool, addresses[3] ?? '');
    expect(await host.address(pool)).toBe(addresses[3]);
  });
});

test('§9.22 blocks that are empty go, but for one of the host', async () => {
  const { host, store, pool } = await withNetwork('198.19.8.0/28');
  const addresses: string[] = [];
  for (let count = 0; count < 9; count++) addresses.push(await host.address(pool));
  expect((await store.list(blocksPrefix)).entries).toHaveLength(3);
  for (const address of addresses) await host.release(pool, address);
  const [kept, ...more] = (await store.list(blocksPrefix)).entries;
  const affinities = (await store.list(affinitiesPrefix)).entries;
  expect(more).toEqual([]);
  expect(affinities.map(({ key }) => cidr(key))).toEqual([cidr(kept?.key ?? '')]);
  expect((await store.list(handlesPrefix)).entries).toEqual([]);
});

describe('what no container gets', () => {
  test('an auxiliary address and a gateway', async () => {
    const host = await serveHost(memoryStore());
    const pool = await host.pool('198.19.8.0/29');
    expect(await host.address(pool, '198.19.8.1', gateway)).toBe('198.19.8.1/29');
    expect(await host.address(pool, '198.19.8.2')).toMatch(/^198\.19\.8\.2\//);
    await host.network('ab12', '198.19.8.0/29');
    const addresses: string[] = [];
    for (let count = 0; count < 6; count++) addresses.push(await host.address(pool));
    expect(addresses).not.toContain('198.19.8.1/32');
    expect(addresses).not.toContain('198.19.8.2/32');
    await expect(host.address(pool)).rejects.toThrow('No address is free');
    await expect(host.address(pool, '198.19.8.2')).rejects.toThrow('198.19.8.2');
  });

  test('§9.14 nothing, where Docker is told to reserve no gateway', async () => {
    const store = memoryStore();
    const host = await serveHost(store);
    expect(await host.call('IpamDriver.RequestPool', { Pool: subnet })).toMatchObject({
      Data: { 'com.docker.network.gateway': '0.0.0.0/0' },
    });
    expect(await host.address(subnet, '0.0.0.0', gateway)).toBe('0.0.0.0/0');
    await host.release(subnet, '0.0.0.0');
    expect(await allocated(store)).toEqual([]);
  });
});

test('§9.16 both families of a network', async () => {
  const host = await serveHost(memoryStore());
  const four = await host.pool(subnet);
  const six = await host.pool('fd00:8::/64', '', true);
  await host.network('ab12', subnet, 'fd00:8::/64');
  expect([await host.address(four), await host.address(six)].map((address) => address.split('/')[1])).toEqual([
    '32',
    '128',
  ]);
});

test('50 attaches at once get 50 addresses', async () => {
  const { host, store, pool } = await withNetwork();
  const addresses = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const address = await host.address(pool);
      await host.attach('ab12', `cd${index}`, address);
      return address;
    }),
  );
  expect(new Set(addresses).size).toBe(50);
  expect(await allocated(store)).toHaveLength(50);
});

test('§9.19 8 hosts that race for a /24 get all 256 addresses, each once', async () => {
  const { host, store, pool } = await withNetwork();
  const others = await Promise.all([2, 3, 4, 5, 6, 7, 8].map((number) => serveHost(store, `host${number}`)));
  const addresses = await Promise.all(
    [host, ...others].flatMap((one) => Array.from({ length: 32 }, () => one.address(pool))),
  );
  expect(new Set(addresses).size).toBe(256);
  expect(await allocated(store)).toHaveLength(256);
  await expect(host.address(pool)).rejects.toThrow('No address is free');
});

test('§9.19 100 hosts that claim blocks of a /18 at once have 100 blocks', async () => {
  const { store, pool } = await withNetwork('198.18.0.0/18');
  const hosts = await Promise.all(Array.from({ length: 100 }, (_, number) => serveHost(store, `claims${number}`)));
  const addresses = await Promise.all(hosts.map((one) => one.address(pool)));
  expect(new Set(addresses).size).toBe(100);
  const blockOf = (address: string): string => {
    const [a, b, c, d] = address.split('/')[0]?.split('.').map(Number) ?? [];
    return `${a}.${b}.${c}.${(d ?? 0) >> 6}`;
  };
  expect(new Set(addresses.map(blockOf)).size).toBe(100);
});

test('no address is given twice, whatever two hosts take and give back', async () => {
  const { host, store, pool } = await withNetwork('198.19.8.0/28');
  const hosts = [host, await serveHost(store, 'host2')];
  const step = fc.record({ host: fc.nat(1), release: fc.boolean(), which: fc.nat(15) });
  const held: Map<string, Host> = new Map();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      for (const one of steps) {
        const [address, holder] = [...held][one.which % Math.max(1, held.size)] ?? [];
        if (one.release && address !== undefined && holder !== undefined) {
          await holder.release(pool, address);
          held.delete(address);
          continue;
        }
        const taker = hosts[one.host] ?? host;
        const given = await taker.address(pool).catch(() => undefined);
        expect(given === undefined).toBe(held.size === 16);
        if (given === undefined) continue;
        expect(held.has(given)).toBe(false);
        held.set(given, taker);
      }
      expect((await allocated(store)).length).toBe(held.size);
    }),
    { numRuns: 30 },
  );
});

test('what Docker asks first', async () => {
  const host = await serveHost(memoryStore());
  expect(await host.call('IpamDriver.GetCapabilities')).toMatchObject({ RequiresMACAddress: false });
  expect(await host.call('IpamDriver.GetDefaultAddressSpaces')).toEqual({
    LocalDefaultAddressSpace: 'clockerLocal',
    GlobalDefaultAddressSpace: 'clockerGlobal',
  });
});
