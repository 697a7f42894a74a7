/** Policies as nftables: which texts, and that one change costs one change. */
import { describe, expect, test } from 'vitest';
import { keepPolicies } from '../../../plugins/dataplane/rules/policy-book.ts';
import { createPolicyCompiler, type PolicyPart } from '../../../plugins/dataplane/rules/policy.ts';
import { renderChange } from '../../../plugins/dataplane/rules/model.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import { workloadEndpointKey } from '../../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../../src/model/network/records.ts';
import { workloadEndpointName, workloadEndpointOf } from '../../../src/model/network/resources.ts';
import { openMemoryStore, openMirror, systemStoreClock } from '../../../src/store/index.ts';

const root = '/calico/resources/v3/projectcalico.org';

const network: NetworkRecord = {
  id: 'c0ffee0123456789',
  name: 'app',
  options: {},
  internal: false,
  pools: [],
  gatewayIndex: 2,
  portMode: 'bridge',
  natOutgoing: true,
  createdBy: 'h1',
  createdAt: '2026-01-01T00:00:00Z',
};

const record = (id: string, last: number, labels?: Readonly<Record<string, string>>): EndpointRecord => ({
  id,
  network: network.id,
  node: 'h1',
  state: 'joined',
  interface: `cali${id}`,
  mac: '02:42:0a:32:00:0b',
  ipv4: `10.50.0.${last}`,
  ipv6: `fd00::${last}`,
  published: [],
  exposed: [],
  gateway: 'routed',
  options: {},
  dns: [],
  ...(labels === undefined ? {} : { container: { id, name: id, labels, aliases: [] } }),
  createdAt: '2026-01-01T00:00:00Z',
});

async function open(resources: Readonly<Record<string, unknown>>, endpoints: readonly EndpointRecord[]) {
  const store = openMemoryStore({ clock: systemStoreClock });
  const put = async (key: string, value: string): Promise<void> => {
    await store.transact([], [{ op: 'put', key, value }]);
  };
  for (const [path, spec] of Object.entries(resources)) {
    const [plural = '', ...names] = path.split('/');
    const kind = { globalnetworkpolicies: 'GlobalNetworkPolicy', globalnetworksets: 'GlobalNetworkSet', tiers: 'Tier' }[
      plural
    ];
    const { labels, ...rest } = spec as { labels?: unknown };
    const metadata = { name: names.at(-1), ...(labels === undefined ? {} : { labels }) };
    await put(`${root}/${path}`, JSON.stringify({ kind, apiVersion: 'projectcalico.org/v3', metadata, spec: rest }));
  }
  const write = (one: EndpointRecord): Promise<void> =>
    put(workloadEndpointKey(workloadEndpointName(one.node, one.id)), renderJson(workloadEndpointOf(one, 'u')));
  for (const one of endpoints) await write(one);
  const mirror = openMirror(store, ['/calico/'], { clock: systemStoreClock });
  await mirror.ready;
  const book = keepPolicies(mirror, 'h1');
  const compiler = createPolicyCompiler(book, 'h1');
  return {
    store,
    book,
    write,
    part: (): PolicyPart =>
      compiler.part(
        endpoints.map((endpoint) => ({ endpoint, network })),
        { atBridge: new Map(), known: [], interfaces: [{ name: 'eth0', addresses: ['198.18.0.11'] }] },
      ),
    close: async () => {
      await mirror.close();
      await store.close();
    },
  };
}

const rulesOf = ({ sets, chains }: PolicyPart, map: string, name: string): readonly string[] => {
  const chain = sets[map]?.elements.get(`"cali${name}"`)?.replace('jump ', '');
  return chain === undefined ? [] : (chains[chain]?.rules ?? []);
};

describe('rules', () => {
  test.each([
    ['everything', {}, ['return']],
    [
      'a port',
      { protocol: 'TCP', destination: { ports: [80, '90:99', '85:95'] } },
      ['meta l4proto 6 th dport { 80, 85-99 } return'],
    ],
    ['not a port', { protocol: 'UDP', source: { notPorts: [53] } }, ['meta l4proto 17 th sport != { 53 } return']],
    [
      'nets of both families',
      { destination: { nets: ['10.0.0.0/8', '10.1.0.0/16', 'fd00::/8'] } },
      ['meta nfproto ipv4 ip daddr { 10.0.0.0/8 } return', 'meta nfproto ipv6 ip6 daddr { fd00::/8 } return'],
    ],
    [
      'nets of one family',
      { destination: { nets: ['10.0.0.0/8'] } },
      ['meta nfproto ipv4 ip daddr { 10.0.0.0/8 } return'],
    ],
    [
      'not nets of one family',
      { destination: { notNets: ['10.0.0.0/8'] } },
      ['meta nfproto ipv4 ip daddr != { 10.0.0.0/8 } return', 'meta nfproto ipv6 return'],
    ],
    [
      'an ICMP type',
      { protocol: 'ICMP', icmp: { type: 8, code: 0 } },
      ['meta nfproto ipv4 meta l4proto 1 icmp type 8 icmp code 0 return'],
    ],
    [
      'not an ICMPv6 type and code',
      { protocol: 'ICMPv6', notICMP: { type: 1, code: 2 } },
      [
        'meta nfproto ipv6 meta l4proto 58 icmpv6 type != 1 return',
        'meta nfproto ipv6 meta l4proto 58 icmpv6 type 1 icmpv6 code != 2 return',
      ],
    ],
    ['not a protocol', { notProtocol: 47 }, ['meta l4proto != 47 return']],
    ['what nobody has', { destination: { services: { name: 'x' } } }, []],
  ])('%s', async (_what, rule, expected) => {
    const opened = await open(
      {
        'globalnetworkpolicies/default.p': {
          selector: 'all()',
          types: ['Egress'],
          egress: [{ action: 'Allow', ...rule }],
        },
      },
      [record('one', 1, {})],
    );
    expect(rulesOf(opened.part(), 'policy-from', 'one')).toEqual([...expected, 'drop']);
    await opened.close();
  });

  test('tiers go on to the next, and allowing at the receiver is marked', async () => {
    const opened = await open(
      {
        'tiers/first': { order: 1 },
        'globalnetworkpolicies/first.p': {
          tier: 'first',
          selector: 'all()',
          ingress: [{ action: 'Pass', protocol: 'TCP' }, { action: 'Log' }],
        },
        'globalnetworkpolicies/default.p': {
          selector: 'all()',
          ingress: [{ action: 'Deny', protocol: 'UDP' }, { action: 'Allow' }],
        },
      },
      [record('one', 1, {})],
    );
    const part = opened.part();
    const [pass, log, end] = rulesOf(part, 'policy-to', 'one');
    expect(pass).toMatch(/^meta l4proto 6 goto policy-i-[0-9a-f]{12}-1$/);
    expect(log).toContain('log prefix "calico-packet: "');
    expect(end).toBe('drop');
    expect(part.chains[pass?.split(' ').at(-1) ?? '']?.rules).toEqual([
      'meta l4proto 17 drop',
      'meta mark set meta mark | 0x40000000 return',
      'drop',
    ]);
    await opened.close();
  });
});

describe('who', () => {
  const policies = {
    'globalnetworkpolicies/default.db': {
      selector: "app == 'db'",
      ingress: [{ action: 'Allow', source: { selector: "app == 'web'" } }],
    },
  };

  test('is selected has a chain, and those alike share one', async () => {
    const opened = await open(policies, [
      record('db1', 1, { app: 'db' }),
      record('db2', 2, { app: 'db', x: 'y' }),
      record('web', 3, { app: 'web' }),
    ]);
    const { sets } = opened.part();
    const chains = sets['policy-to']?.elements;
    expect(chains?.get('"calidb1"')).toBe(chains?.get('"calidb2"'));
    expect(chains?.get('"caliweb"')).toBeUndefined();
    expect(sets['policy-from']?.elements.size).toBe(0);
    const [selected] = Object.entries(sets).filter(([name]) => name.startsWith('selected4-'));
    expect([...(selected?.[1].elements.keys() ?? [])]).toEqual(['10.50.0.3']);
    await opened.close();
  });

  test('is not known yet is closed, only where it matters', async () => {
    const opened = await open(policies, [record('one', 1)]);
    expect(opened.part().sets['policy-to']?.elements.get('"calione"')).toBe('jump policy-closed');
    expect(opened.part().sets['policy-from']?.elements.size).toBe(0);
    await opened.close();
    const none = await open({}, [record('one', 1)]);
    expect(none.part().sets['policy-to']?.elements.size).toBe(0);
    await none.close();
    const everyone = await open({ 'globalnetworkpolicies/default.p': { selector: 'all()' } }, [record('one', 1)]);
    expect(rulesOf(everyone.part(), 'policy-to', 'one')).toEqual(['drop']);
    await everyone.close();
  });

  test('comes in a set with networks is in intervals that do not overlap', async () => {
    const opened = await open(
      {
        'globalnetworkpolicies/default.db': {
          selector: "app == 'db'",
          ingress: [{ action: 'Allow', source: { selector: "app in {'web', 'office'}" } }],
        },
        'globalnetworksets/office': {
          labels: { app: 'office' },
          nets: ['10.50.0.0/30', '192.0.2.0/24', '192.0.2.7/32'],
        },
      },
      [record('db', 1, { app: 'db' }), record('web1', 2, { app: 'web' }), record('web2', 9, { app: 'web' })],
    );
    const set = Object.entries(opened.part().sets).find(([name]) => name.startsWith('selected4-'))?.[1];
    expect(set?.isInterval).toBe(true);
    expect([...(set?.elements.keys() ?? [])]).toEqual(['10.50.0.0/30', '10.50.0.9/32', '192.0.2.0/24']);
    await opened.close();
  });
});

test('a member more is one element more in the kernel', async () => {
  const opened = await open(
    {
      'globalnetworkpolicies/default.db': {
        selector: "app == 'db'",
        ingress: [{ action: 'Allow', source: { selector: "app == 'web'" } }],
      },
    },
    [
      record('db', 1, { app: 'db' }),
      ...Array.from({ length: 50 }, (_, index) => record(`w${index}`, 10 + index, { app: 'web' })),
    ],
  );
  const before = opened.part();
  const changed = new Promise<void>((resolve) => opened.book.onChange(resolve));
  await opened.write(record('late', 99, { app: 'web' }));
  await changed;
  const table = { family: 'inet', name: 'clocker' } as const;
  expect(renderChange({ ...table, ...before }, { ...table, ...opened.part() })).toMatch(
    /^add element inet clocker selected4-[0-9a-f]{12} \{ 10\.50\.0\.99 \}\nadd element inet clocker selected6-[0-9a-f]{12} \{ fd00::99 \}\n$/,
  );
  await opened.close();
});

test('what does not change stays the same map, so that nothing is compared', async () => {
  const opened = await open(
    {
      'globalnetworkpolicies/default.db': {
        selector: "app == 'db'",
        ingress: [{ action: 'Allow', source: { selector: "app == 'web'" } }],
      },
    },
    [record('db', 1, { app: 'db' }), record('web', 2, { app: 'web' })],
  );
  const setOf = (part: PolicyPart) =>
    Object.entries(part.sets).find(([name]) => name.startsWith('selected4-'))?.[1].elements;
  const before = setOf(opened.part());
  const changed = new Promise<void>((resolve) => opened.book.onChange(resolve));
  await opened.write(record('other', 3, { app: 'other' }));
  await changed;
  expect(setOf(opened.part())).toBe(before);
  const again = new Promise<void>((resolve) => opened.book.onChange(resolve));
  await opened.write(record('web2', 4, { app: 'web' }));
  await again;
  expect([...(setOf(opened.part())?.keys() ?? [])]).toEqual(['10.50.0.2', '10.50.0.4']);
  await opened.close();
});
