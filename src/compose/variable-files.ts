/** Files of variables, read once each and with what is wrong in them told. */
import type { Position, Span } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import type { MapEntry, Node } from '../document/node.ts';
import { entryNode, scalarNode } from './nodes.ts';
import type { Origins } from './origin.ts';
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
  readonly origins: Origins;
  /** Takes in every text read. */
  readonly sources: Map<string, string>;
};

export function variableFiles(reading: VariableReading): VariableFiles {
  return {
    readEntries(file, lookup, known) {
      const text = readText(file, reading);
      if (text === undefined) return [];
      const parsed = file.isRaw ? parseRawEnvFile(text, lookup) : parseEnvFile(text, lookup, known);
      const placeAt = placesOf(text, file.path);
      if (parsed.mistake !== undefined) tell(parsed.mistake, placeAt(parsed.mistake.offset, 1), reading.report);
      return entriesOf(parsed, file, placeAt, reading);
    },
  };
}

function readText(
  { kind, path, at, isRequired }: VariableFile,
  { disk, report, sources }: VariableReading,
): string | undefined {
  const known = sources.get(path);
  if (known !== undefined) return known;
  const content = disk.read(path);
  if (content.kind === 'text') {
    sources.set(path, content.text);
    return content.text;
  }
  if (content.kind === 'missing' && !isRequired) return undefined;
  const hint =
    content.kind === 'missing' && kind === 'env' ? 'Say required: false where it may be missing.' : undefined;
  report('env-file-missing', `The file ${path} ${whyNot(content)}.`, at.span, { hint });
  return undefined;
}

export function whyNot(content: Exclude<ReturnType<Files['read']>, { readonly kind: 'text' }>): string {
  switch (content.kind) {
    case 'missing':
      return 'is not there';
    case 'binary':
      return 'is no text';
    case 'directory':
      return 'is a directory';
    case 'unreadable':
      return `can’t be read: ${content.reason}`;
  }
}

function entriesOf(
  { variables }: EnvFile,
  file: VariableFile,
  placeAt: (offset: number, length: number) => Span,
  { origins, report }: VariableReading,
): readonly MapEntry[] {
  return variables.map(({ name, value, offset }) => {
    const span = placeAt(offset, Math.max(1, name.length));
    if (name === '') report('env-file-nameless', `"${value}" has no name in front of it.`, span);
    const entry = entryNode(name, scalarNode(value, span), span);
    origins.add(entry, { kind: 'env-file', file: file.path });
    return entry;
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
