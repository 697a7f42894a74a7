/**
 * Mutated templates: whatever is done to a file, checking it ends within two seconds with problems that have a place, and
 * throws nothing. A seeded sample; all ten thousand with CLOCKER_LONG=1.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeRequest } from '../../src/commands/judge.ts';
import { readApplication } from '../../src/convert/index.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/tosca');
const own = ['../../tosca/examples', '../golden/tosca-rows'].map((path) => join(import.meta.dirname, path));
if (!existsSync(corpus))
  console.warn('mutates our own templates only: there is no ../shared/corpus/tosca beside the checkout');

const count = process.env['CLOCKER_LONG'] === '1' ? 10_000 : 400;

function templatesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const scraps = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '*x',
  '&x ',
  '!!binary ',
  '\n',
  '\t',
  '    ',
  '"',
  "'",
  '|',
  '>',
  '<<: *x',
  '%',
  '#',
  '\u0000',
  'null',
  '~',
  '1e999',
  '-0x1',
  '__proto__: 1',
  'derived_from: tosca.nodes.Root',
  'get_input: [ a, b ]',
  '$get_property: [ SELF, a ]',
  'constructor',
  '{ concat: [ { concat: [] } ] }',
  'substitution_mappings: {}',
  'node_filter: {}',
  '9'.repeat(400),
  'x'.repeat(5000),
];

function mutate(text: string, random: () => number): string {
  const at = (length: number): number => Math.floor(random() * length);
  const lines = text.split('\n');
  switch (at(8)) {
    case 0:
      return text.slice(0, at(text.length));
    case 1:
      return lines.toSpliced(at(lines.length), 1 + at(3)).join('\n');
    case 2:
      return lines.toSpliced(at(lines.length), 0, lines[at(lines.length)] ?? '').join('\n');
    case 3:
      return lines.map((line, index) => (index % 7 === at(7) ? `  ${line}` : line)).join('\n');
    case 4: {
      const place = at(text.length);
      return text.slice(0, place) + (scraps[at(scraps.length)] ?? '') + text.slice(place);
    }
    case 5: {
      const place = at(text.length);
      return text.slice(0, place) + (scraps[at(scraps.length)] ?? '') + text.slice(place + at(20));
    }
    case 6:
      // One value in the place of another: what is right in itself and wrong where it stands.
      return lines.with(at(lines.length), (lines[at(lines.length)] ?? '').trimStart()).join('\n');
    default: {
      const values = [...text.matchAll(/: (\S[^\n]*)/g)];
      const [from, to] = [values[at(values.length)], values[at(values.length)]];
      if (from === undefined || to === undefined) return text;
      return text.slice(0, from.index + 2) + (to[1] ?? '') + text.slice(from.index + from[0].length);
    }
  }
}

test(`${count} mutated files`, async () => {
  const files = [
    ...own,
    ...['oasis', 'tosca-parser/samples', 'cloudnet/tests', 'tosker/data'].map((path) => join(corpus, path)),
  ].flatMap(templatesIn);
  const base = await readDocuments([], {});
  const first = 'tosca_definitions_version: tosca_simple_yaml_1_3\n';
  // What is loaded when it is first asked for is loaded before anything is measured.
  await judgeRequest({ ...base, documents: [{ path: '/first.yaml', text: first }] });
  const slow: string[] = [];
  for (let number = 0; number < count; number++) {
    const random = randomFrom(number + 1);
    const path = files[Math.floor(random() * files.length)] ?? '';
    const text = mutate(readFileSync(path, 'utf8'), random);
    const request = { ...base, documents: [{ path, text }], from: 'tosca' as const };
    const start = process.cpuUsage();
    const { verdict, problems } = await judgeRequest(request);
    if (verdict === 'valid' && number % 4 === 0) await readApplication(request);
    // Of this process alone: a machine may be busy with other things.
    const took = process.cpuUsage(start).user / 1000;
    if (took > 2000) slow.push(`${path} mutated with ${number + 1} took ${Math.round(took)} ms`);
    if (verdict === 'invalid')
      expect(
        problems.some(({ at }) => at !== undefined),
        `${path} ${number + 1}`,
      ).toBe(true);
  }
  expect(slow).toEqual([]);
}, 1_200_000);
