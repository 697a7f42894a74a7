import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boolean,
  dictionary,
  fits,
  integer,
  list,
  nullable,
  number,
  optional,
  readShape,
  record,
  renderIssues,
  text,
  textAt,
  word,
} from '../../src/shape/index.ts';

const person = record(
  {
    name: text({ longest: 8, shortest: 1, pattern: /[a-z]+/ }),
    age: optional(integer({ least: 0, most: 150 })),
    height: optional(number({ least: 0 })),
    role: optional(word(['admin', 'user'])),
    tags: optional(list(text({ longest: 4 }), 2)),
    notes: optional(dictionary(nullable(boolean()), 2)),
  },
  { unknownKeys: 'refused' },
);

const issuesOf = (value: unknown): string => {
  const read = readShape(person, value);
  return read.kind === 'value' ? '' : renderIssues(read.issues);
};

describe('a shape', () => {
  test.each([
    [{ name: 'ann' }, ''],
    [{ name: 'ann', age: 3, height: 1.5, role: 'user', tags: ['a'], notes: { x: null, y: true } }, ''],
    [{}, 'name: is missing'],
    [{ name: 'Ann' }, 'name: must be a text, not "Ann"'],
    [{ name: 'ann', age: 1.5 }, 'age: must be a whole number, not 1.5'],
    [{ name: 'ann', age: 151 }, 'age: must be at most 150, not 151'],
    [{ name: 'ann', role: 'root' }, 'role: must be one of admin, user, not "root"'],
    [{ name: 'ann', tags: ['a', 'bcdef'] }, 'tags[1]: must be at most 4 characters long, not 5'],
    [{ name: 'ann', notes: { x: 1 } }, 'notes.x: must be true or false, not 1'],
    [{ name: 'ann', agee: 1 }, 'agee: is not known here. Did you mean "age"?'],
    [[], 'must be an object, not a list'],
    [null, 'must be an object, not null'],
  ])('%j: %s', (value, issues) => {
    expect(issuesOf(value)).toBe(issues);
  });

  test('all that is wrong is told at once, but not endlessly', () => {
    expect(issuesOf({ name: 1, age: 'x', role: 2 }).split('; ')).toHaveLength(3);
    const many = record(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, boolean()])), {
      unknownKeys: 'refused',
    });
    const read = readShape(many, {});
    expect(read.kind === 'issues' ? read.issues.length : 0).toBeLessThan(50);
  });

  test('a huge value is not repeated in the message', () => {
    expect(issuesOf({ name: 'ann', role: 'x'.repeat(1_000_000) }).length).toBeLessThan(300);
    expect(issuesOf({ name: 'ann', ['k'.repeat(1_000_000)]: 1 }).length).toBeLessThan(300);
  });

  test('names that objects inherit are no entries', () => {
    const parsed: unknown = JSON.parse('{"__proto__": {"name": "ann"}}');
    expect(fits(person, parsed)).toBe(false);
    expect(fits(record({ constructor: optional(text({ longest: 1 })) }, { unknownKeys: 'ignored' }), {})).toBe(true);
    expect(textAt({ a: 'b' }, 'constructor')).toBeUndefined();
  });

  test('says the same as its JSON Schema', () => {
    const judge = new Ajv2020({ strict: false }).compile(person.schema);
    const likely = fc.record(
      {
        name: fc.oneof(fc.constantFrom('ann', 'Ann', '', 'toolongname'), fc.jsonValue()),
        age: fc.oneof(fc.integer({ min: -1, max: 151 }), fc.double(), fc.jsonValue()),
        height: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.jsonValue()),
        role: fc.oneof(fc.constantFrom('admin', 'user', 'root'), fc.jsonValue()),
        tags: fc.oneof(fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }), fc.jsonValue()),
        notes: fc.oneof(fc.dictionary(fc.string(), fc.constantFrom(true, null, 1), { maxKeys: 3 }), fc.jsonValue()),
        other: fc.constant(1),
      },
      { requiredKeys: ['name'] },
    );
    fc.assert(
      fc.property(fc.oneof(likely, fc.jsonValue()), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        expect(fits(person, json)).toBe(judge(json));
      }),
      { numRuns: 2000 },
    );
  });
});
