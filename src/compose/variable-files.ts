/** Files of variables, read once each and with what is wrong in them told. */
import type { Position, Span } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import type { MapEntry, Node } from '../document/node.ts';
import { entryNode, scalarNode } from './nodes.ts';
import { nameOfPath, whyNot } from './file-names.ts';
import type { Report } from './problems.ts';
import type { EnvFile, EnvFileMistake } from './syntax/env-file.ts';
import { parseEnvFile, parseRawEnvFile } from './syntax/env-file.ts';
import type { Lookup } from './syntax/template.ts';

export type VariableFile = {
  readonly kind: 'env' | 'label';
  readonly path: string;
  /** What names it. */
  readonly at: Node;
  readonly isRequired: boolean;
  readonly isRaw: boolean;
};

export type VariableFiles = {
  /** `known`: values that come after `lookup`. Spans are in the file itself. */
  readEntries(file: VariableFile, lookup: Lookup, known: ReadonlyMap<string, string>): readonly MapEntry[];
};

export type VariableReading = {
  readonly disk: Files;
  readonly report: Report;
  readonly currentDirectory: string;
  /** Takes in every text read, by the name used in spans. */
  readonly sources: Map<string, string>;
  /** Takes in those names. */
  readonly variableFiles: Set<string>;
};

export function variableReader(reading: VariableReading): VariableFiles {
  return {
    readEntries(file, lookup, known) {
      const name = nameOfPath(file.path, reading.currentDirectory);
      const text = readText(file, name, reading);
      if (text === undefined) return [];
      const parsed = file.isRaw ? parseRawEnvFile(text, lookup) : parseEnvFile(text, lookup, known);
      const placeAt = placesOf(text, name);
      if (parsed.mistake !== undefined) tell(parsed.mistake, placeAt(parsed.mistake.offset, 1), reading.report);
      return entriesOf(parsed, placeAt, reading);
    },
  };
}

function readText(
  { kind, path, at, isRequired }: VariableFile,
  name: string,
  reading: VariableReading,
): string | undefined {
  const { disk, report, sources, variableFiles } = reading;
  const known = sources.get(name);
  if (known !== undefined) return known;
  const content = disk.read(path);
  if (content.kind === 'text') {
    sources.set(name, content.text);
    variableFiles.add(name);
    return content.text;
  }
  if (content.kind === 'missing' && !isRequired) return undefined;
  const hint =
    content.kind === 'missing' && kind === 'env' ? 'Say required: false where it may be missing.' : undefined;
  report('env-file-missing', `The file ${name} ${whyNot(content)}.`, at.span, { hint });
  return undefined;
}

function entriesOf(
  { variables }: EnvFile,
  placeAt: (offset: number, length: number) => Span,
  { report }: VariableReading,
): readonly MapEntry[] {
  return variables.map(({ name, value, offset }) => {
    const span = placeAt(offset, Math.max(1, name.length));
    if (name === '') report('env-file-nameless', `"${value}" has no name in front of it.`, span);
    return entryNode(name, scalarNode(value, span), span);
  });
}

const mistakes: Readonly<Record<EnvFileMistake['kind'], string>> = {
  name: 'A variable’s name can’t hold this character',
  'blank-in-name': 'A variable’s name can’t hold a blank',
  unclosed: 'The quote is not closed',
  template: 'This is no variable',
  required: 'The variable must have a value',
  'no-name': 'There is no name before the "="',
};

const tell = ({ kind, text }: EnvFileMistake, at: Span, report: Report): void =>
  report('env-file-syntax', `${mistakes[kind]}: ${text}`, at);

/** Places are asked for in order, so lines are counted once. */
function placesOf(text: string, file: string): (offset: number, length: number) => Span {
  let line = 1;
  let lineStart = 0;
  return (offset, length) => {
    if (offset < lineStart) {
      line = 1;
      lineStart = 0;
    }
    for (let end = text.indexOf('\n', lineStart); end >= 0 && end < offset; end = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = end + 1;
    }
    const start: Position = { offset, line, column: offset - lineStart + 1 };
    return { file, start, end: { ...start, offset: offset + length, column: start.column + length } };
  };
}
