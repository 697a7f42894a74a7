/**
 * The evaluation against an independent model: each generated selector and rule carries the plain predicate it stands
 * for, and the model only asks predicates, in Calico's documented order.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decide,
  decodeGlobalNetworkPolicy,
  decodeProfile,
  decodeTier,
  orderPolicies,
  type Endpoint,
} from '../../../plugins/policy/index.ts';
import { parseAddress } from '../../../src/ip/address.ts';

type Who = { readonly app: string | undefined; readonly role: string | undefined; readonly last: number };
type Said<T> = { readonly said: unknown; readonly test: (value: T) => boolean };
type Sent = { readonly from: Who; readonly to: Who; readonly port: number; readonly protocol: 6 | 17 };

const value = fc.constantFrom('web', 'db', 'x');
const label = fc.constantFrom('app' as const, 'role' as const);

const someone: fc.Arbitrary<Said<Who>> = fc.oneof(
  fc.constant({ said: 'all()', test: () => true }),
  fc
    .tuple(label, value)
    .map(([name, wanted]) => ({ said: `${name} == '${wanted}'`, test: (who: Who) => who[name] === wanted })),
  fc
    .tuple(label, value)
    .map(([name, wanted]) => ({ said: `${name} != "${wanted}"`, test: (who: Who) => who[name] !== wanted })),
  label.map((name) => ({ said: `!has(${name})`, test: (who: Who) => who[name] === undefined })),
  fc.tuple(label, value, value).map(([name, one, two]) => ({
    said: `${name} in {'${one}', '${two}'} || role starts with 'w'`,
    test: (who: Who) => [one, two].some((wanted) => who[name] === wanted) || who.role === 'web',
  })),
);

const peer: fc.Arbitrary<Said<Who>> = fc.oneof(
  fc.constant({ said: {}, test: () => true }),
  someone.map(({ said, test }) => ({ said: { selector: said }, test })),
  someone.map(({ said, test }) => ({ said: { notSelector: said }, test: (who: Who) => !test(who) })),
  fc.integer({ min: 0, max: 3 }).map((half) => ({
    said: { nets: [`10.0.0.${half * 2}/31`] },
    test: ({ last }: Who) => Math.floor(last / 2) === half,
  })),
  fc
    .integer({ min: 0, max: 7 })
    .map((one) => ({ said: { notNets: [`10.0.0.${one}`] }, test: ({ last }: Who) => last !== one })),
);

type Action = 'Allow' | 'Deny' | 'Pass' | 'Log';
type SaidRule = { readonly said: object; readonly action: Action; readonly test: (sent: Sent) => boolean };

const rule: fc.Arbitrary<SaidRule> = fc
  .tuple(
    fc.constantFrom<Action>('Allow', 'Deny', 'Pass', 'Log'),
    peer,
    peer,
    fc.option(fc.constantFrom(6, 17)),
    fc.option(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 }))),
  )
  .map(([action, source, destination, protocol, ports]) => ({
    action,
    said: {
      action,
      ...(protocol === null ? {} : { protocol }),
      source: source.said,
      destination: {
        ...(destination.said as object),
        ...(protocol === null || ports === null ? {} : { ports: [`${ports[0]}:${ports[0] + ports[1]}`] }),
      },
    },
    test: (sent: Sent) =>
      (protocol === null || protocol === sent.protocol) &&
      (protocol === null || ports === null || (sent.port >= ports[0] && sent.port <= ports[0] + ports[1])) &&
      source.test(sent.from) &&
      destination.test(sent.to),
  }));

const policy = fc.record({
  tier: fc.constantFrom('default', 'early', 'soft'),
  order: fc.option(fc.integer({ min: 0, max: 3 })),
  selector: someone,
  types: fc.constantFrom<readonly ('Ingress' | 'Egress')[]>(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule, { maxLength: 3 }),
  egress: fc.array(rule, { maxLength: 3 }),
});
type SaidPolicy = { readonly name: string } & (typeof policy extends fc.Arbitrary<infer T> ? T : never);

const who = fc.record({
  app: fc.option(value, { nil: undefined }),
  role: fc.option(value, { nil: undefined }),
  last: fc.integer({ min: 0, max: 7 }),
});

/** Tiers in their order, with what the end of each does. */
const tiers = [
  ['early', 10, 'Deny'],
  ['soft', 20, 'Pass'],
  ['default', 1_000_000, 'Deny'],
] as const;

/** One direction, by the book: no shared code with what is tested. */
function modelled(policies: readonly SaidPolicy[], sent: Sent, direction: 'Ingress' | 'Egress'): boolean {
  const self = direction === 'Ingress' ? sent.to : sent.from;
  for (const [tier, , end] of tiers) {
    const own = policies
      .filter((one) => one.tier === tier && one.types.includes(direction) && one.selector.test(self))
      .sort((a, b) => (a.order ?? 1e12) - (b.order ?? 1e12) || (a.name < b.name ? -1 : 1));
    if (own.length === 0) continue;
    const said = own
      .flatMap((one) => (direction === 'Ingress' ? one.ingress : one.egress))
      .find((one) => one.action !== 'Log' && one.test(sent))?.action;
    if (said === 'Allow') return true;
    if (said === 'Deny' || (said === undefined && end === 'Deny')) return false;
  }
  // The profile lets everything in whose app is known, and everything out.
  return direction === 'Egress' || sent.from.app !== undefined;
}

const stored = (kind: string, name: string, spec: unknown): string =>
  JSON.stringify({ kind, apiVersion: 'projectcalico.org/v3', metadata: { name }, spec });
const made = <T>(one: T | undefined): T => {
  if (one === undefined) throw new Error('It can’t be read.');
  return one;
};

const endpointOf = (one: Who): Endpoint => ({
  kind: 'workload',
  name: `w${one.last}`,
  node: 'h1',
  labels: new Map(
    Object.entries(one).flatMap(([name, said]) => (typeof said === 'string' ? [[name, said] as const] : [])),
  ),
  profiles: ['net'],
  addresses: [`10.0.0.${one.last}`],
  ports: [],
});

test('policies decide as the model does', () => {
  const profile = made(
    decodeProfile(
      stored('Profile', 'net', {
        ingress: [{ action: 'Allow', source: { selector: 'has(app)' } }],
        egress: [{ action: 'Allow' }],
      }),
    ),
  );
  fc.assert(
    fc.property(
      fc.array(policy, { maxLength: 6 }),
      who,
      who,
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom<6 | 17>(6, 17),
      (list, from, to, port, protocol) => {
        const policies = list.map((one, index) => ({ ...one, name: `p${index}` }));
        const sent: Sent = { from, to, port, protocol };
        const resources = policies.map(({ name, order, selector, ingress, egress, ...rest }) =>
          made(
            decodeGlobalNetworkPolicy(
              stored('GlobalNetworkPolicy', name, {
                ...rest,
                ...(order === null ? {} : { order }),
                selector: selector.said,
                ingress: ingress.map(({ said }) => said),
                egress: egress.map(({ said }) => said),
              }),
            ),
          ),
        );
        const book = {
          tiers: orderPolicies(
            tiers.map(([name, order, defaultAction]) =>
              made(decodeTier(stored('Tier', name, { order, defaultAction }))),
            ),
            resources,
          ),
          profiles: new Map([['net', profile]]),
          sets: [],
        };
        const party = (one: Who) => ({ address: made(parseAddress(`10.0.0.${one.last}`)), endpoint: endpointOf(one) });
        const { verdict } = decide(book, { from: party(from), to: party(to), port, protocol });
        const wanted = modelled(policies, sent, 'Egress') && modelled(policies, sent, 'Ingress');
        expect(verdict).toBe(wanted ? 'allow' : 'deny');
      },
    ),
    { numRuns: 1000 },
  );
});
