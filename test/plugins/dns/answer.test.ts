import { describe, expect, test } from 'vitest';
import { addressOfReverse, answer, type Asker, type Names } from '../../../plugins/dns/answer.ts';
import { createDirectory, type Member } from '../../../plugins/dns/directory.ts';
import { parsePrefix } from '../../../src/ip/prefix.ts';

const db: Member = {
  endpoint: 'e1',
  network: 'n1',
  name: 'db',
  names: ['postgres', '0123456789ab'],
  service: 'store',
  ipv4: '198.19.8.5',
  ipv6: 'fd00:8::5',
};
const web1: Member = {
  endpoint: 'e2',
  network: 'n1',
  name: 'web-1',
  names: ['web'],
  service: 'web',
  ipv4: '198.19.8.6',
};
const web2: Member = { ...web1, endpoint: 'e3', name: 'web-2', ipv4: '198.19.8.7' };
const elsewhere: Member = { endpoint: 'e4', network: 'n2', name: 'other', names: [], ipv4: '198.19.9.5' };

function namesOf(...members: readonly Member[]): Names {
  const directory = createDirectory();
  for (const member of members) directory.set(member.endpoint, member);
  return {
    directory,
    virtual: (network, service) => (network === 'n1' && service === 'web' ? { ipv4: '198.19.8.200' } : undefined),
    pools: [parsePrefix('198.19.8.0/24'), parsePrefix('fd00:8::/64')].flatMap((prefix) => prefix ?? []),
  };
}

const names = namesOf(db, web1, web2, elsewhere);
const asker: Asker = { networks: [{ id: 'n1', name: 'app' }], kind: 'container', mayAskOthers: true };
const addresses = (name: string, type = 'A', who = asker): readonly string[] | string => {
  const verdict = answer({ name, type }, who, names);
  return verdict.kind === 'records' ? verdict.records.map(({ data }) => data) : verdict.kind;
};

describe('what is answered', () => {
  test.each([
    { name: 'db', type: 'A', said: ['198.19.8.5'], why: 'a container’s own name' },
    { name: 'DB.', type: 'A', said: ['198.19.8.5'], why: 'case and the final dot do not count' },
    { name: 'postgres', type: 'AAAA', said: ['fd00:8::5'], why: 'an alias' },
    { name: '0123456789ab', type: 'A', said: ['198.19.8.5'], why: 'the short id' },
    { name: 'db.app', type: 'A', said: ['198.19.8.5'], why: 'name.network' },
    { name: 'web', type: 'A', said: ['198.19.8.6', '198.19.8.7'], why: 'all that share a name' },
    { name: 'web', type: 'AAAA', said: [], why: 'the name is there, with nothing of that type' },
    { name: 'tasks.web', type: 'A', said: ['198.19.8.6', '198.19.8.7'], why: 'members of a service' },
    { name: 'web.vip', type: 'A', said: ['198.19.8.200'], why: 'a service’s virtual address' },
    { name: 'other', type: 'A', said: 'ask-others', why: 'a name of a network the asker is not on' },
    { name: 'other.n2', type: 'A', said: 'ask-others', why: 'nor by the network’s name' },
    { name: 'example.org', type: 'A', said: 'ask-others', why: 'the world’s' },
    { name: '5.8.19.198.in-addr.arpa', type: 'PTR', said: ['db.app'], why: 'reverse' },
    {
      name: '9.8.19.198.in-addr.arpa',
      type: 'PTR',
      said: 'no-such-name',
      why: 'nobody else knows addresses of a pool',
    },
    { name: '1.1.1.1.in-addr.arpa', type: 'PTR', said: 'ask-others', why: 'reverse of the world’s' },
  ])('$name $type: $why', ({ name, type, said }) => {
    expect(addresses(name, type)).toEqual(said);
  });

  test('nothing is asked of the world for a container on internal networks alone', () => {
    const inside = { ...asker, mayAskOthers: false };
    expect([addresses('nobody', 'A', inside), addresses('example.org', 'A', inside)]).toEqual([
      'no-such-name',
      'refused',
    ]);
  });

  test('asked from the host, a bare name counts while one network alone has it', () => {
    const both = namesOf(db, { ...elsewhere, name: 'db' });
    const host: Asker = {
      networks: [
        { id: 'n1', name: 'app' },
        { id: 'n2', name: 'back' },
      ],
      kind: 'host',
      mayAskOthers: true,
    };
    expect(answer({ name: 'db', type: 'A' }, host, names)).toMatchObject({ records: [{ data: '198.19.8.5' }] });
    expect(answer({ name: 'db', type: 'A' }, host, both).kind).toBe('ask-others');
    expect(answer({ name: 'db.back', type: 'A' }, host, both)).toMatchObject({ records: [{ data: '198.19.9.5' }] });
  });

  test('a member that is taken out or renamed no longer answers', () => {
    const directory = createDirectory();
    directory.set('e1', db);
    directory.set('e1', { ...db, name: 'db2', names: [] });
    expect(directory.named('n1', 'db')).toEqual([]);
    expect(directory.named('n1', 'db2')).toHaveLength(1);
    directory.set('e1', undefined);
    expect([directory.named('n1', 'db2'), directory.serving('n1', 'store')]).toEqual([[], []]);
    expect(directory.owner('n1', '198.19.8.5')).toBeUndefined();
  });

  test.each(['1.2.3.in-addr.arpa', '300.1.1.1.in-addr.arpa', 'x.ip6.arpa', 'in-addr.arpa'])(
    '%s is no whole address',
    (name) => {
      expect(addressOfReverse(name)).toBeUndefined();
    },
  );
});
