/** Golden bytes: what Calico's own tools read from the store (libcalico-go etcdv3 layout). */
import { describe, expect, test } from 'vitest';
import { parsePrefix } from '../../../src/ip/prefix.ts';
import { assign, emptyBlock, release } from '../../../src/model/network/block.ts';
import { decodeBlock, decodeEndpoint } from '../../../src/model/network/decode.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import {
  affinityKey,
  blockKey,
  handleKey,
  poolKey,
  profileKey,
  workloadEndpointKey,
} from '../../../src/model/network/keys.ts';
import type { EndpointRecord } from '../../../src/model/network/records.ts';
import {
  poolOf,
  profileOf,
  resourceTime,
  workloadEndpointName,
  workloadEndpointOf,
} from '../../../src/model/network/resources.ts';

const metadata = { uid: '5f0c0000-0000-4000-8000-000000000001', creationTimestamp: '2026-01-01T00:00:00Z' };
const id = '8f3a0c1d2e4b5a6978f3a0c1d2e4b5a6978f3a0c1d2e4b5a6978f3a0c1d2e4b5';

const endpoint: EndpointRecord = {
  id,
  network: 'c0ffee0123456789',
  node: 'web-1',
  state: 'joined',
  interface: 'cali8f3a0c1d2e4',
  mac: '02:42:0a:32:00:0b',
  ipv4: '10.50.0.11',
  ipv6: 'fd00::b',
  published: [],
  exposed: [],
  gateway: 'routed',
  options: {},
  dns: [],
  createdAt: '2026-01-01T00:00:00.123Z',
};

test('an IPPool', () => {
  expect(
    renderJson(poolOf('clk-10-50-0-0-16', { cidr: '10.50.0.0/16', natOutgoing: true, blockSize: 26 }, metadata)),
  ).toBe(
    '{"kind":"IPPool","apiVersion":"projectcalico.org/v3","metadata":{"name":"clk-10-50-0-0-16","uid":"5f0c0000-0000-4000-8000-000000000001","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"cidr":"10.50.0.0/16","vxlanMode":"Never","ipipMode":"Never","natOutgoing":true,"blockSize":26,"nodeSelector":"all()","allowedUses":["Workload","Tunnel"]}}',
  );
  const plain = poolOf('p', { cidr: '10.50.0.0/16', natOutgoing: false, disabled: false, blockSize: 26 }, metadata);
  expect(Object.keys(plain.spec)).not.toContain('natOutgoing');
  expect(Object.keys(plain.spec)).not.toContain('disabled');
});

test('a Block', () => {
  const prefix = parsePrefix('10.50.0.0/30');
  if (prefix === undefined) throw new Error();
  const secondary = { node: 'host1', timestamp: '2026-01-01 00:00:00 +0000 UTC', type: 'libnetwork' };
  const empty = emptyBlock(prefix, '10.50.0.0/30', 'host1', Date.UTC(2026, 0, 1));
  const two = assign(assign(empty, 0, { handle_id: 'clk.a', secondary }), 2, { handle_id: 'clk.b', secondary });
  const bytes = renderJson(two);
  expect(bytes).toBe(
    '{"cidr":"10.50.0.0/30","affinity":"host:host1","allocations":[0,null,1,null],"unallocated":[1,3],"attributes":[{"handle_id":"clk.a","secondary":{"node":"host1","timestamp":"2026-01-01 00:00:00 +0000 UTC","type":"libnetwork"}},{"handle_id":"clk.b","secondary":{"node":"host1","timestamp":"2026-01-01 00:00:00 +0000 UTC","type":"libnetwork"}}],"sequenceNumber":1767225600000000002,"sequenceNumberForAllocation":{"0":1767225600000000001,"2":1767225600000000002},"deleted":false}',
  );
  expect(decodeBlock(bytes)).toEqual(two);
  expect(renderJson(release(two, 0))).toContain(
    '"allocations":[null,null,0,null],"unallocated":[1,3,0],"attributes":[{"handle_id":"clk.b"',
  );
});

test('a WorkloadEndpoint', () => {
  expect(renderJson(workloadEndpointOf(endpoint, metadata.uid))).toBe(
    `{"kind":"WorkloadEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"web--1-libnetwork-libnetwork-${id}","namespace":"libnetwork","uid":"5f0c0000-0000-4000-8000-000000000001","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"projectcalico.org/namespace":"libnetwork","projectcalico.org/orchestrator":"libnetwork"}},"spec":{"orchestrator":"libnetwork","workload":"libnetwork","node":"web-1","endpoint":"${id}","ipNetworks":["10.50.0.11/32","fd00::b/128"],"profiles":["clocker-c0ffee012345"],"interfaceName":"cali8f3a0c1d2e4","mac":"02:42:0a:32:00:0b"}}`,
  );
});

test('a Profile lets in whoever is on the same network', () => {
  expect(renderJson(profileOf('c0ffee0123456789', metadata))).toBe(
    '{"kind":"Profile","apiVersion":"projectcalico.org/v3","metadata":{"name":"clocker-c0ffee012345","uid":"5f0c0000-0000-4000-8000-000000000001","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"ingress":[{"action":"Allow","source":{"selector":"has(clocker-c0ffee012345)"}}],"egress":[{"action":"Allow"}],"labelsToApply":{"clocker-c0ffee012345":""}}}',
  );
});

test('the keys', () => {
  expect([
    poolKey('clk-10-50-0-0-16'),
    blockKey('10.50.0.0/26'),
    blockKey('fd00::40/122'),
    affinityKey('host1', '10.50.0.0/26'),
    affinityKey('host1', 'fd00::40/122'),
    handleKey('clk.10.50.0.11'),
    profileKey('clocker-c0ffee012345'),
    workloadEndpointKey(workloadEndpointName('web-1', 'ab')),
  ]).toEqual([
    '/calico/resources/v3/projectcalico.org/ippools/clk-10-50-0-0-16',
    '/calico/ipam/v2/assignment/ipv4/block/10.50.0.0-26',
    '/calico/ipam/v2/assignment/ipv6/block/fd00::40-122',
    '/calico/ipam/v2/host/host1/ipv4/block/10.50.0.0-26',
    '/calico/ipam/v2/host/host1/ipv6/block/fd00::40-122',
    '/calico/ipam/v2/handle/clk.10.50.0.11',
    '/calico/resources/v3/projectcalico.org/profiles/clocker-c0ffee012345',
    '/calico/resources/v3/projectcalico.org/workloadendpoints/libnetwork/web--1-libnetwork-libnetwork-ab',
  ]);
  expect(resourceTime(Date.UTC(2026, 0, 1, 0, 0, 0, 999))).toBe('2026-01-01T00:00:00Z');
});

describe('what comes out of the store is checked', () => {
  const sound = renderJson(endpoint);
  test.each([
    ['no JSON', '{'],
    ['another kind of value', '[]'],
    ['nothing', ''],
    ['an interface name with a slash', sound.replace('cali8f3a0c1d2e4', '../etc/x')],
    ['an interface name too long for the kernel', sound.replace('cali8f3a0c1d2e4', 'cali8f3a0c1d2e4f')],
    ['a state nobody knows', sound.replace('"joined"', '"flying"')],
  ])('%s is no endpoint', (_what, value) => {
    expect(decodeEndpoint(sound)).toEqual(endpoint);
    expect(decodeEndpoint(value)).toBeUndefined();
  });
  test.each(['', '{}', '{"cidr":"10.50.0.0/30","allocations":[-1],"unallocated":[],"attributes":[]}'])(
    '%j is no block',
    (value) => {
      expect(decodeBlock(value)).toBeUndefined();
    },
  );
});
