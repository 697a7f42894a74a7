/** What policies decide: Calico's rules one by one, and against an independent model. */
import { describe, expect, test } from 'vitest';
import {
  decide,
  decodeGlobalNetworkPolicy,
  decodeGlobalNetworkSet,
  decodeNetworkPolicy,
  decodeProfile,
  decodeTier,
  orderPolicies,
  protocolNumber,
  type Decision,
  type Endpoint,
  type Policy,
} from '../../../plugins/policy/index.ts';
import { parseAddress } from '../../../src/ip/address.ts';

type Json = { readonly [key: string]: unknown };

const resource = (kind: string, name: string, spec: Json, more: Json = {}): string =>
  JSON.stringify({ kind, apiVersion: 'projectcalico.org/v3', metadata: { name, ...more }, spec });

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It can’t be read.');
  return value;
}

const global = (name: string, spec: Json): Policy =>
  needed(decodeGlobalNetworkPolicy(resource('GlobalNetworkPolicy', name, spec)));
const own = (name: string, spec: Json, namespace = 'libnetwork'): Policy =>
  needed(decodeNetworkPolicy(resource('NetworkPolicy', name, spec, { namespace })));

const endpoint = (
  name: string,
  address: string,
  labels: Readonly<Record<string, string>>,
  rest: Partial<Endpoint> = {},
): Endpoint => ({
  kind: 'workload',
  name,
  node: 'h1',
  labels: new Map(Object.entries({ 'projectcalico.org/namespace': 'libnetwork', ...labels })),
  profiles: ['net'],
  addresses: [address],
  ports: [],
  ...rest,
});

const web = endpoint('web', '10.0.0.1', { app: 'web' });
const db = endpoint('db', '10.0.0.2', { app: 'db' }, { ports: [{ name: 'sql', protocol: 6, port: 5432 }] });
const stranger = endpoint('stranger', '10.0.1.1', { app: 'web' }, { profiles: ['other'] });

const profiles = new Map(
  ['net', 'other'].map((name) => {
    const spec = {
      ingress: [{ action: 'Allow', source: { selector: `has(${name})` } }],
      egress: [{ action: 'Allow' }],
      labelsToApply: { [name]: '' },
    };
    return [name, needed(decodeProfile(resource('Profile', name, spec)))] as const;
  }),
);

type Ask = {
  readonly from?: Endpoint | string;
  readonly to?: Endpoint | string;
  readonly port?: number;
  readonly protocol?: string;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly tiers?: readonly string[];
  readonly sets?: readonly string[];
};

function ask(
  policies: readonly Policy[],
  { from = web, to = db, port = 5432, protocol = 'TCP', icmp, tiers = [], sets = [] }: Ask = {},
): Decision {
  const party = (one: Endpoint | string) => {
    const address = needed(parseAddress(typeof one === 'string' ? one : (one.addresses[0] ?? '')));
    return { address, ...(typeof one === 'string' ? {} : { endpoint: one }) };
  };
  return decide(
    {
      tiers: orderPolicies(
        tiers.map((one) => needed(decodeTier(one))),
        policies,
      ),
      profiles,
      sets: sets.map((one) => needed(decodeGlobalNetworkSet(one))),
    },
    {
      from: party(from),
      to: party(to),
      protocol: needed(protocolNumber(protocol)),
      port,
      ...(icmp === undefined ? {} : { icmp }),
    },
  );
}

const verdict = (policies: readonly Policy[], options: Ask = {}): string => ask(policies, options).verdict;

describe('without a policy the profile decides', () => {
  test('whoever is on the same network is let in, and nobody else', () => {
    expect(ask([]).decided.by).toEqual({ kind: 'profile', profile: 'net', direction: 'ingress', rule: 0 });
    expect(verdict([])).toBe('allow');
    expect(ask([], { from: stranger }).decided.by).toEqual({ kind: 'no-rule', direction: 'ingress' });
    expect(verdict([], { from: '192.0.2.1' })).toBe('deny');
    expect(verdict([], { to: '192.0.2.1' })).toBe('allow');
  });
});

describe('a policy', () => {
  test('that selects an endpoint denies what it does not allow', () => {
    const policy = global('p', {
      selector: "app == 'db'",
      ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80] } }],
    });
    expect(verdict([policy])).toBe('deny');
    expect(ask([policy]).decided.by).toMatchObject({ kind: 'end-of-tier', tier: 'default', direction: 'ingress' });
    expect(verdict([policy], { port: 80 })).toBe('allow');
    expect(verdict([policy], { from: db, to: web })).toBe('allow');
  });
  test('lets in who is on no network of the endpoint, when it says so', () => {
    expect(
      verdict([global('p', { selector: "app == 'db'", ingress: [{ action: 'Allow' }] })], { from: stranger }),
    ).toBe('allow');
  });
  test('with the lower order comes first, then by name; without an order last', () => {
    const allow = (name: string, order?: number) =>
      global(name, { selector: 'all()', ...(order === undefined ? {} : { order }), ingress: [{ action: 'Allow' }] });
    const deny = (name: string, order?: number) =>
      global(name, { selector: 'all()', ...(order === undefined ? {} : { order }), ingress: [{ action: 'Deny' }] });
    expect(verdict([allow('a', 2), deny('b', 1)])).toBe('deny');
    expect(verdict([allow('a', 1), deny('b', 2)])).toBe('allow');
    expect(verdict([deny('b', 1), allow('a', 1)])).toBe('allow');
    expect(verdict([allow('a'), deny('b', 1e9)])).toBe('deny');
    expect(verdict([allow('a', -1), deny('b', 0)])).toBe('allow');
  });
  test('of a namespace is for that namespace, and so are the peers of its rules', () => {
    const rules = { ingress: [{ action: 'Allow', source: { selector: "app == 'web'" } }] };
    const elsewhere = endpoint('web', '10.0.0.3', { app: 'web', 'projectcalico.org/namespace': 'other' });
    expect(verdict([own('p', { selector: 'all()', ...rules })])).toBe('allow');
    expect(verdict([own('p', { selector: 'all()', ...rules })], { from: elsewhere })).toBe('deny');
    expect(verdict([own('p', { selector: 'all()', ...rules }, 'other')], { from: elsewhere })).toBe('allow');
    const anywhere = {
      ingress: [{ action: 'Allow', source: { selector: "app == 'web'", namespaceSelector: 'all()' } }],
    };
    expect(verdict([own('p', { selector: 'all()', ...anywhere })], { from: elsewhere })).toBe('allow');
  });
  test('has the types its rules say', () => {
    const out = global('p', {
      selector: 'all()',
      egress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: ['5000:6000'] } }],
    });
    expect([...out.types]).toEqual(['egress']);
    expect(verdict([out])).toBe('allow');
    expect(ask([out], { port: 80 }).decided.by).toMatchObject({ kind: 'end-of-tier', direction: 'egress' });
    expect([...global('p', { selector: 'all()' }).types]).toEqual(['ingress']);
    expect([
      ...global('p', { selector: 'all()', ingress: [{ action: 'Allow' }], egress: [{ action: 'Allow' }] }).types,
    ]).toEqual(['ingress', 'egress']);
  });
});

describe('actions', () => {
  const tier = (name: string, order: number, defaultAction = 'Deny') =>
    resource('Tier', name, { order, defaultAction });
  test('the first rule that matches decides', () => {
    const policy = global('p', {
      selector: 'all()',
      ingress: [{ action: 'Deny', source: { nets: ['10.0.0.1/32'] } }, { action: 'Allow' }],
    });
    expect(ask([policy]).decided.by).toMatchObject({ kind: 'policy', rule: 0 });
    expect(ask([policy], { from: stranger }).decided.by).toMatchObject({ kind: 'policy', rule: 1 });
  });
  test('a packet that is logged goes on to the next rule', () => {
    const policy = global('p', { selector: 'all()', ingress: [{ action: 'Log' }, { action: 'Allow' }] });
    const decision = ask([policy]);
    expect(decision.verdict).toBe('allow');
    expect(decision.ingress?.logged).toMatchObject([{ kind: 'policy', rule: 0 }]);
  });
  test('pass goes on to the next tier, and behind the last one to the profile', () => {
    const first = global('first.p', { tier: 'first', selector: 'all()', ingress: [{ action: 'Pass' }] });
    const second = global('p', { selector: 'all()', ingress: [{ action: 'Deny' }] });
    const tiers = [tier('first', 1)];
    expect(ask([first, second], { tiers }).decided.by).toMatchObject({ kind: 'policy', policy: { name: 'p' } });
    expect(ask([first], { tiers }).decided.by).toMatchObject({ kind: 'profile' });
    expect(ask([first], { tiers, from: stranger }).decided.by).toMatchObject({ kind: 'no-rule' });
  });
  test('the end of a tier denies, or passes where the tier says so', () => {
    const nothing = global('first.p', {
      tier: 'first',
      selector: 'all()',
      ingress: [{ action: 'Allow', protocol: 'UDP' }],
    });
    expect(verdict([nothing], { tiers: [tier('first', 1)] })).toBe('deny');
    expect(verdict([nothing], { tiers: [tier('first', 1, 'Pass')] })).toBe('allow');
  });
});

/** Rule -> what it allows. */
const matches: readonly (readonly [string, Json, Ask, boolean])[] = [
  ['a protocol by name', { protocol: 'TCP' }, {}, true],
  ['a protocol in other case', { protocol: 'tcp' }, {}, true],
  ['another protocol', { protocol: 'UDP' }, {}, false],
  ['a protocol by number', { protocol: 6 }, {}, true],
  ['not a protocol', { notProtocol: 'TCP' }, {}, false],
  ['not another', { notProtocol: 17 }, {}, true],
  ['a port', { protocol: 'TCP', destination: { ports: [5432] } }, {}, true],
  ['a range', { protocol: 'TCP', destination: { ports: [1, '5000:5432'] } }, {}, true],
  ['beyond a range', { protocol: 'TCP', destination: { ports: ['5433:6000'] } }, {}, false],
  ['not a port', { protocol: 'TCP', destination: { notPorts: [5432] } }, {}, false],
  ['a named port', { protocol: 'TCP', destination: { ports: ['sql'] } }, {}, true],
  ['a named port of others', { protocol: 'TCP', destination: { ports: ['http'] } }, {}, false],
  ['a named port with another number', { protocol: 'TCP', destination: { ports: ['sql'] } }, { port: 80 }, false],
  ['not a named port', { protocol: 'TCP', destination: { notPorts: ['sql'] } }, {}, false],
  ['nets', { source: { nets: ['192.0.2.0/24', '10.0.0.0/30'] } }, {}, true],
  ['nets with host bits', { source: { nets: ['10.0.0.77/24'] } }, {}, true],
  ['other nets', { source: { nets: ['10.0.1.0/24'] } }, {}, false],
  ['nets of another family', { source: { nets: ['fd00::/8'] } }, {}, false],
  ['not nets', { source: { notNets: ['10.0.0.1/32'] } }, {}, false],
  ['a selector', { source: { selector: "app == 'web'" } }, {}, true],
  ['a selector and nets', { source: { selector: "app == 'web'", nets: ['10.0.1.0/24'] } }, {}, false],
  ['a selector on who is no endpoint', { source: { selector: 'all()' } }, { from: '203.0.113.1' }, false],
  ['not a selector', { source: { notSelector: "app == 'web'" } }, {}, false],
  ['not a selector, by nobody', { source: { notSelector: "app == 'web'" } }, { from: '192.0.2.1' }, true],
  ['the label of a profile', { source: { selector: 'has(net)' } }, {}, true],
  ['a set', { source: { selector: "set == 'office'" } }, { from: '192.0.2.9' }, true],
  ['outside of a set', { source: { selector: "set == 'office'" } }, { from: '192.0.3.9' }, false],
  ['no namespace', { source: { namespaceSelector: 'global()' } }, { from: '192.0.2.9' }, true],
  ['some namespace', { source: { namespaceSelector: 'all()' } }, { from: '192.0.2.9' }, false],
  ['an IP version', { ipVersion: 4 }, {}, true],
  ['another IP version', { ipVersion: 6 }, {}, false],
  ['an ICMP type', { protocol: 'ICMP', icmp: { type: 8 } }, { protocol: 'ICMP', icmp: { type: 8, code: 0 } }, true],
  [
    'an ICMP code',
    { protocol: 'ICMP', icmp: { type: 3, code: 4 } },
    { protocol: 'ICMP', icmp: { type: 3, code: 1 } },
    false,
  ],
  [
    'not an ICMP type',
    { protocol: 'ICMP', notICMP: { type: 8 } },
    { protocol: 'ICMP', icmp: { type: 8, code: 0 } },
    false,
  ],
  ['HTTP, which nobody here can judge', { http: { methods: ['GET'] } }, {}, false],
  ['a service, which there is none of', { destination: { services: { name: 'x', namespace: 'y' } } }, {}, false],
];

describe('a rule matches', () => {
  const sets = [
    JSON.stringify({
      kind: 'GlobalNetworkSet',
      apiVersion: 'projectcalico.org/v3',
      metadata: { name: 'office', labels: { set: 'office' } },
      spec: { nets: ['192.0.2.0/24'] },
    }),
  ];
  for (const [what, rule, options, allowed] of matches)
    test(what, () => {
      const policy = global('p', { selector: "app == 'db'", ingress: [{ action: 'Allow', ...rule }] });
      expect(verdict([policy], { sets, ...options })).toBe(allowed ? 'allow' : 'deny');
    });
});

test.each([
  ['a selector with a mistake', { selector: 'app =' }],
  ['an action nobody knows', { selector: 'all()', ingress: [{ action: 'Maybe' }] }],
  ['a net that is none', { selector: 'all()', ingress: [{ action: 'Allow', source: { nets: ['10.0.0.0/33'] } }] }],
  ['ports without a protocol', { selector: 'all()', ingress: [{ action: 'Allow', destination: { ports: [80] } }] }],
  ['an ICMP type of TCP', { selector: 'all()', ingress: [{ action: 'Allow', protocol: 'TCP', icmp: { type: 8 } }] }],
  [
    'a range the wrong way round',
    { selector: 'all()', ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: ['9:1'] } }] },
  ],
  ['global() where no namespace is asked', { selector: 'global()' }],
])('%s makes a policy of the store unusable', (_what, spec) => {
  expect(decodeGlobalNetworkPolicy(resource('GlobalNetworkPolicy', 'p', spec))).toBeUndefined();
});
