/**
 * YAML text -> nodes with exact positions. All problems of a text are returned at once, with the tree that could be
 * read. Safe on hostile text: size, nesting and the number of values (aliases written out) are bounded, time and
 * memory are linear in the text.
 */
import type { Checked, Position, Problem } from '../diagnostic/problem.ts';
import type { Node, ScalarNode } from './node.ts';
import { documentProblem } from './problems.ts';
import type { DuplicateKeys } from './reader/composer.ts';
import { composeStream } from './reader/stream.ts';
import type { YamlSchema } from './scalars.ts';

export type ParseOptions = {
  readonly schema: YamlSchema;
  /** Most UTF-16 code units read; 5 million unless given. */
  readonly maxLength?: number;
  /** Unless given, a second equal key is an error. SnakeYAML and PyYAML let the last one win: then it is a warning. */
  readonly duplicateKeys?: DuplicateKeys;
};

const defaultMaxLength = 5_000_000;

const origin: Position = { offset: 0, line: 1, column: 1 };

export function parseDocuments(text: string, file: string, options: ParseOptions): Checked<readonly Node[]> {
  const maxLength = options.maxLength ?? defaultMaxLength;
  if (text.length > maxLength) {
    const message = `The text has ${text.length.toLocaleString('en')} characters; at most ${maxLength.toLocaleString('en')} are read.`;
    return { value: [], problems: [documentProblem('yaml-too-large', message, { file, start: origin, end: origin })] };
  }
  const { clean, problems } = replaceForbidden(text, file);
  if (problems.length > mostForbidden) return { value: [], problems };
  const read = composeStream(`${clean}\0`, file, {
    schema: options.schema,
    duplicateKeys: options.duplicateKeys ?? 'refuse',
  });
  return { value: read.value, problems: [...problems, ...read.problems] };
}

/** As `parseDocuments`, of a text that is to hold one document; an empty text is an empty scalar. */
export function parseDocument(text: string, file: string, options: ParseOptions): Checked<Node> {
  const { value, problems } = parseDocuments(text, file, options);
  const [first, second] = value;
  const span = { file, start: origin, end: origin };
  const empty: ScalarNode = { kind: 'scalar', value: null, text: '', style: 'plain', span };
  if (second === undefined) return { value: first ?? empty, problems };
  const several = documentProblem('yaml-multiple-documents', 'A second document begins here.', second.span);
  return { value: first ?? empty, problems: [...problems, several] };
}

/** Control characters and lone surrogates (YAML 1.2 §5.1). */
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/u;
/** With more of them it is no text, and reading on would only add noise. */
const mostForbidden = 4;

/** Forbidden characters are reported and read as U+FFFD, so that the rest can be read. */
function replaceForbidden(
  text: string,
  file: string,
): { readonly clean: string; readonly problems: readonly Problem[] } {
  if (!forbidden.test(text)) return { clean: text, problems: [] };
  const problems: Problem[] = [];
  const every = new RegExp(forbidden, 'gu');
  for (let match = every.exec(text); match !== null && problems.length <= mostForbidden; match = every.exec(text)) {
    const start = positionIn(text, match.index);
    const end = { ...start, offset: start.offset + 1, column: start.column + 1 };
    const code = (text.codePointAt(match.index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    problems.push(
      documentProblem('yaml-character', `The character U+${code} may not stand in YAML.`, { file, start, end }),
    );
  }
  return { clean: problems.length > mostForbidden ? text : text.replace(every, '\ufffd'), problems };
}

function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
