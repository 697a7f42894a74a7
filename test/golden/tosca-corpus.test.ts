/** Verdicts on the corpus, judge by judge, next to what other tools reach on it (measured in the reference, §2.3). */
import { beforeAll, describe, expect, test } from 'vitest';
import { showScores } from './score-table.ts';
import { ariaDisagreements, cloudnetReviewed, toscaParserDisagreements } from './tosca-disagreements.ts';
import type { LineScore, Outcome } from './tosca-score.ts';
import { hasCorpus, scoreAria, scoreCloudnet, scoreOasis10, scoreOasis20, scoreToscaParser } from './tosca-score.ts';

if (!hasCorpus) console.warn('skipped: there is no ../shared/corpus/tosca beside the checkout');

const wrongOf = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.filter(({ passed }) => !passed).map(({ name, verdict, wanted }) => `${name}: ${verdict}, not ${wanted}`);

/** What a list of disagreements leaves unexplained, and what it explains though nobody disagrees. */
function compare(outcomes: readonly Outcome[], known: ReadonlyMap<string, string>) {
  const disagreeing = new Set(outcomes.filter(({ passed }) => !passed).map(({ name }) => name));
  const names = new Set(outcomes.map(({ name }) => name));
  return {
    unexplained: [...disagreeing].filter((name) => !known.has(name)),
    settled: [...known.keys()].filter((name) => names.has(name) && !disagreeing.has(name)),
  };
}

const share = (outcomes: readonly Outcome[]): string =>
  `${outcomes.filter(({ passed }) => passed).length} of ${outcomes.length}`;

describe.skipIf(!hasCorpus)('the corpus', () => {
  let oasis20: readonly Outcome[] = [];
  let oasis10: readonly Outcome[] = [];
  let aria: readonly Outcome[] = [];
  let toscaParser: readonly Outcome[] = [];
  let cloudnet: readonly LineScore[] = [];

  beforeAll(async () => {
    oasis20 = await scoreOasis20();
    oasis10 = await scoreOasis10();
    aria = await scoreAria();
    toscaParser = await scoreToscaParser();
    cloudnet = await scoreCloudnet();
    const expected = cloudnet.flatMap(({ expected: lines }) => lines).length;
    const missed = cloudnet.flatMap(({ missed: lines }) => lines).length;
    showScores('tosca', [
      ['judge', 'Clocker', 'tosca-parser', 'xOpera', 'Cloudnet'],
      ['OASIS 2.0', share(oasis20), '154 of 420', '227 of 420', '206 of 420'],
      ['OASIS 1.0', share(oasis10), '34 of 50', '-', '39 of 50'],
      ['Aria vectors', share(aria), '1764 of 4471', '-', '419 of 600'],
      ['tosca-parser verdicts', share(toscaParser), 'its own', '-', '-'],
      ['Cloudnet lines', `${expected - missed} of ${expected}`, '-', '-', 'its own'],
    ]);
  }, 120_000);

  test('OASIS 2.0: every case', () => expect(wrongOf(oasis20)).toEqual([]));

  test('OASIS 1.0: every case, with its code on its line', () => expect(wrongOf(oasis10)).toEqual([]));

  test('Aria: every vector, but for those with a reason', () => {
    expect(compare(aria, ariaDisagreements)).toEqual({ unexplained: [], settled: [] });
    expect(aria.filter(({ passed }) => passed).length / aria.length).toBeGreaterThanOrEqual(0.97);
  });

  test('tosca-parser: every template, but for those with a reason', () =>
    expect(compare(toscaParser, toscaParserDisagreements)).toEqual({ unexplained: [], settled: [] }));

  test('Cloudnet: at least 95 % of the lines, at most 5 % besides', () => {
    const count = (lines: (score: LineScore) => readonly number[]): number => cloudnet.flatMap(lines).length;
    expect(1 - count(({ missed }) => missed) / count(({ expected }) => expected)).toBeGreaterThanOrEqual(0.95);
    const besides = count(({ file, extra }) => extra.filter((line) => !cloudnetReviewed.get(file)?.includes(line)));
    expect(besides / count(({ found }) => found)).toBeLessThanOrEqual(0.05);
  });
});
