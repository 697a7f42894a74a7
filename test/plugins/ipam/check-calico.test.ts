/**
 * What `calicoctl ipam check` (v3.29, calicoctl/commands/ipam/check.go) verifies, rule by rule, on records that Calico's own
 * tools could have written: no record of Clocker's own is in this store.
 */
import { expect, test } from 'vitest';
import { checkIpam } from '../../../plugins/ipam/index.ts';
import { assign, emptyBlock, type Block } from '../../../src/model/network/block.ts';
import { parsePrefix } from '../../../src/ip/prefix.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import {
  affinityKey,
  blockKey,
  handleKey,
  nodeKey,
  poolKey,
  workloadEndpointKey,
} from '../../../src/model/network/keys.ts';
import { openMemoryStore, type Operation } from '../../../src/store/index.ts';

const cidr = '10.50.0.0/30';
const [container, tunnel] = ['10.50.0.0', '10.50.0.1'];
const meta = { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
const put = (key: string, value: unknown): Operation => ({
  op: 'put',
  key,
  value: typeof value === 'string' ? value : renderJson(value),
});

function soundBlock(): Block {
  const prefix = parsePrefix(cidr);
  if (prefix === undefined) throw new Error('not a prefix');
  const secondary = { node: 'host1', timestamp: '2026-01-01 00:00:00 +0000 UTC' };
  const empty = emptyBlock(prefix, cidr, 'host1', Date.UTC(2026, 0, 1));
  const one = assign(empty, 0, { handle_id: 'k8s-pod-network.one', secondary });
  return assign(one, 1, {
    handle_id: 'vxlan-tunnel-addr-host1',
    secondary: { ...secondary, type: 'vxlanTunnelAddress' },
  });
}

const workload = (address: string): unknown => ({
  kind: 'WorkloadEndpoint',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'host1-cni-one-eth0', namespace: 'default', ...meta },
  spec: { orchestrator: 'cni', node: 'host1', containerID: 'one', endpoint: 'eth0', ipNetworks: [`${address}/32`] },
});
const node = (address: string): unknown => ({
  kind: 'Node',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'host1', ...meta },
  spec: { bgp: { ipv4Address: '198.18.0.11/24' }, ipv4VXLANTunnelAddr: address },
});
const pool = (more: object = {}): unknown => ({
  kind: 'IPPool',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'p', ...meta },
  spec: { cidr: '10.50.0.0/16', ipipMode: 'Never', vxlanMode: 'Always', blockSize: 30, nodeSelector: 'all()', ...more },
});
const workloadKey = workloadEndpointKey('host1-cni-one-eth0').replace('/libnetwork/', '/default/');
const sound: readonly Operation[] = [
  put(poolKey('p'), pool()),
  put(nodeKey('host1'), node(tunnel)),
  put(blockKey(cidr), soundBlock()),
  put(affinityKey('host1', cidr), { state: 'confirmed', deleted: false }),
  put(handleKey('k8s-pod-network.one'), { block: { [cidr]: 1 }, deleted: false }),
  put(handleKey('vxlan-tunnel-addr-host1'), { block: { [cidr]: 1 }, deleted: false }),
  put(workloadKey, workload(container)),
];

async function problemsWith(...changes: readonly Operation[]): Promise<readonly string[]> {
  const store = openMemoryStore();
  for (const operation of [...sound, ...changes]) await store.transact([], [operation]);
  const { problems } = await checkIpam(store, Date.UTC(2027, 0, 1), 60_000);
  return problems.map(({ kind, subject }) => `${kind} ${subject}`);
}
const block = (change: (block: Block) => object): Operation =>
  put(blockKey(cidr), { ...soundBlock(), ...change(soundBlock()) });

test('a cluster of Calico alone is sound: its workloads and tunnels use what is given out', async () => {
  expect(await problemsWith()).toEqual([]);
});

/** A row for every rule: what breaks it, and what is said then. */
const rules: Readonly<Record<string, readonly [readonly Operation[], string]>> = {
  'an allocation is used by a WorkloadEndpoint': [[{ op: 'delete', key: workloadKey }], `leaked ${container}`],
  'an allocation is used by a tunnel of its Node': [[put(nodeKey('host1'), node(''))], `leaked ${tunnel}`],
  'an address of a WorkloadEndpoint is allocated': [[put(workloadKey, workload('10.50.0.2'))], 'unallocated 10.50.0.2'],
  'a tunnel address of a Node is allocated': [[put(nodeKey('host1'), node('10.50.0.3'))], 'unallocated 10.50.0.3'],
  'an address is used once': [[put(nodeKey('host1'), node(container))], `duplicate ${container}`],
  'a block lies in a pool': [[{ op: 'delete', key: poolKey('p') }], `pool ${cidr}`],
  'a block lies in an active pool': [[put(poolKey('p'), pool({ disabled: true }))], `pool ${cidr}`],
  'a handle of a block exists': [[{ op: 'delete', key: handleKey('k8s-pod-network.one') }], `handle ${container}`],
  'a block of a handle has its allocation': [
    [put(handleKey('gone'), { block: { [cidr]: 1 }, deleted: false })],
    'handle gone',
  ],
  'a handle counts as the block does': [
    [put(handleKey('k8s-pod-network.one'), { block: { [cidr]: 3 }, deleted: false })],
    'handle k8s-pod-network.one',
  ],
  'a handle has a block': [[put(handleKey('empty'), { block: {}, deleted: false })], 'handle empty'],
  'validateBlock: an index is one of the attributes': [
    [block(({ allocations }) => ({ allocations: allocations.with(0, 7) }))],
    `block ${cidr}`,
  ],
  'validateBlock: an attribute is referred to': [
    [block(({ attributes }) => ({ attributes: [...attributes, { handle_id: null, secondary: {} }] }))],
    `block ${cidr}`,
  ],
  'validateBlock: a free ordinal is listed once': [
    [block(({ unallocated }) => ({ unallocated: [...unallocated, unallocated[0]] }))],
    `block ${cidr}`,
  ],
  'validateBlock: no ordinal is both allocated and free': [
    [block(({ unallocated }) => ({ unallocated: [0, ...unallocated] }))],
    `block ${cidr}`,
  ],
  'validateBlock: every ordinal is allocated or free': [
    [block(({ unallocated }) => ({ unallocated: unallocated.slice(1) }))],
    `block ${cidr}`,
  ],
  'an affinity is of a block': [
    [put(affinityKey('host1', '10.50.0.4/30'), { state: 'confirmed', deleted: false })],
    `affinity ${affinityKey('host1', '10.50.0.4/30')}`,
  ],
};

test.each(Object.entries(rules))('§4.9 %s', async (_rule, [changes, said]) => {
  expect(await problemsWith(...changes)).toContain(said);
});
