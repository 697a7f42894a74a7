/** Implementations of operations as commands: the text of a script, or a file that is copied and run. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { isUrl } from '../load/locate.ts';
import { textOf } from '../types/lineage.ts';
import type { Template } from '../topology/topology.ts';
import { artifactsOfTemplate } from './kind.ts';
import type { Operation } from './members.ts';
import type { Translating } from './translating.ts';
import { pathOfFile } from './translating.ts';

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
  const file = primary === undefined ? undefined : fileOf(primary, unit, template, t);
  if (file === undefined || file.trim() === '') return undefined;
  const dependencies = valueOf(node, 'dependencies');
  const files = new Map<string, string>();
  for (const item of dependencies?.kind === 'list' ? dependencies.items : []) {
    const found = fileOf(item, unit, template, t);
    if (found !== undefined) files.set(found, nameOf(found));
  }
  const content = isUrl(file) ? undefined : t.files.read(file);
  const text = content?.kind === 'text' ? content.text : undefined;
  const interpreter = text === undefined ? interpreterOf(file) : (shebangOf(text) ?? interpreterOf(file));
  if (text !== undefined && isShell(interpreter)) return { command: text, files };
  files.set(file, nameOf(file));
  const name = `./${nameOf(file)}`;
  return {
    command: interpreter === undefined ? `chmod +x ${quote(name)} && ${quote(name)}` : `${interpreter} ${quote(name)}`,
    files,
  };
}

/** Path or URL of a file, or of the artifact of that name. */
function fileOf(node: Node, unit: Unit, template: Template | undefined, t: Translating): string | undefined {
  const written = textOf(node) ?? textOf(valueOf(node, 'file'));
  if (written === undefined) return undefined;
  const artifact = template === undefined ? undefined : artifactsOfTemplate(template).get(written);
  const file = artifact?.file ?? written;
  return pathOfFile(file, (artifact?.unit ?? unit).file, t);
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
