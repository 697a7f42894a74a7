import { describe, expect, test } from 'vitest';
import { createMembers, idOf, serviceOfId } from '../../../plugins/services/members.ts';
import type { EndpointRecord } from '../../../src/model/network/records.ts';

const endpoint = (more: Partial<EndpointRecord> & { readonly service?: string } = {}): EndpointRecord => {
  const { service = 'Web', ...rest } = more;
  return {
    id: 'e1',
    network: 'n1',
    node: 'h1',
    state: 'joined',
    interface: 'cali0',
    mac: '02:00:00:00:00:01',
    ipv4: '198.19.8.5',
    published: [],
    exposed: [],
    gateway: 'routed',
    options: {},
    dns: [],
    container: { id: 'c1', name: 'c', labels: { 'com.docker.swarm.service.name': service }, aliases: [] },
    createdAt: '2026-01-01T00:00:00.000Z',
    ...rest,
  };
};
const web = idOf({ network: 'n1', name: 'web' });

describe('members of services', () => {
  test('come with their container, change, and go', () => {
    const members = createMembers('h1');
    expect(members.set('k1', { ...endpoint(), state: 'created' })).toEqual([]);
    expect(members.set('k1', endpoint())).toEqual([web]);
    expect(members.set('k1', endpoint({ id: 'same' }))).toEqual([]);
    expect(members.set('k2', endpoint({ node: 'h2', ipv4: '198.19.8.70' }))).toEqual([web]);
    expect(members.of(web)).toEqual([
      { node: 'h1', ipv4: '198.19.8.5' },
      { node: 'h2', ipv4: '198.19.8.70' },
    ]);
    expect([...members.idsHere()]).toEqual([web]);
    expect(members.own(4)).toEqual(['198.19.8.5']);
    expect(members.set('k1', endpoint({ service: 'db' }))).toEqual([web, idOf({ network: 'n1', name: 'db' })]);
    expect(members.set('k2', undefined)).toEqual([web]);
    expect(members.set('k2', undefined)).toEqual([]);
    expect(members.of(web)).toEqual([]);
  });

  test('are none without a service, and none of an address that is none', () => {
    const members = createMembers('h1');
    const bare = endpoint();
    expect(members.set('k1', { ...bare, container: { id: 'c', name: 'c', labels: {}, aliases: [] } })).toEqual([]);
    members.set('k2', endpoint({ ipv4: '198.19.8.5; flush ruleset', ipv6: 'fd00::0:1' }));
    expect(members.of(web)).toEqual([{ node: 'h1', ipv6: 'fd00::1' }]);
  });

  test.each([
    ['n1', 'web'],
    ['n1', 'a name with spaces'],
    ['n1', ''],
  ])('a service of %s called %j is found again', (network, name) => {
    expect(serviceOfId(idOf({ network, name }))).toEqual({ network, name });
  });
});
