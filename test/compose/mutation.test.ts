/**
 * Mutated compose files of the corpus: none crashes, takes longer than two seconds, or is refused without a reason.
 * A sample from a fixed seed; CLOCKER_MUTATIONS says how many (all that were promised: 10,000).
 */
import { basename, dirname, join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { convert, targets } from '../../src/convert/index.ts';
import type { ReadRequest } from '../../src/convert/index.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import { plainPaint, renderProblem } from '../../src/diagnostic/render.ts';
import { defaultMaxBytes, filesOfHost } from '../../src/host/files.ts';

const corpus = new URL('../../../shared/corpus/compose/', import.meta.url).pathname;
const files = existsSync(corpus)
  ? readFileSync(`${corpus}manifest.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly set: string; readonly path: string })
      .map(({ set, path }) => join(corpus, 'inputs', set, path))
  : [];
if (files.length === 0) console.warn(`skipped: no ${corpus}, so no compose files to mutate`);

const count = Number(process.env['CLOCKER_MUTATIONS'] ?? 1500);
const longest = 2000;
const disk = filesOfHost(defaultMaxBytes);

/** Mulberry32: the same files from the same seed on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

const pieces = [
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '#',
    '&a ',
    '*a',
    '!!binary ',
    '!reset ',
    '!override null',
    '<<: ',
  ],
  ...[
    '\t',
    '\r',
    '\u0000',
    '\u{1f600}',
    '\ud800',
    '|\n',
    '>-\n',
    '---\n',
    '...\n',
    '? ',
    '%YAML 1.1\n',
    '$',
    '${',
    '${A:-',
    '$$',
  ],
  ...[
    'null',
    '~',
    'true',
    '-1',
    '1e999',
    '0x',
    '99999999999999999999',
    '.inf',
    '2020-01-01',
    '__proto__',
    'constructor',
  ],
];

/** One change of a text, each in the manner of a slip of the hand or of the editor. */
const changes: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => spliced(text, random(text.length + 1), 0, pieces[random(pieces.length)] ?? ''),
  (text, random) => spliced(text, random(text.length + 1), 1 + random(8), ''),
  (text, random) => spliced(text, random(text.length + 1), 1, pieces[random(pieces.length)] ?? ''),
  (text, random) => lines(text, random, (all, at) => [...all.slice(0, at), ...all.slice(at + 1)]),
  (text, random) => lines(text, random, (all, at) => [...all.slice(0, at), all[at] ?? '', ...all.slice(at)]),
  (text, random) => lines(text, random, (all, at) => all.map((line, index) => (index === at ? `  ${line}` : line))),
  (text, random) =>
    lines(text, random, (all, at) => all.map((line, index) => (index === at ? line.replace(/^ {1,2}/, '') : line))),
  (text, random) =>
    lines(text, random, (all, at) => {
      const to = random(all.length);
      return all.map((line, index) => (index === at ? (all[to] ?? '') : index === to ? (all[at] ?? '') : line));
    }),
  (text, random) =>
    lines(text, random, (all, at) =>
      all.map((line, index) =>
        index === at ? line.replace(/:.*$/, `: ${pieces[random(pieces.length)] ?? ''}`) : line,
      ),
    ),
  (text, random) => text.slice(0, random(text.length + 1)),
];

const spliced = (text: string, at: number, removed: number, added: string): string =>
  text.slice(0, at) + added + text.slice(at + removed);

function lines(
  text: string,
  random: Random,
  change: (all: readonly string[], at: number) => readonly string[],
): string {
  const all = text.split('\n');
  return change(all, random(all.length)).join('\n');
}

function mutated(index: number): { readonly file: string; readonly text: string; readonly random: Random } {
  const random = randomFrom(index);
  const file = files[random(files.length)] ?? '';
  let text = readFileSync(file, 'utf8');
  for (let left = 1 + random(4); left > 0; left--)
    text = (changes[random(changes.length)] ?? ((same) => same))(text, random);
  return { file, text, random };
}

const requestOf = (text: string, path: string, currentDirectory: string): ReadRequest => ({
  documents: [{ path, text }],
  disk,
  currentDirectory,
  environment: new Map([['HOME', '/HOME']]),
  compose: { profiles: ['*'] },
  from: 'compose',
});

test.skipIf(files.length === 0)(
  `${count} mutated files`,
  async () => {
    const wrong: string[] = [];
    // What is loaded on the way of the first conversion is not counted as its time.
    for (const to of targets) await convert({ ...requestOf('services: {a: {image: x}}', 'compose.yml', '/'), to });
    for (let index = 0; index < count; index++) {
      const { file, text, random } = mutated(index);
      const started = process.cpuUsage();
      try {
        const {
          problems,
          text: written,
          sources,
        } = await convert({
          documents: [{ path: basename(file), text }],
          disk,
          currentDirectory: dirname(file),
          environment: new Map([['HOME', '/HOME']]),
          compose: { profiles: ['*'] },
          from: 'compose',
          to: targets[random(targets.length)] ?? 'compose',
        });
        if (written === '' && !hasErrors(problems)) wrong.push(`${index}: nothing written, and no reason told`);
        for (const problem of problems) renderProblem(problem, (one) => sources.get(one), plainPaint);
      } catch (error) {
        wrong.push(`${index}: ${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      // Of the processor: what else the machine does is not the translator's time.
      const { user, system } = process.cpuUsage(started);
      const took = (user + system) / 1000;
      if (took > longest) wrong.push(`${index}: ${file}: ${Math.round(took)} ms`);
    }
    expect(wrong).toEqual([]);
  },
  20 * 60_000,
);
