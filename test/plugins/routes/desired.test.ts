import { describe, expect, test } from 'vitest';
import { parseCidr } from '../../../src/ip/prefix.ts';
import { vtepMacOf, type NodeFacts } from '../../../src/model/network/node.ts';
import type { RouteMode } from '../../../src/model/network/records.ts';
import type { BlockFacts } from '../../../src/model/network/block-facts.ts';
import { wantedRoutes, type RouteFacts } from '../../../plugins/routes/desired.ts';
import { planChange, planRoutes, putLine } from '../../../plugins/routes/lines.ts';
import { planTunnel } from '../../../plugins/routes/tunnel.ts';
import type { Route } from '../../../src/host/ip.ts';

const node = (name: string, ipv4?: string, ipv6?: string): NodeFacts => {
  const [four, six] = [parseCidr(ipv4 ?? ''), parseCidr(ipv6 ?? '')];
  return {
    name,
    labels: {},
    vtepMac: vtepMacOf(name),
    ...(four === undefined ? {} : { ipv4: four }),
    ...(six === undefined ? {} : { ipv6: six }),
  };
};
const nodes = [
  node('h1', '198.18.0.11/24', 'fd00:1::11/64'),
  node('h2', '198.18.0.12/24', 'fd00:1::12/64'),
  node('far', '198.18.1.13/24', 'fd00:2::13/64'),
  node('six', undefined, 'fd00:1::16/64'),
];
const block = (
  cidr: string,
  owner: string | undefined,
  ...borrowed: readonly (readonly [string, string])[]
): BlockFacts => ({
  cidr,
  owner,
  borrowed: borrowed.map(([address, by]) => ({ address, node: by })),
});
const factsOf = (mode: RouteMode, blocks: readonly BlockFacts[], change: Partial<RouteFacts> = {}): RouteFacts => ({
  node: 'h1',
  nodes: new Map(nodes.map((one) => [one.name, one])),
  pools: [
    { cidr: '198.19.8.0/24', mode },
    { cidr: 'fd00:8::/64', mode },
  ],
  blocks,
  blocked: new Set(),
  ...change,
});
const linesOf = (facts: RouteFacts): readonly string[] => wantedRoutes(facts).routes.map(putLine).slice(2);

describe('the routes to other hosts', () => {
  test('lead nowhere for what no host has', () => {
    expect(wantedRoutes(factsOf('auto', [])).routes.map(putLine)).toEqual([
      'route replace unreachable 198.19.8.0/24 metric 6700 proto 68',
      'route replace unreachable fd00:8::/64 metric 6700 proto 68',
    ]);
  });

  const tunnel = 'dev vxlan.clocker onlink proto 68';
  test.each<[string, RouteMode, BlockFacts, string[], Partial<RouteFacts>?]>([
    [
      'direct: by the address of an adjacent host',
      'direct',
      block('198.19.8.8/29', 'h2'),
      ['route replace 198.19.8.8/29 via 198.18.0.12 proto 68'],
    ],
    ['direct: IPv6', 'direct', block('fd00:8::40/122', 'h2'), ['route replace fd00:8::40/122 via fd00:1::12 proto 68']],
    ['direct: none to a host behind a router', 'direct', block('198.19.8.8/29', 'far'), []],
    [
      'auto: direct where adjacent',
      'auto',
      block('198.19.8.8/29', 'h2'),
      ['route replace 198.19.8.8/29 via 198.18.0.12 proto 68'],
    ],
    [
      'auto: the tunnel to a host behind a router',
      'auto',
      block('198.19.8.8/29', 'far'),
      [`route replace 198.19.8.8/29 via 198.18.1.13 ${tunnel}`],
    ],
    [
      'auto: the tunnel where packets were found not to get through',
      'auto',
      block('198.19.8.8/29', 'h2'),
      [`route replace 198.19.8.8/29 via 198.18.0.12 ${tunnel}`],
      { blocked: new Set(['h2']) },
    ],
    [
      'vxlan: the tunnel always',
      'vxlan',
      block('198.19.8.8/29', 'h2'),
      [`route replace 198.19.8.8/29 via 198.18.0.12 ${tunnel}`],
    ],
    ['bgp: BIRD sees to it', 'bgp', block('198.19.8.8/29', 'h2'), []],
    ['none to own blocks', 'auto', block('198.19.8.8/29', 'h1'), []],
    ['none to blocks of nobody', 'auto', block('198.19.8.8/29', undefined), []],
    ['none to blocks of no pool', 'auto', block('198.19.9.8/29', 'h2'), []],
    ['none to hosts without a record', 'auto', block('198.19.8.8/29', 'gone'), []],
    [
      'a single one to what was borrowed from this host',
      'direct',
      block('198.19.8.8/29', 'h1', ['198.19.8.9', 'h2']),
      ['route replace 198.19.8.9/32 via 198.18.0.12 proto 68'],
    ],
    [
      'none to what this host borrowed itself',
      'direct',
      block('198.19.8.8/29', 'h2', ['198.19.8.9', 'h1']),
      ['route replace 198.19.8.8/29 via 198.18.0.12 proto 68'],
    ],
    [
      'a single one to what a third host borrowed',
      'auto',
      block('198.19.8.8/29', 'h2', ['198.19.8.9', 'far']),
      ['route replace 198.19.8.8/29 via 198.18.0.12 proto 68', `route replace 198.19.8.9/32 via 198.18.1.13 ${tunnel}`],
    ],
  ])('%s', (_name, mode, one, wanted, change) => {
    expect(linesOf(factsOf(mode, [one], change))).toEqual(wanted);
  });

  test('tell which hosts can not be reached, and why', () => {
    const { unreachable } = wantedRoutes(
      factsOf('direct', [block('198.19.8.8/29', 'far'), block('198.19.8.16/29', 'gone')]),
    );
    expect(unreachable).toEqual([
      { node: 'far', why: 'the host far is not on the IPv4 network of this host' },
      { node: 'gone', why: 'the host gone has no record' },
    ]);
  });

  test('name an IPv6 neighbour where hosts have no IPv4', () => {
    const facts = factsOf('vxlan', [block('198.19.8.8/29', 'h2')], {
      node: 'six',
      nodes: new Map([
        ['six', node('six', undefined, 'fd00:1::16/64')],
        ['h2', node('h2', undefined, 'fd00:1::12/64')],
      ]),
    });
    const wanted = wantedRoutes(facts);
    expect(wanted.routes.map(putLine)[2]).toMatch(
      /^route replace 198\.19\.8\.8\/29 via inet6 fe80::\S+ dev vxlan\.clocker onlink proto 68$/,
    );
    expect(wanted.tunnel).toMatchObject({ underlay: 6, local: 'fd00:1::16' });
  });
});

describe('a change of routes', () => {
  const want = wantedRoutes(factsOf('auto', [block('198.19.8.8/29', 'h2'), block('198.19.8.16/29', 'far')])).routes;
  const to = (text: string) =>
    parseCidr(text) ?? {
      address: { family: 4 as const, value: 0 },
      prefix: { first: { family: 4 as const, value: 0 }, length: 0 },
    };
  const have: readonly Route[] = [
    { to: to('198.19.8.0/24'), isBlackhole: true },
    { to: to('fd00:8::/64'), isBlackhole: true },
    { to: to('198.19.8.8/29'), isBlackhole: false, via: '198.18.0.12', device: 'eth0' },
    { to: to('198.19.8.16/29'), isBlackhole: false, via: '198.18.1.13', device: 'vxlan.clocker' },
  ];
  test('is none where all is as wanted', () => {
    expect(planRoutes(want, have)).toEqual({ put: [], remove: [] });
    expect(planChange(want, want)).toEqual({ put: [], remove: [] });
  });
  test('puts what is missing or other, and takes what is too much', () => {
    const other = have.map((route) => (route.device === 'vxlan.clocker' ? { ...route, device: 'eth0' } : route));
    const more: Route = { to: to('198.19.8.24/29'), isBlackhole: false, via: '198.18.0.12', device: 'eth0' };
    expect(planRoutes(want, [...other.slice(1), more])).toEqual({
      put: [
        'route replace unreachable 198.19.8.0/24 metric 6700 proto 68',
        'route replace 198.19.8.16/29 via 198.18.1.13 dev vxlan.clocker onlink proto 68',
      ],
      remove: ['route del 198.19.8.24/29 proto 68'],
    });
    expect(planChange(want, want.slice(1))).toEqual({
      put: [],
      remove: ['route del unreachable 198.19.8.0/24 metric 6700 proto 68'],
    });
  });
});

describe('the tunnel', () => {
  const { tunnel } = wantedRoutes(factsOf('auto', [block('198.19.8.16/29', 'far')]));
  const settings = { vni: 4096, port: 4789 };
  const none = { neighbours: new Map<string, string>(), forwarding: new Map<string, string>() };
  const mac = vtepMacOf('far');

  test('is made with its neighbours, and left alone when it is right', () => {
    if (tunnel === undefined) throw new Error('There is no tunnel.');
    const plan = planTunnel(tunnel, { device: undefined, peers: none, settings, mtu: 1450, isV6Used: false });
    expect(plan).toEqual({
      device: [
        `link add vxlan.clocker address ${vtepMacOf('h1')} mtu 1450 group 6700 type vxlan id 4096 dstport 4789 local 198.18.0.11 nolearning`,
        'link set vxlan.clocker addrgenmode none up',
      ],
      neighbours: [`neigh replace 198.18.1.13 lladdr ${mac} dev vxlan.clocker nud permanent`],
      forwarding: [`fdb replace ${mac} dev vxlan.clocker dst 198.18.1.13 self permanent`],
      spareNeighbours: [],
      spareForwarding: [],
    });
    const device = {
      mac: vtepMacOf('h1'),
      mtu: 1450,
      isUp: true,
      vni: 4096,
      port: 4789,
      local: '198.18.0.11',
      learns: false,
    };
    const peers = { neighbours: new Map([['198.18.1.13', mac]]), forwarding: new Map([[mac, '198.18.1.13']]) };
    const again = planTunnel(tunnel, { device, peers, settings, mtu: 1450, isV6Used: false });
    expect(Object.values(again).flat()).toEqual([]);
  });

  test('is made again where it sends from another address, and forgets hosts that are gone', () => {
    if (tunnel === undefined) throw new Error('There is no tunnel.');
    const device = {
      mac: vtepMacOf('h1'),
      mtu: 1450,
      isUp: true,
      vni: 4096,
      port: 4789,
      local: '192.0.2.1',
      learns: false,
    };
    const plan = planTunnel(tunnel, { device, peers: none, settings, mtu: 1450, isV6Used: true });
    expect(plan.device[0]).toBe('link del vxlan.clocker');
    expect(plan.neighbours).toHaveLength(2);
    const peers = {
      neighbours: new Map([['198.18.1.99', '66:00:00:00:00:01']]),
      forwarding: new Map([['66:00:00:00:00:01', '198.18.1.99']]),
    };
    const kept = planTunnel(tunnel, {
      device: { ...device, local: '198.18.0.11' },
      peers,
      settings,
      mtu: 1450,
      isV6Used: false,
    });
    expect(kept.spareNeighbours).toEqual(['neigh del 198.18.1.99 dev vxlan.clocker']);
    expect(kept.spareForwarding).toEqual(['fdb del 66:00:00:00:00:01 dev vxlan.clocker dst 198.18.1.99 self']);
  });
});
