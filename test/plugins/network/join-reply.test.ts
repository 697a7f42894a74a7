import { describe, expect, test } from 'vitest';
import { gatewayFor, joinReply } from '../../../plugins/network/join-reply.ts';
import type { EndpointRecord, NetworkPool, NetworkRecord } from '../../../src/model/network/records.ts';

const v4: NetworkPool = { pool: 'clk-4', cidr: '198.19.8.0/24' };
const v6: NetworkPool = { pool: 'clk-6', cidr: 'fd00:8::/64' };

const network = (change: Partial<NetworkRecord> = {}): NetworkRecord => ({
  id: 'c0ffee',
  options: {},
  internal: false,
  pools: [v4],
  gatewayIndex: 2,
  portMode: 'bridge',
  natOutgoing: true,
  createdBy: 'host1',
  createdAt: '2026-01-01T00:00:00.000Z',
  ...change,
});

const endpoint = (change: Partial<EndpointRecord> = {}): EndpointRecord => ({
  id: '8f3a0c1d2e4b5a69',
  network: 'c0ffee',
  node: 'host1',
  state: 'joined',
  interface: 'cali8f3a0c1d2e4',
  mac: '02:42:c6:13:08:05',
  ipv4: '198.19.8.5',
  published: [],
  exposed: [],
  gateway: 'routed',
  options: {},
  dns: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  ...change,
});

const port = {
  protocol: 'tcp',
  containerPort: 80,
  hostAddress: '',
  hostPort: 8080,
  hostPortEnd: 8080,
} as const;

describe('who supplies the default route', () => {
  test.each<[EndpointRecord['gateway'], Partial<NetworkRecord>, boolean]>([
    ['routed', {}, false],
    ['bridge', {}, true],
    ['routed', { portMode: 'routed' }, false],
    ['routed', { portMode: 'routed' }, true],
    ['none', { internal: true }, false],
    ['none', { internal: true }, true],
    ['none', { internal: true, portMode: 'routed' }, true],
  ])('%s: network %j, with published ports: %j', (gateway, change, isPublished) => {
    expect(gatewayFor(network(change), isPublished ? [port] : [])).toBe(gateway);
  });
});

const onLink = (address: string, length: number): object => ({ Destination: `${address}/${length}`, RouteType: 1 });
const via = (cidr: string, gateway: string): object => ({ Destination: cidr, RouteType: 0, NextHop: gateway });
const g4 = '169.254.1.2';
const g6 = 'fe80::1:2';
const dual = { ipv6: 'fd00:8::5' };

describe('the reply', () => {
  test.each<[string, Partial<NetworkRecord>, Partial<EndpointRecord>, [string, string], readonly object[]]>([
    ['routed', {}, {}, [g4, ''], [onLink(g4, 32), via(v4.cidr, g4)]],
    ['bridge', {}, { gateway: 'bridge' }, ['', ''], [onLink(g4, 32), via(v4.cidr, g4)]],
    [
      'internal: the nameservers are asked through the gateway',
      { internal: true },
      { gateway: 'none', dns: ['9.9.9.9', '127.0.0.1', '198.19.8.7', '192.0.2.53'] },
      ['', ''],
      [onLink(g4, 32), via(v4.cidr, g4), via('9.9.9.9/32', g4), via('192.0.2.53/32', g4)],
    ],
    [
      'dual stack',
      { pools: [v4, v6] },
      dual,
      [g4, g6],
      [onLink(g4, 32), via(v4.cidr, g4), onLink(g6, 128), via(v6.cidr, g6)],
    ],
    [
      'dual stack behind docker_gwbridge: IPv6 stays routed by Clocker',
      { pools: [v4, v6] },
      { ...dual, gateway: 'bridge' },
      ['', ''],
      [onLink(g4, 32), via(v4.cidr, g4), onLink(g6, 128), via(v6.cidr, g6), via('::/1', g6), via('8000::/1', g6)],
    ],
    ['a dual-stack network, an IPv4 endpoint', { pools: [v4, v6] }, {}, [g4, ''], [onLink(g4, 32), via(v4.cidr, g4)]],
    [
      '--gateway',
      { pools: [{ ...v4, gateway: '198.19.8.1' }] },
      {},
      ['198.19.8.1', ''],
      [onLink('198.19.8.1', 32), via(v4.cidr, '198.19.8.1')],
    ],
  ])('%s', (_what, networkChange, endpointChange, [gateway, gateway6], routes) => {
    expect(
      joinReply(endpoint(endpointChange), network(networkChange), ['192.0.2.53', '127.0.0.53', '2001:db8::53']),
    ).toEqual({
      InterfaceName: { SrcName: 'tmpc8f3a0c1d2e4', DstPrefix: 'eth' },
      Gateway: gateway,
      GatewayIPv6: gateway6,
      StaticRoutes: routes,
      DisableGatewayService: false,
    });
  });
});
