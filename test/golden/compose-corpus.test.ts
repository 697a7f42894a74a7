/** The Compose part of the corpus, class by class, next to what other tools reach on it. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isThere } from './compose-corpus.ts';
import type { Outcome } from './compose-corpus.ts';
import { composeDifferences } from './compose-differences.ts';
import { refusalPlaces } from './compose-refusals.ts';
import * as judge from './compose-score.ts';
import { showScores } from './score-table.ts';

if (!isThere) console.warn('skipped: there is no ../shared/corpus/compose beside the checkout');

const right = (outcomes: readonly Outcome[]): number => outcomes.filter(({ kind }) => kind === 'right').length;
const share = (outcomes: readonly Outcome[]): string => `${right(outcomes)} of ${outcomes.length}`;

/** What differs without being meant to, and what is meant to and does not. */
function unexplained(outcomes: readonly Outcome[]): readonly string[] {
  const wrong = outcomes.filter(({ kind }) => kind === 'wrong');
  const settled = outcomes.filter(({ name, kind }) => kind === 'right' && composeDifferences.has(name));
  return [
    ...wrong.filter(({ name }) => !composeDifferences.has(name)).map(({ name, why }) => `${name}: ${why}`),
    ...settled.map(({ name }) => `${name}: listed as a difference, and is none`),
  ];
}

describe.skipIf(!isThere)('the corpus', () => {
  let scores: Readonly<Record<string, readonly Outcome[]>> = {};

  beforeAll(() => {
    scores = {
      accepted: judge.scoreAccepted(),
      inline: judge.scoreInline(),
      merge: judge.scoreMerge(),
      full: judge.scoreFullExample(),
      micro: judge.scoreMicro(),
      must: judge.scoreRefusals(refusalPlaces),
      upgrade: judge.scoreUpgrades(),
      newer: judge.scoreNewer(),
    };
    const row = (label: string, of: string, peers: readonly [string, string, string]): readonly string[] => [
      label,
      share(scores[of] ?? []),
      ...peers,
    ];
    const peers = (kind: Parameters<typeof judge.peersOn>[0], own?: string): [string, string, string] => {
      const { of, compose, stack, v1 } = judge.peersOn(kind);
      return [own ?? `${compose} of ${of}`, `${stack} of ${of}`, `${v1} of ${of}`];
    };
    const only: [string, string, string] = ['its own', '-', '-'];
    showScores('compose', [
      ['judge', 'Clocker', 'Compose 2.40.3', 'docker stack 28.5.2', 'docker-compose 1.29.2'],
      row('accepted files, the same JSON', 'accepted', only),
      ['accepted files, taken at all', share(scores['accepted'] ?? []), ...peers('accepted', 'its own')],
      row('one attribute each', 'inline', only),
      row('one file over another', 'merge', only),
      row('full example of compose-go', 'full', only),
      row('single values', 'micro', only),
      row('refused, told with line and column', 'must', ['no place', 'no place', 'no place']),
      row('format 1, read and upgraded', 'upgrade', peers('upgrade')),
      row('what newer Compose accepts', 'newer', peers('head-accepts')),
    ]);
  }, 120_000);

  test.each(['accepted', 'inline', 'merge', 'full', 'micro', 'must', 'upgrade', 'newer'])(
    '%s',
    (kind) => {
      const outcomes = scores[kind] ?? [];
      expect(outcomes.length).toBeGreaterThan(0);
      expect(unexplained(outcomes)).toEqual([]);
    },
    120_000,
  );
});

test('the differences meant are few, and those of the documentation', () => {
  const text = readFileSync(new URL('../../docs/compose-differences.md', import.meta.url), 'utf8');
  expect(composeDifferences.size).toBeLessThanOrEqual(10);
  const listed = [...text.matchAll(/^\| `(.*?)` \| (.*) \|$/gm)].map(([, name = '', why = '']) => [name, why]);
  expect(listed).toEqual([...composeDifferences]);
});
