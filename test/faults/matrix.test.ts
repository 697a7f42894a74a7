import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failPlaces } from '../../plugins/protocol/fail-points.ts';
import { substituted } from '../../scripts/substitute.mjs';
import { groups, isRunning } from './cell.ts';
import { differences, invariants, isInvariant, leaks } from './invariants.ts';
import { matrix } from './matrix.ts';
import type { View } from './observe.ts';
import { plantedBugs } from './planted.ts';
import { randomFrom, seedOf } from './random.ts';
import { cellNamed } from './run-planted.ts';

describe('the matrix', () => {
  test('has cells of every group, and each name once', () => {
    expect(new Set(matrix.map(({ group }) => group))).toEqual(new Set(Object.keys(groups)));
    const names = matrix.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, group } of matrix) expect(name.startsWith(`${group} `)).toBe(true);
  });

  test('kills at ten calls and four places each', () => {
    const points = matrix.filter(({ group }) => group === 'F1').map(({ name }) => name);
    expect(points).toHaveLength(40);
    for (const place of failPlaces) expect(points.filter((name) => name.endsWith(` ${place}`))).toHaveLength(10);
  });

  test('says of every cell what must hold, or why it is not run', () => {
    for (const cell of matrix) {
      expect(cell.expected).not.toBe('');
      expect(cell.invariants.length).toBeGreaterThan(0);
      if (!isRunning(cell)) expect(cell.notRun).not.toBe('');
    }
    const judged = new Set(matrix.flatMap(({ invariants: ones }) => ones));
    expect([...judged].filter(isInvariant).sort()).toEqual(Object.keys(invariants).sort());
  });
});

describe('chance', () => {
  test('is the same for the same seed and cell, and another for another', () => {
    const draw = (seed: number, name: string): number[] => {
      const random = randomFrom(seedOf(seed, name));
      return [random.next(), random.next(), random.whole(1000)];
    };
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
    const random = randomFrom(3);
    const many = Array.from({ length: 1000 }, () => random.whole(4));
    expect(new Set(many)).toEqual(new Set([0, 1, 2, 3]));
  });
});

describe('the judge', () => {
  const id = 'a1b2c3d4e5f6'.padEnd(64, '0');
  const port = 'calia1b2c3d4e5f';
  const address = '198.19.8.1';
  const endpoint = {
    id,
    network: 'n',
    node: 'h1',
    state: 'joined',
    interface: port,
    mac: '02:42:c6:13:08:01',
    ipv4: address,
    published: [],
    exposed: [],
    gateway: 'routed',
    options: {},
    dns: [],
    createdAt: '2026-01-01T00:00:00Z',
  } as const;
  const host = {
    host: 'h1',
    engine: [{ id, container: 'one', network: 'app', address, pid: 1 }],
    interfaces: [port],
    routes: [address],
    open: [port],
    ruled: [],
    rules: 'a\nb',
    verdicts: 3,
  };
  const right: View = {
    hosts: [host],
    store: {
      keys: new Map([['/k', '']]),
      endpoints: [endpoint],
      allocated: new Map([[address, 'h1']]),
      owners: new Map([[address, id]]),
    },
  };
  const withHost = (change: Partial<typeof host>): View => ({ ...right, hosts: [{ ...host, ...change }] });
  const withStore = (change: Partial<View['store']>): View => ({ ...right, store: { ...right.store, ...change } });

  test('is content when all agree', () => {
    expect(differences(right)).toEqual([]);
    expect(leaks(right, right)).toEqual([]);
  });

  const wrong: readonly (readonly [string, View])[] = [
    ['I1', withStore({ endpoints: [endpoint, { ...endpoint, node: 'h2' }] })],
    ['I1', { ...right, hosts: [host, { ...host, host: 'h2', engine: [], interfaces: [], open: [] }] }],
    ['I2', withStore({ owners: new Map() })],
    ['I2', withStore({ allocated: new Map() })],
    ['I3', withHost({ interfaces: [] })],
    ['I3', withHost({ interfaces: [port, 'tmpc123'] })],
    ['I3', withHost({ routes: [] })],
    ['I3', withHost({ open: [] })],
    ['I3', withHost({ verdicts: 1 })],
    ['I2', withStore({ endpoints: [] })],
  ];
  test.each(wrong)('tells a breach of %s', (invariant, seen) => {
    expect(differences(seen).join('\n')).toContain(`${invariant}: `);
  });

  const left: readonly (readonly [string, View])[] = [
    [
      'I2',
      withStore({
        allocated: new Map([
          [address, 'h1'],
          ['198.19.8.2', 'h1'],
        ]),
      }),
    ],
    [
      'I9',
      withStore({
        keys: new Map([
          ['/k', ''],
          ['/new', ''],
        ]),
      }),
    ],
    ['I9', withStore({ keys: new Map() })],
    ['I3', withHost({ rules: 'a' })],
    ['I8', withHost({ engine: [] })],
  ];
  test.each(left)('tells what is left, by %s', (invariant, seen) => {
    expect(leaks(seen, right).join('\n')).toContain(`${invariant}: `);
  });
});

describe('a substitution', () => {
  const one = { file: 'a.ts', find: 'x + 1', replace: 'x + $1' };
  test('changes the one place it names', () => {
    expect(substituted('a.ts', 'return x + 1;', [one])).toBe('return x + $1;');
    expect(substituted('b.ts', 'return x + 1;', [one])).toBe('return x + 1;');
  });
  test.each(['return x;', 'x + 1; x + 1'])('fails where there is not one such place (%s)', (source) => {
    expect(() => substituted('a.ts', source, [one])).toThrow(/places that say/);
  });
});

describe('planted bugs', () => {
  const root = new URL('../../', import.meta.url);
  test('are ten or more, each with a name of its own', () => {
    expect(plantedBugs.length).toBeGreaterThanOrEqual(10);
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  });
  test.each(plantedBugs)('$name: the source has its place, and the cell is there', ({ substitutions, noticedBy }) => {
    for (const { file } of substitutions) {
      const source = readFileSync(new URL(file, root), 'utf8');
      expect(substituted(file, source, substitutions)).not.toBe(source);
    }
    if ('cell' in noticedBy) expect(cellNamed(noticedBy.cell).name).toBe(noticedBy.cell);
    else expect(existsSync(new URL(noticedBy.tests, root))).toBe(true);
  });
});
