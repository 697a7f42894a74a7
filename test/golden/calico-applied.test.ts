/**
 * What Calico's own tools and agents (3.29; of later ones the fields they add) store of each kind, byte for byte, and what
 * Clocker takes from it. UPDATE_GOLDEN=1 writes what is expected anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePeer, decodeSettings } from '../../plugins/bgp/model.ts';
import {
  decodeFailsafe,
  decodeGlobalNetworkPolicy,
  decodeNetworkPolicy,
  decodeProfile,
  decodeTier,
  decodeWorkloadEndpoint,
} from '../../plugins/policy/index.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { assign, release } from '../../src/model/network/block.ts';
import { decodeBlockFacts } from '../../src/model/network/block-facts.ts';
import {
  decodeAffinity,
  decodeBlock,
  decodeHandle,
  decodeIpamConfig,
  decodePool,
  decodeTunnels,
} from '../../src/model/network/decode.ts';
import { parseJson, renderJson } from '../../src/model/network/json.ts';
import { decodeNode, renderNode } from '../../src/model/network/node.ts';
import { decodeTunnel } from '../../src/model/network/tunnel.ts';
import { expectGolden } from '../support/golden.ts';

const folder = join(import.meta.dirname, 'calico-applied');
const lines = readFileSync(join(folder, 'stored.txt'), 'utf8').trimEnd().split('\n');
const stored = new Map(
  lines.flatMap((key, index) => (index % 2 === 0 ? [[key, (lines[index + 1] ?? '').slice(2)]] : [])),
);
const resources = '/calico/resources/v3/projectcalico.org/';

const nodes = [
  { node: 'web-1', labels: { rack: 'r1' } },
  { node: 'web-2', labels: { rack: 'r2' } },
];

function peer(value: string): unknown {
  const read = decodePeer(value);
  if (read === undefined) return undefined;
  const { name, manner, isOf, to } = read;
  return {
    name,
    manner,
    of: nodes.filter(({ node, labels }) => isOf(node, labels)).map(({ node }) => node),
    to:
      to.kind === 'address'
        ? { ...to, address: formatAddress(to.address) }
        : { kind: to.kind, isReflector: to.isOne({ 'route-reflector': '' }), isOther: to.isOne({}) },
  };
}

function tunnelAndFailsafe(value: string): unknown {
  const { inbound, outbound, ...rest } = { inbound: undefined, outbound: undefined, ...decodeFailsafe(value) };
  return { tunnel: decodeTunnel(value), failsafe: { inbound, outbound, ...rest } };
}

/** By the begin of a key; every kind of DESIGN's list is here. */
const readers: readonly (readonly [string, (value: string) => unknown])[] = [
  [`${resources}bgpconfigurations/`, decodeSettings],
  [`${resources}bgppeers/`, peer],
  // Nothing of it is obeyed: whose cluster it is and how ready is Calico's own affair.
  [`${resources}clusterinformations/`, () => 'is left as it is'],
  [`${resources}felixconfigurations/`, tunnelAndFailsafe],
  [`${resources}ippools/`, decodePool],
  [`${resources}nodes/`, (value) => ({ facts: decodeNode(value), tunnels: decodeTunnels(value) })],
  [`${resources}profiles/`, decodeProfile],
  [`${resources}tiers/`, decodeTier],
  [`${resources}globalnetworkpolicies/`, decodeGlobalNetworkPolicy],
  [`${resources}networkpolicies/`, decodeNetworkPolicy],
  [`${resources}workloadendpoints/`, decodeWorkloadEndpoint],
  ['/calico/ipam/v2/config', decodeIpamConfig],
  ['/calico/ipam/v2/handle/', decodeHandle],
  ['/calico/ipam/v2/host/', decodeAffinity],
  ['/calico/ipam/v2/assignment/', decodeBlockFacts],
];

/** Maps, and numbers beyond 2^53, as a person reads them. */
const shown = (value: unknown): string =>
  JSON.stringify(
    value,
    (_key, part: unknown) =>
      part instanceof Map
        ? [...part.entries()]
        : part instanceof Set
          ? [...part.values()]
          : typeof part === 'bigint'
            ? `${part}n`
            : part,
    1,
  )
    .replaceAll(/\n\s*/g, ' ')
    .trim();

describe('what Calico’s tools have stored', () => {
  test('is read and obeyed', () => {
    const obeyed = [...stored].map(([key, value]) => {
      const reader = readers.find(([prefix]) => key.startsWith(prefix));
      if (reader === undefined) throw new Error(`Nobody reads ${key}.`);
      const read = reader[1](value);
      expect(read, key).toBeDefined();
      return `${key}\n  ${shown(read)}\n`;
    });
    expectGolden(folder, 'obeyed.txt', obeyed.join(''));
    for (const [prefix] of readers)
      expect(
        [...stored.keys()].some((key) => key.startsWith(prefix)),
        prefix,
      ).toBe(true);
  });

  test('is the same to the byte after reading, numbers over 2^53 and unknown fields among it', () => {
    for (const [key, value] of stored) expect(renderJson(parseJson(value)), key).toBe(value);
  });

  test('keeps what Clocker does not know when Clocker writes', () => {
    const node = renderNode(
      stored.get(`${resources}nodes/web-1`),
      'web-1',
      { ipv4: '198.18.0.12/24' },
      { uid: 'new', creationTimestamp: 'new' },
    );
    for (const part of [
      '"uid":"3d0f2c1e-0000-4000-8000-000000000008"',
      '"labels":{"rack":"r1"}',
      '"annotations":{"by":"hand"}',
      '"asNumber":64601',
      '"routeReflectorClusterID":"244.0.0.1"',
      '"ipv4VXLANTunnelAddr":"10.50.0.1"',
      '"future":18446744073709551615',
      '"ipv4Address":"198.18.0.12/24"',
    ])
      expect(node).toContain(part);
    const block = decodeBlock(stored.get('/calico/ipam/v2/assignment/ipv4/block/10.50.0.0-30') ?? '');
    if (block === undefined) throw new Error('The block can not be read.');
    const secondary = { node: 'web-1' };
    const written = renderJson(release(assign(block, 1, { handle_id: 'clk.10.50.0.1', secondary }), 1));
    for (const part of [
      '"affinity_claim_time":"2026-01-01T00:00:00Z"',
      '"alternateOwnerAttrs":{"pod":"p"}',
      '"releasedAt":{"1":1767225600000000001}',
      '"sequenceNumber":1767225600000000125',
      '"sequenceNumberForAllocation":{"0":1767225600000000122}',
    ])
      expect(written).toContain(part);
  });
});
