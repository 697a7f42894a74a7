/** Large sets whose changes cost as much as what has changed. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createCountedSet } from '../../../plugins/dataplane/rules/counted-set.ts';
import { renderChange, type Elements, type Table } from '../../../plugins/dataplane/rules/model.ts';

const tableOf = (elements: Elements): Table => ({
  family: 'inet',
  name: 'clocker',
  sets: { members: { type: 'ipv4_addr', kind: 'set', elements } },
  chains: {},
});

describe('a set of elements that are counted', () => {
  test('what changed since a look turns the one into the other, whatever was put and taken', () => {
    const step = fc.record({
      op: fc.constantFrom('put', 'take', 'look'),
      element: fc.constantFrom('a', 'b', 'c', 'd'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const set = createCountedSet();
        const looks: { readonly look: Elements; readonly content: ReadonlySet<string> }[] = [];
        const look = (): void => void looks.push({ look: set.look(), content: new Set(set.look().keys()) });
        look();
        for (const { op, element } of steps)
          if (op === 'look') look();
          else set[op === 'put' ? 'put' : 'take'](element);
        const now = set.look();
        for (const before of looks) {
          const change = now.changesSince?.(before.look);
          expect(change).toBeDefined();
          const after = new Set(before.content);
          for (const element of change?.take ?? []) expect(after.delete(element)).toBe(true);
          for (const element of change?.put ?? []) expect(after.has(element)).toBe(false);
          for (const element of change?.put ?? []) after.add(element);
          expect(after).toEqual(new Set(now.keys()));
        }
      }),
    );
  });

  test('an element stays until it was taken as often as it was put', () => {
    const set = createCountedSet();
    set.put('a');
    set.put('a');
    set.take('a');
    expect([...set.look().keys()]).toEqual(['a']);
    set.take('a');
    set.take('a');
    expect(set.look().size).toBe(0);
  });

  test('nothing changed: the same look', () => {
    const set = createCountedSet();
    set.put('a');
    const before = set.look();
    set.put('a');
    set.take('a');
    expect(set.look()).toBe(before);
  });

  test('one of ten thousand costs one element', () => {
    const set = createCountedSet();
    for (let index = 0; index < 10_000; index++) set.put(`10.0.${index >> 8}.${index & 255}`);
    const before = set.look();
    set.put('192.0.2.1');
    expect(renderChange(tableOf(before), tableOf(set.look()))).toBe('add element inet clocker members { 192.0.2.1 }\n');
  });

  test('what is not known any more is written whole', () => {
    const set = createCountedSet();
    const before = set.look();
    for (let index = 0; index < 5000; index++) {
      set.put('a');
      set.take('a');
    }
    set.put('b');
    expect(set.look().changesSince?.(before)).toBeUndefined();
    expect(renderChange(tableOf(before), tableOf(set.look()))).toBe(
      'flush set inet clocker members\nadd element inet clocker members { b }\n',
    );
    expect(renderChange(tableOf(new Map([['z', '']])), tableOf(set.look()))).toBe(
      'flush set inet clocker members\nadd element inet clocker members { b }\n',
    );
  });
});
