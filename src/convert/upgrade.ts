/** Templates of 1.x as templates of 2.0, with what 2.0 itself says of the result. */
import { hasErrors } from '../diagnostic/problem.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { ReportLine } from '../diagnostic/report.ts';
import type { Files } from '../document/files.ts';
import { posix } from 'node:path';
import { upgradeTemplate, validateTosca } from '../tosca/index.ts';
import type { Loaded } from '../tosca/index.ts';
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
  const { value: upgraded, report } = await upgradeTemplate(entry.root, entry.version, placesOf(entry));
  const text = renderDocument(upgraded, request.format ?? 'yaml');
  const imported = await upgradeImports(value.loaded);
  const files: Files = {
    ...input.files,
    read: (path) => {
      const other = imported.get(path);
      return other === undefined ? input.files.read(path) : { kind: 'text', text: other };
    },
  };
  // Other names than the file's own, so that the places are those of the text that is written.
  const checked = await validateTosca({ ...input, files, path: `${input.path}.upgraded`, text });
  const found = checked.problems.filter(({ severity }) => severity === 'error').map(asWarning);
  return {
    text,
    report: [...report, ...[...imported.keys()].map(alsoOld)],
    problems: [...problems, ...found],
    sources: new Map([...value.sources, ...checked.value.sources]),
  };
}

/** Files of 1.x it imports, as they will be: a template of 2.0 is judged among others of 2.0. */
async function upgradeImports({ entry, units }: Loaded): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const unit of units) {
    const { file, root, version, bundled } = unit;
    if (file === entry?.file || bundled || version === '2.0') continue;
    texts.set(file, renderDocument((await upgradeTemplate(root, version, placesOf(unit))).value, 'yaml'));
  }
  return texts;
}

/** Before 2.0 an import is also looked for from the folders above; 2.0 takes a path for what it says. */
function placesOf({ file, imports }: Loaded['units'][number]): ReadonlyMap<number, string> {
  const folder = posix.dirname(file);
  return new Map(
    imports.flatMap(({ unit, at }) =>
      unit.bundled || /^[a-z][a-z0-9+.-]*:/i.test(unit.file) || at.file !== file
        ? []
        : [[at.start.offset, posix.relative(folder, unit.file)] as const],
    ),
  );
}

const alsoOld = (file: string): ReportLine => ({
  path: 'imports',
  fate: 'adapted',
  reason: `${file} is of TOSCA 1.x as well: upgrade it too.`,
});

/** What needs a hand is told, and the text is written all the same. */
const asWarning = (problem: Problem): Problem => ({ ...problem, severity: 'warning' });

const none = (why: string): Problem => convertProblem('upgrade-none', `There is nothing to upgrade. ${why}`);
