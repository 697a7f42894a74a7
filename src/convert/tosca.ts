/** TOSCA templates, alone or in an archive, on their way to another language. */
import type { Problem } from '../diagnostic/problem.ts';
import { readTosca, validateTosca } from '../tosca/index.ts';
import type { ToscaInput, Verdict } from '../tosca/index.ts';
import { nobody } from './nobody.ts';
import type { ReadRequest, ReadResult } from './request.ts';

export async function readTemplate(request: ReadRequest): Promise<Omit<ReadResult, 'language'>> {
  const { value, problems } = await readTosca(inputOf(request));
  return {
    application: value.application ?? nobody,
    problems: [...(request.opened ?? []), ...problems],
    report: value.report,
    sources: value.validation.sources,
    verdict: value.verdict,
  };
}

export type Judged = {
  readonly verdict: Verdict;
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, string>;
};

/** Checked and no more. */
export async function judgeTemplate(request: ReadRequest): Promise<Judged> {
  const { value, problems } = await validateTosca(inputOf(request));
  const { opened = [] } = request;
  const verdict = opened.some(({ severity }) => severity === 'error') ? 'invalid' : value.verdict;
  return { verdict, problems: [...opened, ...problems], sources: value.sources };
}

export function inputOf({ documents, disk, tosca = {} }: ReadRequest): ToscaInput {
  const [document] = documents;
  return { path: document?.path ?? '', text: document?.text ?? '', files: disk, ...tosca };
}
