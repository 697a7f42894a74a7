import { describe, expect, test } from 'vitest';
import { Fault, isFault } from '../../src/diagnostic/fault.ts';
import { describeStore, parseStoreAddress, type StoreAddress } from '../../src/store/address.ts';

const etcd = (endpoints: readonly string[], more: object = {}): object => ({
  kind: 'etcd',
  endpoints,
  tls: false,
  compaction: true,
  ...more,
});

describe('addresses of stores', () => {
  const good: Readonly<Record<string, object>> = {
    'memory:': { kind: 'memory' },
    'embedded:///var/lib/clocker/store': { kind: 'embedded', directory: '/var/lib/clocker/store' },
    'embedded:/srv/./x/../store/': { kind: 'embedded', directory: '/srv/store/' },
    'embedded:': { kind: 'embedded', directory: '/var/lib/clocker/store' },
    'etcd://h1': etcd(['h1:2379']),
    'etcd://h1:2379,h2,10.0.0.3:4001': etcd(['h1:2379', 'h2:2379', '10.0.0.3:4001']),
    'etcd://[::1]:2379,[fd00::2]': etcd(['[::1]:2379', '[fd00::2]:2379']),
    'etcd://h1,h1:2379/': etcd(['h1:2379']),
    'etcd://h1?compaction=off': etcd(['h1:2379'], { compaction: false }),
    'etcds://h1': etcd(['h1:2379'], { tls: true }),
    'etcd://h1?ca=/ca.pem': etcd(['h1:2379'], { tls: true, ca: '/ca.pem' }),
    'etcd://h1?ca=/ca.pem&cert=/c.pem&key=/k.pem': etcd(['h1:2379'], {
      tls: true,
      ca: '/ca.pem',
      cert: '/c.pem',
      key: '/k.pem',
    }),
    'etcd://me@h1?passwordFile=/secret': etcd(['h1:2379'], { user: 'me', passwordFile: '/secret' }),
    'etcd://h1?user=me&passwordFile=%2Fa%20b': etcd(['h1:2379'], { user: 'me', passwordFile: '/a b' }),
  };
  for (const [text, address] of Object.entries(good)) {
    test(`${text} is understood`, () => {
      expect(parseStoreAddress(text)).toEqual(address satisfies object as StoreAddress);
    });
  }

  const bad: readonly string[] = [
    '',
    'h1:2379',
    'http://h1:2379',
    'etcd://',
    'etcd://h1,',
    'etcd://h1:0',
    'etcd://h1:65536',
    'etcd://h1:x',
    'etcd://-h1',
    'etcd://h 1',
    'etcd://h1?kind=x',
    'etcd://h1?compaction=sometimes',
    'etcd://h1?cert=/c.pem',
    'etcd://h1?user=me',
    'etcd://h1?passwordFile=/secret',
    'etcd://me:secret@h1',
    'embedded://relative/path',
    'embedded:relative',
  ];
  for (const text of bad) {
    test(`${JSON.stringify(text)} is refused, with a way out`, () => {
      let caught: unknown;
      try {
        parseStoreAddress(text);
      } catch (error) {
        caught = error;
      }
      expect(isFault(caught, 'request-invalid')).toBe(true);
      expect(caught).toHaveProperty('hint', expect.stringMatching(/./));
    });
  }

  test('a password given by mistake is not repeated', () => {
    for (const text of ['etcd://me:canary@h1', 'http://me:canary@h1', 'etcd://me:canary@h1:x?y']) {
      let said = '';
      try {
        parseStoreAddress(text);
      } catch (error) {
        if (error instanceof Fault) said = `${error.message} ${error.hint ?? ''} ${error.stack ?? ''}`;
      }
      expect(said).not.toBe('');
      expect(said).not.toContain('canary');
    }
  });

  test('they are told to people without secrets', () => {
    expect(describeStore('embedded:/srv/store')).toBe('embedded in /srv/store');
    expect(describeStore('etcd://h1,h2')).toBe('etcd at h1:2379, h2:2379 (no TLS)');
    expect(describeStore('etcds://me@h1?passwordFile=/secret')).toBe('etcd at h1:2379 (TLS, user me)');
  });
});
