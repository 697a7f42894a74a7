/** Reads a template, checks it, and translates it into the entity model. */
import type { Checked } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import type { Report } from '../diagnostic/report.ts';
import { sortProblems } from '../diagnostic/sort.ts';
import type { Application } from '../model/entity.ts';
import { translateTemplate } from './model/application.ts';
import type { ToscaInput, Validation, Verdict } from './validate.ts';
import { validateTosca } from './validate.ts';

export type ToscaReading = {
  readonly verdict: Verdict;
  /** Absent where there are errors, or nothing to deploy: a file of types alone. */
  readonly application?: Application;
  readonly report: Report;
  /** For whoever wants to know more: explain, upgrade. */
  readonly validation: Validation;
};

export async function readTosca(input: ToscaInput): Promise<Checked<ToscaReading>> {
  const { value: validation, problems } = await validateTosca(input);
  const { loaded, verdict } = validation;
  const nothing = { verdict, report: [], validation };
  if (loaded.entry === undefined || hasErrors(problems)) return { value: nothing, problems };
  const translated = translateTemplate(loaded.entry, {
    loaded,
    files: input.files,
    archive: input.archive,
    given: validation.given,
  });
  const all = sortProblems([...problems, ...translated.problems]);
  return { value: { ...nothing, ...translated.value }, problems: all };
}
