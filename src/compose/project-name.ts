/** The project's name: told from outside, by COMPOSE_PROJECT_NAME, by `name` of the files, or by its folder. */
import { posix } from 'node:path';
import type { Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import type { ComposeFile, Loading } from './loading.ts';
import { textOf } from './nodes.ts';
import type { ComposeInput } from './project.ts';
import { substitute } from './syntax/template.ts';

/** What of a text may be a name: lower case letters, digits, `-` and `_`, the first a letter or digit. */
export const normaliseName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

export type Naming = {
  readonly input: ComposeInput;
  readonly files: readonly ComposeFile[];
  readonly directory: string;
  readonly environment: ReadonlyMap<string, string>;
};

const start = { offset: 0, line: 1, column: 1 };

export function findName(naming: Naming, loading: Loading): string {
  const { input, files, directory, environment } = naming;
  const written = files
    .flatMap(({ documents }) => documents.flatMap((document) => valueOf(document, 'name') ?? []))
    .at(-1);
  const span = { file: files[0]?.name ?? '', start, end: start };
  const given = input.projectName ?? environment.get('COMPOSE_PROJECT_NAME');
  if (given !== undefined && given !== '') {
    if (normaliseName(given) !== given)
      loading.report('project-name-invalid', `"${given}" can’t be the name of a project.`, span, {
        hint: `For example "${normaliseName(given)}".`,
      });
    return given;
  }
  const name = nameIn(written, environment, loading) ?? normaliseName(posix.basename(directory));
  if (name === '')
    loading.report('project-name-missing', 'The project has no name.', written?.span ?? span, {
      hint: 'Add name: to the file, or give --project-name.',
    });
  return name;
}

/** What is wrong with the text is told when the file is read. */
function nameIn(node: Node | undefined, environment: Naming['environment'], { flags }: Loading): string | undefined {
  const text = textOf(node);
  if (text === undefined || text === '') return undefined;
  const replaced = flags.interpolate ? substitute(text, (name) => environment.get(name)).text : text;
  return flags.normalise ? normaliseName(replaced) : replaced;
}
