/** What the composing functions share: the scanner, the anchors of the document, what was counted, what was wrong. */
import type { Position, Problem, Span } from '../../diagnostic/problem.ts';
import type { Node, ScalarNode } from '../node.ts';
import type { DocumentProblemCode } from '../problems.ts';
import { documentProblem } from '../problems.ts';
import type { YamlSchema } from '../scalars.ts';
import { createScanner } from './scanner.ts';
import type { Scanner, TokenKind } from './scanner.ts';
import { halt } from './tokens.ts';

/** Most nodes of a stream, with aliases and merges counted as if written out. */
const mostNodes = 1_000_000;
/** After so many mistakes of syntax a text is taken for something other than YAML. */
const mostSyntaxProblems = 50;
const mostProblems = 500;

/** `node` is absent while its content is being read: an alias to it there would never end. */
export type Anchor = { readonly node?: Node; readonly weight: number };

export type DuplicateKeys = 'refuse' | 'last-wins';

/** The dialect of the text. */
export type Dialect = { readonly schema: YamlSchema; readonly duplicateKeys: DuplicateKeys };

/** Where a node stands: lists that are values of a map may begin in the map's own column. */
export type Context = 'block' | 'block-value' | 'flow';

export type Composer = Dialect & {
  /** Composes the node that comes next; collections are made of nodes and nodes of collections. */
  readonly compose: (c: Composer, context: Context) => Node;
  readonly scanner: Scanner;
  readonly file: string;
  readonly problems: Problem[];
  anchors: Map<string, Anchor>;
  /** Tag handle -> prefix, by the document's %TAG directives. */
  handles: Map<string, string>;
  /** Nodes so far, as `mostNodes` counts them. */
  count: number;
  depth: number;
  /** Place of the alias, when the node composed last is one. */
  via: Span | undefined;
  /** Counts how often reading began anew behind a broken flow collection. */
  epoch: number;
  syntaxProblems: number;
  lastReported: number;
};

export function createComposer(text: string, file: string, dialect: Dialect, compose: Composer['compose']): Composer {
  const c: Composer = {
    compose,
    scanner: createScanner(text, (code, message, start, end) => report(c, code, message, start, end)),
    file,
    ...dialect,
    problems: [],
    anchors: new Map(),
    handles: new Map(),
    count: 0,
    depth: 0,
    via: undefined,
    epoch: 0,
    syntaxProblems: 0,
    lastReported: -1,
  };
  return c;
}

/** One mistake per place: what is reported where something was reported just before is a consequence of it. */
export function report(
  c: Composer,
  code: DocumentProblemCode,
  message: string,
  start: Position,
  end: Position = start,
  more: Partial<Pick<Problem, 'severity' | 'hint' | 'related'>> = {},
): void {
  if (c.scanner.halted || c.lastReported === start.offset || c.problems.length >= mostProblems) return;
  c.lastReported = start.offset;
  c.problems.push(documentProblem(code, message, { file: c.file, start, end }, more));
  if (code === 'yaml-syntax' && ++c.syntaxProblems >= mostSyntaxProblems) halt(c.scanner);
}

/** Counts nodes; false, and the stream ends, when there are too many. */
export function countNodes(c: Composer, number: number, at: Position): boolean {
  c.count += number;
  if (c.count <= mostNodes) return true;
  const message = `More than ${mostNodes.toLocaleString('en')} values, with aliases and merges written out.`;
  report(c, 'yaml-too-many-nodes', message, at);
  halt(c.scanner);
  return false;
}

export const spanFrom = (c: Composer, start: Position, end: Position): Span => ({ file: c.file, start, end });

export const emptyScalar = (c: Composer, at: Position, tag?: string): ScalarNode => ({
  kind: 'scalar',
  value: tag === '!' || tag === 'tag:yaml.org,2002:str' ? '' : null,
  text: '',
  style: 'plain',
  ...(tag === undefined ? {} : { tag }),
  span: spanFrom(c, at, at),
});

export function emptyNode(c: Composer, at: Position): Node {
  c.via = undefined;
  countNodes(c, 1, at);
  return emptyScalar(c, at);
}

export const isOutside = (kind: TokenKind): boolean =>
  kind === 'stream-end' || kind === 'document-start' || kind === 'document-end' || kind === 'directive';
