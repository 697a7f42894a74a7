/** YAML text -> nodes with exact positions. All problems of a text are returned at once, with the tree that could be read. */
import { LineCounter, parseAllDocuments, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Pair } from 'yaml';
import type { Checked, Position, Problem, Span } from '../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node, ScalarNode, ScalarStyle } from './node.ts';
import { documentProblem } from './problems.ts';
import { resolvePlain } from './scalars.ts';
import type { YamlSchema } from './scalars.ts';

export type ParseOptions = {
  readonly schema: YamlSchema;
  /** Most UTF-16 code units read; 5 million unless given. */
  readonly maxLength?: number;
};

type Reading = {
  readonly text: string;
  readonly file: string;
  readonly schema: YamlSchema;
  readonly lines: LineCounter;
  readonly anchors: Map<string, Node>;
  readonly problems: Problem[];
};

export function parseDocuments(text: string, file: string, options: ParseOptions): Checked<readonly Node[]> {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
    keepSourceTokens: false,
    prettyErrors: false,
  });
  const problems: Problem[] = [];
  const nodes: Node[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const reading: Reading = { text, file, schema: options.schema, lines, anchors: new Map(), problems };
    for (const error of document.errors)
      problems.push(documentProblem('yaml-syntax', error.message, spanOf(reading, error.pos[0], error.pos[1])));
    nodes.push(nodeOf(document.contents, document.range[0], reading));
  }
  return { value: nodes, problems };
}

/** As `parseDocuments`, of a text that is to hold one document; an empty text is an empty scalar. */
export function parseDocument(text: string, file: string, options: ParseOptions): Checked<Node> {
  const { value, problems } = parseDocuments(text, file, options);
  const [first, second] = value;
  const start: Position = { offset: 0, line: 1, column: 1 };
  const empty: ScalarNode = {
    kind: 'scalar',
    value: null,
    text: '',
    style: 'plain',
    span: { file, start, end: start },
  };
  if (second === undefined) return { value: first ?? empty, problems };
  const several = documentProblem('yaml-multiple-documents', 'A second document begins here.', second.span);
  return { value: first ?? empty, problems: [...problems, several] };
}

function spanOf(reading: Reading, start: number, end: number): Span {
  return { file: reading.file, start: positionOf(reading, start), end: positionOf(reading, end) };
}

function positionOf({ lines }: Reading, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { offset, line: Math.max(line, 1), column: Math.max(col, 1) };
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function nodeOf(item: unknown, at: number, reading: Reading): Node {
  if (isAlias(item)) {
    const node = reading.anchors.get(item.source);
    if (node !== undefined) return node;
    const [start, end] = item.range ?? [at, at];
    reading.problems.push(
      documentProblem('yaml-alias-unknown', `No anchor "${item.source}".`, spanOf(reading, start, end)),
    );
    return nodeOf(null, at, reading);
  }
  if (isMap(item) || isSeq(item) || isScalar(item)) {
    const [start, end] = item.range ?? [at, at];
    const span = spanOf(reading, start, end);
    const tag = item.tag === undefined ? {} : { tag: item.tag };
    let node: Node;
    if (isMap(item)) node = { kind: 'map', entries: entriesOf(item.items, start, reading), ...tag, span };
    else if (isSeq(item))
      node = { kind: 'list', items: item.items.map((child) => nodeOf(child, start, reading)), ...tag, span };
    else {
      const style = styles[item.type ?? 'PLAIN'] ?? 'plain';
      const text = item.source ?? '';
      node = {
        kind: 'scalar',
        value: style === 'plain' ? resolvePlain(text, reading.schema) : text,
        text,
        style,
        ...tag,
        span,
      };
    }
    if (item.anchor !== undefined) reading.anchors.set(item.anchor, node);
    return node;
  }
  return { kind: 'scalar', value: null, text: '', style: 'plain', span: spanOf(reading, at, at) };
}

function entriesOf(pairs: readonly Pair[], at: number, reading: Reading): readonly MapEntry[] {
  const own: MapEntry[] = [];
  const merged: MapEntry[] = [];
  for (const pair of pairs) {
    const key = nodeOf(pair.key, at, reading);
    const value = nodeOf(pair.value, key.span.end.offset, reading);
    if (key.kind === 'scalar' && key.text === '<<' && key.style === 'plain')
      merged.push(...mergedEntries(value, key.span));
    else own.push({ key, value });
  }
  const known = new Set(own.map((entry) => keyOf(entry.key)));
  return [...own, ...merged.filter((entry) => !known.has(keyOf(entry.key)) && known.add(keyOf(entry.key)))];
}

function mergedEntries(value: Node, via: Span): readonly MapEntry[] {
  const sources: readonly Node[] = value.kind === 'list' ? value.items : [value];
  return sources
    .filter((source): source is MapNode => source.kind === 'map')
    .flatMap((source) => source.entries.map((entry) => ({ ...entry, via })));
}

const keyOf = (key: Node): unknown => (key.kind === 'scalar' ? key.value : key);
