import { describe, expect, test } from 'vitest';
import { decodeLife, isOther, nameTaken } from '../../../plugins/nodes/index.ts';

describe('a sign of life', () => {
  const own = { host: 'boot-2 net:[1]', address: '198.18.0.11' };
  const rows = [
    ['is of another host', { host: 'boot-9 net:[1]', address: '198.18.0.12' }, true],
    ['is of a clone, which shares all but the boot', { host: 'boot-3 net:[1]', address: '198.18.0.12' }, true],
    ['is of a neighbour namespace of this boot', { host: 'boot-2 net:[2]', address: '198.18.0.12' }, true],
    ['of another host does not say where', { host: 'boot-9 net:[1]' }, true],
    ['is of a daemon of this host that was killed', { host: 'boot-2 net:[1]', address: '198.18.0.11' }, false],
    ['is of this host, which has another address now', { host: 'boot-2 net:[1]', address: '198.18.0.99' }, false],
    ['is of this host before its last boot', { host: 'boot-1 net:[1]', address: '198.18.0.11' }, false],
    ['is of a daemon that does not say where it runs', { startedAt: '2026-01-01T00:00:00Z' }, false],
  ] as const;
  for (const [what, life, expected] of rows) test(what, () => expect(isOther(life, own)).toBe(expected));

  test('that can not be read says nothing', () => {
    for (const value of ['', '{', '[]', '{"host":7}']) expect(decodeLife(value)).toEqual({});
    expect(decodeLife('{"host":"a b","address":"198.18.0.1"}')).toEqual({
      host: 'a b',
      address: '198.18.0.1',
    });
  });

  test('of another host tells what to do', () => {
    const fault = nameTaken('h1', { address: '198.18.0.12', startedAt: '2026-01-01T00:00:00Z' });
    expect(fault.message).toBe(
      'Another host runs a daemon under the name h1: the one at 198.18.0.12, since 2026-01-01T00:00:00Z.',
    );
    expect(fault.hint).toContain('--node-name');
  });
});
