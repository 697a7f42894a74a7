/**
 * YAML text -> tokens, by the rules of the libyaml family (libyaml, PyYAML, SnakeYAML, go-yaml): what Docker Compose,
 * Brooklyn and the TOSCA tools read with. Simple keys are found in hindsight, at their ":", so tokens wait in a queue
 * until it is clear whether a key begins there. Tokens are scanned on demand, which lets the composer start the
 * scanner anew behind a mistake. Nothing here recurses and every step consumes text, so time is linear in the text.
 */
import type { Position } from '../../diagnostic/problem.ts';
import type { ScalarStyle } from '../node.ts';
import type { DocumentProblemCode } from '../problems.ts';
import { byteOrderMark, isBreakOrEnd } from './characters.ts';

export type TokenKind =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence'
  | 'block-mapping'
  | 'block-end'
  | 'flow-sequence'
  | 'flow-sequence-end'
  | 'flow-mapping'
  | 'flow-mapping-end'
  | 'flow-entry'
  | 'block-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export type Token = {
  readonly kind: TokenKind;
  readonly start: Position;
  readonly end: Position;
  /** Content of a scalar, name of an anchor or alias, tag or directive as written. */
  readonly text: string;
  readonly style: ScalarStyle;
};

export type Report = (code: DocumentProblemCode, message: string, start: Position, end?: Position) => void;

/** A place where a key may begin that only its ":" will prove. */
type SimpleKey = { readonly token: number; readonly flowLevel: number; readonly at: Position };

export type Scanner = {
  /** Ends with one NUL; contains no other. */
  readonly text: string;
  readonly report: Report;
  offset: number;
  line: number;
  /** Offset of the first character of the present line. */
  lineStart: number;
  flowLevel: number;
  /** Column (from 0) of the block collection we are in; -1 outside all. */
  indent: number;
  outerIndents: number[];
  /** A simple key may begin at the next token. */
  keyAllowed: boolean;
  /** At most one per flow level, outermost first. */
  possibleKeys: SimpleKey[];
  queue: Token[];
  head: number;
  /** Number of tokens taken from the queue since the beginning. */
  taken: number;
  /** No more tokens but stream-end, whatever the text still holds. */
  halted: boolean;
};

export function createScanner(text: string, report: Report): Scanner {
  const start = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  return {
    text,
    report,
    offset: start,
    line: 1,
    lineStart: start,
    flowLevel: 0,
    indent: -1,
    outerIndents: [],
    keyAllowed: true,
    possibleKeys: [],
    queue: [],
    head: 0,
    taken: 0,
    halted: false,
  };
}

export const columnOf = (s: Scanner): number => s.offset - s.lineStart;

export const positionOf = (s: Scanner): Position => ({
  offset: s.offset,
  line: s.line,
  column: s.offset - s.lineStart + 1,
});

export function addToken(s: Scanner, kind: TokenKind, start: Position, end: Position, text = ''): void {
  s.queue.push({ kind, start, end, text, style: 'plain' });
}

/** Steps over the line break at the present offset: LF, CR LF or CR. */
export function skipBreak(s: Scanner): void {
  s.offset += s.text.charCodeAt(s.offset) === 0x0d && s.text.charCodeAt(s.offset + 1) === 0x0a ? 2 : 1;
  s.line++;
  s.lineStart = s.offset;
}

export function skipLine(s: Scanner): void {
  const text = s.text;
  while (!isBreakOrEnd(text.charCodeAt(s.offset))) s.offset++;
}

/** Remembers that a key may begin here, unless the grammar rules it out. */
export function saveKey(s: Scanner): void {
  if (!s.keyAllowed) return;
  removeKey(s);
  s.possibleKeys.push({
    token: s.taken + s.queue.length - s.head,
    flowLevel: s.flowLevel,
    at: positionOf(s),
  });
}

/** No key begins at the place last remembered on this flow level. */
export function removeKey(s: Scanner): void {
  if (s.possibleKeys.at(-1)?.flowLevel === s.flowLevel) s.possibleKeys.pop();
}

/** YAML 1.2 §7.4.2; without it a one-line document would have to be scanned whole before its first token is known. */
const longestKey = 1024;

const isStale = (s: Scanner, key: SimpleKey): boolean =>
  key.at.line !== s.line || s.offset - key.at.offset > longestKey;

/** The place where the key of a ":" at the present offset begins: keys end on the line they begin. */
export function takeKey(s: Scanner): SimpleKey | undefined {
  const key = s.possibleKeys.at(-1);
  if (key === undefined || key.flowLevel !== s.flowLevel) return undefined;
  s.possibleKeys.pop();
  return isStale(s, key) ? undefined : key;
}

/** Puts KEY, and BLOCK-MAPPING-START where a new block begins, in front of the tokens of the key. */
export function insertKey(s: Scanner, key: SimpleKey): void {
  const index = key.token - s.taken + s.head;
  const token: Token = { kind: 'key', start: key.at, end: key.at, text: '', style: 'plain' };
  if (beginsBlock(s, key.at.column - 1)) s.queue.splice(index, 0, { ...token, kind: 'block-mapping' }, token);
  else s.queue.splice(index, 0, token);
}

/** Whether a block collection begins at this column; its indentation then holds. */
export function beginsBlock(s: Scanner, column: number): boolean {
  if (s.flowLevel > 0 || s.indent >= column) return false;
  s.outerIndents.push(s.indent);
  s.indent = column;
  return true;
}

/** Ends the block collections that are indented deeper than `column`. */
export function unrollIndent(s: Scanner, column: number): void {
  if (s.flowLevel > 0) return;
  while (s.indent > column) {
    const at = positionOf(s);
    addToken(s, 'block-end', at, at);
    s.indent = s.outerIndents.pop() ?? -1;
  }
}

/** Whether the next token can't be given out yet, because it may turn out to be the beginning of a key. */
export function mustScanFurther(s: Scanner): boolean {
  if (s.head === s.queue.length) return true;
  const first = s.possibleKeys[0];
  if (first === undefined || first.token !== s.taken) return false;
  if (!isStale(s, first)) return true;
  s.possibleKeys.shift();
  return mustScanFurther(s);
}

/** Forgets what is queued and goes on in block context at the beginning of a line: the way on after a mistake. */
export function resumeAt(s: Scanner, at: Position): void {
  s.queue = [];
  s.head = 0;
  s.offset = at.offset;
  s.line = at.line;
  s.lineStart = at.offset - at.column + 1;
  s.flowLevel = 0;
  s.keyAllowed = true;
  s.possibleKeys = [];
}
