/** Policies of a host's own interfaces as nftables. */
import { expect, test } from 'vitest';
import { keepPolicies } from '../../../plugins/dataplane/rules/policy-book.ts';
import { hostPart, type HostPart } from '../../../plugins/dataplane/rules/policy-host.ts';
import { openMemoryStore, openMirror, systemStoreClock } from '../../../src/store/index.ts';

const root = '/calico/resources/v3/projectcalico.org';
const apiVersion = 'projectcalico.org/v3';

async function partOf(felix: Readonly<Record<string, object>>): Promise<HostPart> {
  const store = openMemoryStore({ clock: systemStoreClock });
  const put = (path: string, kind: string, spec: object, more: object = {}): Promise<unknown> => {
    const value = JSON.stringify({ kind, apiVersion, metadata: { name: path.split('/').at(-1), ...more }, spec });
    return store.transact([], [{ op: 'put', key: `${root}/${path}`, value }]);
  };
  await put('hostendpoints/eth0', 'HostEndpoint', { node: 'h1', interfaceName: 'eth0' }, { labels: { role: 'host' } });
  await put('globalnetworkpolicies/default.none', 'GlobalNetworkPolicy', {
    selector: "role == 'host'",
    types: ['Ingress', 'Egress'],
  });
  for (const [name, spec] of Object.entries(felix))
    await put(`felixconfigurations/${name}`, 'FelixConfiguration', spec);
  const mirror = openMirror(store, ['/calico/'], { clock: systemStoreClock });
  await mirror.ready;
  const part = hostPart(keepPolicies(mirror, 'h1'), 'h1', [{ name: 'eth0', addresses: ['198.18.0.11'] }]);
  await mirror.close();
  await store.close();
  return part;
}

const rulesOf = ({ sets, sequences }: HostPart, way: 'in' | 'out'): readonly string[] => {
  const chain = sets[`host-${way}`]?.elements.get('"eth0"')?.replace('jump ', '') ?? '';
  const rules = sequences.find(({ name }) => name === chain)?.chains[chain]?.rules;
  expect(rules?.at(-1)).toBe('drop');
  return rules?.slice(0, -1) ?? [];
};

const usualIn = ['tcp dport { 22, 179, 2379, 2380, 5473, 6443, 6666, 6667 } return', 'udp dport 68 return'];
const usualOut = ['tcp dport { 179, 2379, 2380, 5473, 6443, 6666, 6667 } return', 'udp dport { 53, 67 } return'];

test.each<[string, Readonly<Record<string, object>>, readonly string[], readonly string[]]>([
  ['Felix’ own', {}, usualIn, usualOut],
  [
    'those of the cluster, by protocol and net',
    {
      default: {
        failsafeInboundHostPorts: [
          { protocol: 'tcp', port: 2222 },
          { protocol: 'tcp', port: 22, net: '198.18.0.0/24' },
          { protocol: 'tcp', port: 22, net: 'fd00::/8' },
          { protocol: 'tcp', port: 80 },
        ],
      },
    },
    [
      'tcp dport { 80, 2222 } return',
      'ip saddr 198.18.0.0/24 tcp dport 22 return',
      'ip6 saddr fd00::/8 tcp dport 22 return',
    ],
    usualOut,
  ],
  [
    'this host’s before the cluster’s, and not another’s',
    {
      default: { failsafeInboundHostPorts: [{ port: 1 }], failsafeOutboundHostPorts: [{ port: 2 }] },
      'node.h1': { failsafeInboundHostPorts: [] },
      'node.h2': { failsafeOutboundHostPorts: [] },
    },
    [],
    ['tcp dport 2 return'],
  ],
])('ports that stay open are %s', async (_what, felix, incoming, outgoing) => {
  const part = await partOf(felix);
  expect(rulesOf(part, 'in')).toEqual(incoming);
  expect(rulesOf(part, 'out')).toEqual(outgoing);
});
