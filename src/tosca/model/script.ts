/** Implementations of operations as commands: the text of a script, or a file that is copied and run. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { folderOf, isUrl, joinPath } from '../load/locate.ts';
import { textOf } from '../types/lineage.ts';
import type { Template } from '../topology/topology.ts';
import { artifactsOfTemplate } from './kind.ts';
import type { Operation } from './members.ts';
import type { Translating } from './translating.ts';

export type Script = {
  /** What is run, in the shell of whoever runs it. */
  readonly command: string;
  /** Files it needs: path or URL -> name in its folder. */
  readonly files: ReadonlyMap<string, string>;
};

/** `undefined`: nothing is to be done. */
export function readScript(operation: Operation, template: Template | undefined, t: Translating): Script | undefined {
  const { implementation } = operation;
  if (implementation === undefined) return undefined;
  const { node, unit } = implementation;
  const primary = node.kind === 'map' ? valueOf(node, 'primary') : node;
  const file = primary === undefined ? undefined : fileOf(primary, unit, template);
  if (file === undefined || file.path.trim() === '') return undefined;
  const dependencies = valueOf(node, 'dependencies');
  const files = new Map<string, string>();
  for (const item of dependencies?.kind === 'list' ? dependencies.items : []) {
    const found = fileOf(item, unit, template);
    if (found !== undefined) files.set(found.path, nameOf(found.path));
  }
  const content = isUrl(file.path) ? undefined : t.files.read(file.path);
  const text = content?.kind === 'text' ? content.text : undefined;
  const interpreter = text === undefined ? interpreterOf(file.path) : (shebangOf(text) ?? interpreterOf(file.path));
  if (text !== undefined && isShell(interpreter)) return { command: text, files };
  if (text === undefined && content !== undefined)
    t.findings.add(
      'MissingArtifactFile',
      `The file "${file.written}" of the operation "${operation.name}" is not there.`,
      primary?.span,
      {
        hint: 'It has to be there when the application is deployed.',
      },
    );
  files.set(file.path, nameOf(file.path));
  const name = `./${nameOf(file.path)}`;
  return {
    command: interpreter === undefined ? `chmod +x ${quote(name)} && ${quote(name)}` : `${interpreter} ${quote(name)}`,
    files,
  };
}

type Located = { readonly path: string; readonly written: string };

/** A file, or the name of an artifact that is one. */
function fileOf(node: Node, unit: Unit, template: Template | undefined): Located | undefined {
  const written = textOf(node) ?? textOf(valueOf(node, 'file'));
  if (written === undefined) return undefined;
  const artifact = template === undefined ? undefined : artifactsOfTemplate(template).get(written);
  const file = artifact?.file ?? written;
  const from = artifact?.unit ?? unit;
  return { path: isUrl(file) || file.startsWith('/') ? file : joinPath(folderOf(from.file), file), written };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const shebangOf = (text: string): string | undefined => /^#!\s*(\S[^\r\n]*)/.exec(text)?.[1]?.trim();

const endings: readonly (readonly [RegExp, string])[] = [
  [/\.(?:sh|bash)$/i, 'sh'],
  [/\.py$/i, 'python3'],
  [/\.rb$/i, 'ruby'],
  [/\.js$/i, 'node'],
  [/\.pl$/i, 'perl'],
];

const interpreterOf = (path: string): string | undefined => endings.find(([ending]) => ending.test(path))?.[1];

const isShell = (interpreter: string | undefined): boolean =>
  interpreter !== undefined && /(?:^|\/|\s)(?:ba|da|a|k)?sh(?:\s|$)/.test(interpreter);

/** One word for a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
