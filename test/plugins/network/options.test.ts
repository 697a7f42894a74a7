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
  ])('%s=%s is refused with what it must be', (name, value) => {
    expect(refusalOf({ [name]: value })).toContain(JSON.stringify(value));
  });

  test('one nobody knows is refused with the nearest', () => {
    expect(refusalOf({ 'clocker.prots': 'routed' })).toContain('clocker.ports');
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

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['none', {}],
    ['null', { 'com.docker.network.portmap': null }],
    ['a text', { 'com.docker.network.portmap': '80:80' }],
    ['a protocol nobody knows', map({ Proto: 1, Port: 80 })],
    ['a port that is none', map({ Proto: 6, Port: 65536 })],
  ])('%s are no ports', (_what, options) => {
    expect(readPublished(options)).toEqual([]);
  });
});

test('name servers and texts of an endpoint', () => {
  expect(readDns({ 'com.docker.network.endpoint.dnsservers': ['9.9.9.9'] })).toEqual(['9.9.9.9']);
  for (const given of [undefined, null, 'x', [1], [['x']]])
    expect(readDns({ 'com.docker.network.endpoint.dnsservers': given })).toEqual([]);
  expect(readTexts({ a: 'b', n: 1, list: [], long: 'x'.repeat(5000) })).toEqual({ a: 'b' });
});
