/** Pools and networks must fit each other. Pure. */
import { overlaps, parsePrefix } from '../../../src/ip/prefix.ts';
import type { Facts } from './facts.ts';
import { problem, type IpamProblem } from './problem.ts';

export function checkPools({ pools, uses, networks }: Facts): readonly IpamProblem[] {
  const byName = new Map(pools.map(({ value }) => [value.metadata.name, value]));
  const ids = new Set(networks.map(({ value }) => value.id));
  const ofUses = uses.flatMap(({ value: use }) => [
    ...(byName.get(use.pool)?.spec.cidr === use.cidr
      ? []
      : [problem('pool', use.cidr, `The pool ${use.cidr} has no IPPool ${use.pool}.`)]),
    ...(use.network === undefined || ids.has(use.network)
      ? []
      : [
          problem(
            'pool',
            use.cidr,
            `The pool ${use.cidr} is of the network ${use.network.slice(0, 12)}, which is not there.`,
          ),
        ]),
  ]);
  return [...ofUses, ...checkOverlaps(pools)];
}

function checkOverlaps(pools: Facts['pools']): readonly IpamProblem[] {
  const sorted = pools.flatMap(({ value }) => {
    const prefix = parsePrefix(value.spec.cidr);
    return prefix === undefined ? [] : { prefix, name: value.metadata.name };
  });
  return sorted.flatMap(({ prefix, name }, index) =>
    sorted
      .slice(index + 1)
      .filter((other) => overlaps(other.prefix, prefix))
      .map((other) => problem('pool', name, `The IPPools ${name} and ${other.name} overlap.`)),
  );
}

export function checkNetworks({ networks, uses }: Facts): readonly IpamProblem[] {
  const used = new Map(uses.map(({ value }) => [value.cidr, value.network]));
  const gateways = new Map<number, string>();
  return networks.flatMap(({ value: network }) => {
    const other = gateways.get(network.gatewayIndex);
    gateways.set(network.gatewayIndex, network.id);
    return [
      ...network.pools
        .filter(({ cidr }) => used.get(cidr) !== network.id)
        .map(({ cidr }) =>
          problem(
            'network',
            network.id,
            `The network ${network.id.slice(0, 12)} has the pool ${cidr}, which is not its own.`,
          ),
        ),
      ...(other === undefined
        ? []
        : [
            problem(
              'network',
              network.id,
              `The networks ${network.id.slice(0, 12)} and ${other.slice(0, 12)} have one gateway.`,
            ),
          ]),
    ];
  });
}
