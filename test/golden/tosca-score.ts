/** Runs the judges of the corpus over what `clocker validate` does, one result per case. The corpus lies beside the checkout, or is absent. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../src/diagnostic/problem.ts';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeFiles, judgeRequest } from '../../src/commands/judge.ts';
import type { Judgement } from '../../src/commands/judge.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/tosca');
export const hasCorpus = existsSync(corpus);

export type Outcome = {
  readonly name: string;
  readonly passed: boolean;
  readonly verdict: Judgement['verdict'];
  readonly wanted: string;
  readonly problems: readonly Problem[];
};

/** As `clocker validate` does it; `text` stands for what is in the file. */
async function judge(
  path: string,
  text?: string,
  implicitTypes = true,
): Promise<{ verdict: Judgement['verdict']; problems: readonly Problem[] }> {
  if (text === undefined) return judgeFiles([path], {});
  const { disk, documents: _none, ...request } = await readDocuments([], {});
  return judgeRequest({
    ...request,
    disk,
    documents: [{ path, text }],
    from: 'tosca',
    tosca: { ...request.tosca, implicitTypes },
  });
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(corpus, path), 'utf8'));

const errorsOf = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter(({ severity }) => severity === 'error');

type OasisCase = { file: string; expect: 'valid' | 'invalid'; network?: boolean };

export async function scoreOasis20(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { file, expect, network } of readJson('oasis/manifest_2_0.json') as OasisCase[]) {
    const { verdict, problems } = await judge(join(corpus, 'oasis', file));
    const wanted = network === true ? 'cannot-act' : expect;
    // Whoever is told that a file is wrong has to be told where.
    const named = verdict !== 'invalid' || errorsOf(problems).every(({ at }) => at !== undefined);
    outcomes.push({ name: file, passed: verdict === wanted && named, verdict, wanted, problems });
  }
  return outcomes;
}

/** Valid, and leaning on what is on the network. */
const network = /imports-0[57]-/;

type Oasis10Case = { file: string; errors: string[]; lines: number[] };

/** Every expected code on its line, and at most two other lines; the valid ones valid, or on the network. */
export async function scoreOasis10(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { file, errors, lines } of readJson('oasis/manifest_1_0.json') as Oasis10Case[]) {
    const { verdict, problems } = await judge(join(corpus, 'oasis', file));
    const found = errorsOf(problems).map(({ code, at }) => `${code}@${at?.start.line ?? 0}`);
    const wanted = errors.map((code, index) => `${code}@${lines[index] ?? 0}`);
    const others = new Set(
      errorsOf(problems)
        .map(({ at }) => at?.start.line ?? 0)
        .filter((line) => !lines.includes(line)),
    );
    const passed =
      errors.length === 0
        ? verdict === (network.test(file) ? 'cannot-act' : 'valid')
        : wanted.every((one) => found.includes(one)) && others.size <= 2;
    outcomes.push({ name: file, passed, verdict, wanted: wanted.join(' ') || 'valid', problems });
  }
  return outcomes;
}

type AriaCase = { test: string; expect: 'valid' | 'invalid'; text: string; kw: { import_profile?: string } };

/** Most vectors run without the normative types; those that name a file on localhost or a plug-in can't be acted on. */
export async function scoreAria(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const lines = readFileSync(join(corpus, 'aria/cases.jsonl'), 'utf8').split('\n');
  for (const line of lines.filter((text) => text !== '')) {
    const { test, expect, text, kw } = JSON.parse(line) as AriaCase;
    const { verdict, problems } = await judge(join(corpus, 'aria/case.yaml'), text, kw.import_profile === 'True');
    outcomes.push({
      name: test.slice(test.lastIndexOf('/') + 1),
      passed: verdict === expect,
      verdict,
      wanted: expect,
      problems,
    });
  }
  return outcomes;
}

type ToscaParserCase = { file: string; accepted: boolean; message: string };

export async function scoreToscaParser(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { file, accepted, message } of readJson('tosca-parser/verdicts.json') as ToscaParserCase[]) {
    const path = join(corpus, 'tosca-parser', file);
    if (!existsSync(path)) continue;
    const { verdict, problems } = await judge(path);
    const wanted = accepted ? 'valid' : 'invalid';
    outcomes.push({
      name: file,
      passed: verdict === wanted,
      verdict,
      wanted: `${wanted} ${message.slice(0, 120)}`,
      problems,
    });
  }
  return outcomes;
}

export type LineScore = {
  readonly file: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  readonly missed: readonly number[];
  readonly extra: readonly number[];
  readonly problems: readonly Problem[];
};

/** `# ERROR:` stands on the offending line or just before it; one line to either side is near enough. */
export async function scoreCloudnet(): Promise<readonly LineScore[]> {
  const folder = join(corpus, 'cloudnet/tests');
  const scores: LineScore[] = [];
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()) {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    const expected = text.split('\n').flatMap((line, index) => (line.includes('ERROR:') ? [index + 1] : []));
    const { problems } = await judge(path, text);
    const found = [
      ...new Set(
        errorsOf(problems)
          .filter(({ at }) => at?.file === path)
          .map(({ at }) => at?.start.line ?? 0),
      ),
    ].sort((a, b) => a - b);
    const near = (line: number, lines: readonly number[]): boolean =>
      lines.some((other) => Math.abs(other - line) <= 1);
    scores.push({
      file: name,
      expected,
      found,
      missed: expected.filter((line) => !near(line, found)),
      extra: found.filter((line) => !near(line, expected)),
      problems,
    });
  }
  return scores;
}
