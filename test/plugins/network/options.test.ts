import { describe, expect, test } from 'vitest';
import { readNetworkOptions } from '../../../plugins/network/options.ts';
import { readDns, readExposed, readPublished, readTexts } from '../../../plugins/network/ports.ts';
import { isFault } from '../../../src/diagnostic/fault.ts';

function refusalOf(given: Readonly<Record<string, string>>): string {
  try {
    readNetworkOptions(given);
  } catch (error) {
    if (isFault(error) && error.code === 'request-invalid') return `${error.message} ${error.hint ?? ''}`;
    throw error;
  }
  throw new Error(`${JSON.stringify(given)} was not refused.`);
}

describe('options of a network', () => {
  test.each<[Readonly<Record<string, string>>, object]>([
    [{}, { portMode: 'bridge', natOutgoing: true }],
    [{ 'clocker.ports': 'routed' }, { portMode: 'routed', natOutgoing: true }],
    [{ 'clocker.nat': 'FALSE' }, { portMode: 'bridge', natOutgoing: false }],
    [{ 'clocker.nat': '1' }, { portMode: 'bridge', natOutgoing: true }],
    [{ 'clocker.mtu': '576' }, { portMode: 'bridge', natOutgoing: true, mtu: 576 }],
    [{ 'com.docker.network.driver.mtu': '1400' }, { portMode: 'bridge', natOutgoing: true, mtu: 1400 }],
    [
      { 'com.docker.network.container_iface_prefix': 'net' },
      { portMode: 'bridge', natOutgoing: true, interfacePrefix: 'net' },
    ],
    [{ 'clocker.network': 'ab12' }, { portMode: 'bridge', natOutgoing: true }],
  ])('%j', (given, options) => {
    expect(readNetworkOptions(given)).toEqual(options);
  });

  test.each([
    ['clocker.mtu', '575'],
    ['clocker.mtu', '65536'],
    ['clocker.mtu', '1500; reboot'],
    ['clocker.mtu', ''],
    ['clocker.nat', 'maybe'],
    ['clocker.nat', 'constructor'],
    ['clocker.ports', 'Bridge'],
    ['clocker.network', '../x'],
    ['com.docker.network.container_iface_prefix', 'a'.repeat(13)],
    ['com.docker.network.container_iface_prefix', 'eth0'],
    ['com.docker.network.container_iface_prefix', '-x'],
  ])('%s=%s is refused with what it must be', (name, value) => {
    expect(refusalOf({ [name]: value })).toContain(JSON.stringify(value));
  });

  test('one nobody knows is refused with the nearest', () => {
    expect(refusalOf({ 'clocker.prots': 'routed' })).toContain('clocker.ports');
    expect(refusalOf({ 'com.docker.network.bridge.name': 'br0' })).toContain('bridge driver');
    expect(refusalOf({ constructor: 'x' })).toContain('"constructor"');
    expect(refusalOf({ ['x'.repeat(1_000_000)]: 'x' }).length).toBeLessThan(1000);
  });
});

const map = (...ports: readonly object[]): Readonly<Record<string, unknown>> => ({
  'com.docker.network.portmap': ports,
});

describe('ports', () => {
  test('as Docker gives them', () => {
    const mapping = { Proto: 6, IP: '', Port: 80, HostIP: '127.0.0.1', HostPort: 8080, HostPortEnd: 8090 };
    expect(readPublished(map(mapping, { Proto: 17, Port: 53 }, { Proto: 132, Port: 9, HostPort: 10 }))).toEqual([
      { protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1', hostPort: 8080, hostPortEnd: 8090 },
      { protocol: 'udp', containerPort: 53, hostAddress: '', hostPort: 0, hostPortEnd: 0 },
      { protocol: 'sctp', containerPort: 9, hostAddress: '', hostPort: 10, hostPortEnd: 10 },
    ]);
    expect(readExposed({ 'com.docker.network.endpoint.exposedports': [{ Proto: 6, Port: 80 }] })).toHaveLength(1);
  });

  test('no word of them, none, and protocols nobody publishes', () => {
    expect(readPublished({})).toBeUndefined();
    expect(readPublished({ 'com.docker.network.portmap': null })).toEqual([]);
    expect(readPublished(map({ Proto: 1, Port: 80 }))).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['a text', { 'com.docker.network.portmap': '80:80' }],
    ['a port that is none', map({ Proto: 6, Port: 65536 })],
    ['an address that is none', map({ Proto: 6, Port: 80, HostIP: '1.2.3.4; reboot' })],
    ['a million of them', map(...Array.from({ length: 100_000 }, () => ({ Proto: 6, Port: 80 })))],
  ])('that are no ports are refused: %s', (_what, options) => {
    expect(() => readPublished(options)).toThrow(/com\.docker\.network\.portmap|not an address/);
  });
});

test('name servers and texts of an endpoint', () => {
  expect(readDns({ 'com.docker.network.endpoint.dnsservers': ['9.9.9.9'] })).toEqual(['9.9.9.9']);
  for (const given of [null, ['x']]) expect(readDns({ 'com.docker.network.endpoint.dnsservers': given })).toEqual([]);
  for (const given of ['x', [1], [['x']]])
    expect(() => readDns({ 'com.docker.network.endpoint.dnsservers': given })).toThrow('dnsservers');
  expect(readTexts({ a: 'b', n: 1, list: [], long: 'x'.repeat(5000) })).toEqual({ a: 'b' });
});
