/** Templates of 1.x as templates of 2.0, with what 2.0 itself says of the result. */
import { hasErrors } from '../diagnostic/problem.ts';
import type { Problem } from '../diagnostic/problem.ts';
import { upgradeTemplate, validateTosca } from '../tosca/index.ts';
import type { Language } from './detect.ts';
import { textsOf } from './nobody.ts';
import { convertProblem } from './problems.ts';
import { renderDocument } from './render.ts';
import type { ConvertRequest, Converted } from './request.ts';
import { inputOf } from './tosca.ts';

export async function upgrade(request: ConvertRequest, language: Language): Promise<Omit<Converted, 'language'>> {
  const nothing = { text: '', report: [], sources: textsOf(request) };
  if (language !== 'tosca') return { ...nothing, problems: [none(`It is a ${language} document.`)] };
  const input = inputOf(request);
  const { value, problems } = await validateTosca(input);
  const { entry } = value.loaded;
  if (hasErrors(problems) || entry === undefined) return { ...nothing, problems, sources: value.sources };
  if (entry.version === '2.0') return { ...nothing, problems: [none('It is a template of 2.0 already.')] };
  const { value: upgraded, report } = upgradeTemplate(entry.root, entry.version);
  const text = renderDocument(upgraded, request.format ?? 'yaml');
  // Other names than the file's own, so that the places are those of the text that is written.
  const checked = await validateTosca({ ...input, path: `${input.path}.upgraded`, text });
  const found = checked.problems.filter(({ severity }) => severity === 'error').map(asWarning);
  return {
    text,
    report,
    problems: [...problems, ...found],
    sources: new Map([...value.sources, ...checked.value.sources]),
  };
}

/** What needs a hand is told, and the text is written all the same. */
const asWarning = (problem: Problem): Problem => ({ ...problem, severity: 'warning' });

const none = (why: string): Problem => convertProblem('upgrade-none', `There is nothing to upgrade. ${why}`);
