/** Rules on networks and the addresses on them. */
import type { Problem } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { parseAddress } from '../../ip/address.ts';
import { parseMac } from '../../ip/mac.ts';
import { comparePrefixes, contains, covers, overlaps, parseCidr } from '../../ip/prefix.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { entriesOfNode, finding, itemsOf, perService, section, textOfNode } from './finding.ts';
import type { Named, Rule } from './finding.ts';

type Subnet = { readonly prefix: Prefix; readonly node: Node };

const poolsOf = ({ node }: Named): readonly Node[] => itemsOf(valueOf(valueOf(node, 'ipam'), 'config'));

function subnetsOf(network: Named): readonly Subnet[] {
  return poolsOf(network).flatMap((pool) => {
    const node = valueOf(pool, 'subnet');
    const prefix = parseCidr(textOfNode(node) ?? '')?.prefix;
    return node === undefined || prefix === undefined ? [] : [{ prefix, node }];
  });
}

export const subnets: Rule = (input) =>
  section(input, 'networks').flatMap((network) =>
    poolsOf(network).flatMap((pool) => {
      const subnet = valueOf(pool, 'subnet');
      const text = textOfNode(subnet);
      if (subnet === undefined || text === undefined || parseCidr(text) !== undefined) return [];
      return [
        finding('subnet-invalid', `"${text}" is no subnet.`, subnet.span, { hint: 'For example 172.20.0.0/24.' }),
      ];
    }),
  );

/** Gateway, range and auxiliary addresses of a pool lie in its own subnet. */
export const insidePool: Rule = (input) =>
  section(input, 'networks').flatMap((network) => poolsOf(network).flatMap((pool) => checkPool(pool)));

function checkPool(pool: Node): readonly Problem[] {
  const subnet = parseCidr(textOfNode(valueOf(pool, 'subnet')) ?? '')?.prefix;
  const single: readonly Named[] = [
    ...entriesOfNode(pool).filter(({ name }) => name === 'gateway'),
    ...entriesOfNode(valueOf(pool, 'aux_addresses')),
  ];
  const range = valueOf(pool, 'ip_range');
  return [
    ...single.flatMap(({ name, node }) => checkAddress(node, name, subnet === undefined ? undefined : [subnet])),
    ...(range === undefined ? [] : checkRange(range, subnet)),
  ];
}

function checkRange(node: Node, subnet: Prefix | undefined): readonly Problem[] {
  const text = textOfNode(node) ?? '';
  const range = parseCidr(text)?.prefix;
  if (range === undefined) return [finding('subnet-invalid', `"${text}" is no range of addresses.`, node.span)];
  if (subnet === undefined || covers(subnet, range)) return [];
  return [finding('address-outside-subnet', `${text} is not inside the subnet.`, node.span)];
}

/** `within`: prefixes one of which it must lie in; `undefined` where that is not known. */
function checkAddress(node: Node, what: string, within: readonly Prefix[] | undefined): readonly Problem[] {
  const text = textOfNode(node);
  if (text === undefined || text === '') return [];
  const address = parseAddress(text);
  if (address === undefined) return [finding('address-invalid', `${what}: "${text}" is no address.`, node.span)];
  const family = within?.filter((prefix) => prefix.first.family === address.family);
  if (family === undefined || family.some((prefix) => contains(prefix, address))) return [];
  if (family.length > 0)
    return [finding('address-outside-subnet', `${what} ${text} is in no subnet of the network.`, node.span)];
  const hint = 'Give the network a subnet: ipam: {config: [{subnet: …}]}.';
  return [finding('address-without-subnet', `${what} ${text} needs a network with a subnet.`, node.span, { hint })];
}

export const fixedAddresses = perService(({ node }, input) => {
  const networks = new Map(section(input, 'networks').map((network) => [network.name, network]));
  return entriesOfNode(valueOf(node, 'networks')).flatMap(({ name, node: attachment }) => {
    const network = networks.get(name);
    // What an external network has is known elsewhere.
    const known = network !== undefined && valueOf(network.node, 'external') === undefined;
    const within = known ? subnetsOf(network).map(({ prefix }) => prefix) : undefined;
    return ['ipv4_address', 'ipv6_address'].flatMap((key) => {
      const address = valueOf(attachment, key);
      return address === undefined ? [] : checkAddress(address, key, within);
    });
  });
});

export const hostAddresses = perService(({ node }) => [
  ...itemsOf(valueOf(node, 'dns')).flatMap((server) => checkAddress(server, 'dns', undefined)),
  ...itemsOf(valueOf(node, 'ports')).flatMap((port) => {
    const address = valueOf(port, 'host_ip');
    return address === undefined ? [] : checkAddress(address, 'host_ip', undefined);
  }),
]);

const wordsForHosts = new Set(['host-gateway']);

/** `host=address`, as the normal form has them. */
export const extraHosts = perService(({ node }) =>
  itemsOf(valueOf(node, 'extra_hosts')).flatMap((item) => {
    const text = textOfNode(item) ?? '';
    const address = text.slice(text.indexOf('=') + 1);
    if (wordsForHosts.has(address) || address.includes('$') || parseAddress(address) !== undefined) return [];
    return [finding('address-invalid', `extra_hosts: "${address}" is no address.`, item.span)];
  }),
);

export const macAddresses = perService(({ node }) =>
  [node, ...entriesOfNode(valueOf(node, 'networks')).map((attachment) => attachment.node)].flatMap((one) => {
    const mac = valueOf(one, 'mac_address');
    const text = textOfNode(mac);
    if (mac === undefined || text === undefined || text === '' || parseMac(text.replaceAll('-', ':')) !== undefined)
      return [];
    return [
      finding('mac-invalid', `"${text}" is no MAC address.`, mac.span, { hint: 'For example 02:42:ac:11:00:02.' }),
    ];
  }),
);

const notLookedAt = ['driver', 'driver_opts', 'internal', 'attachable', 'enable_ipv6'];

export const external: Rule = (input) =>
  section(input, 'networks').flatMap(({ name, node }) => {
    const isExternal = valueOf(node, 'external');
    if (isExternal?.kind !== 'scalar' || isExternal.value !== true) return [];
    return notLookedAt.flatMap((key) => {
      const said = valueOf(node, key);
      const message = `The network "${name}" is external, so its ${key} is not looked at.`;
      return said === undefined ? [] : [finding('external-network-with-driver', message, said.span)];
    });
  });

/** Sorted, what overlaps stands next to what covers it: prefixes either nest or share nothing. */
export const overlapping: Rule = (input) => {
  const all = section(input, 'networks').flatMap((network) =>
    subnetsOf(network).map((subnet) => ({ ...subnet, network: network.name })),
  );
  const problems: Problem[] = [];
  let [cover] = all.sort((a, b) => comparePrefixes(a.prefix, b.prefix));
  for (const subnet of all.slice(1)) {
    if (cover === undefined || !overlaps(cover.prefix, subnet.prefix)) {
      cover = subnet;
      continue;
    }
    const related = [{ message: `It overlaps this subnet of "${cover.network}".`, at: cover.node.span }];
    const message = `Subnet ${textOfNode(subnet.node) ?? ''} overlaps another.`;
    problems.push(finding('subnets-overlap', message, subnet.node.span, { related }));
  }
  return problems;
};
