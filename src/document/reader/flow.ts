/** Flow collections, `[a, b]` and `{a: b}`, and the way on behind one that is broken. */
import type { MapEntry, Node } from '../node.ts';
import { emptyNode, isOutside, report, spanFrom } from './composer.ts';
import type { Composer } from './composer.ts';
import { finishEntries } from './map.ts';
import { resumeAt } from './scanner.ts';
import type { Token, TokenKind } from './scanner.ts';
import { halt, peekToken, takeToken } from './tokens.ts';

export function composeFlowSequence(c: Composer, tag: string | undefined): Node {
  const open = takeToken(c.scanner);
  const items: Node[] = [];
  const end = composeEntries(c, open, 'flow-sequence-end', () => {
    const { kind, start } = peekToken(c.scanner);
    if (kind !== 'key' && kind !== 'value') {
      items.push(c.compose(c, 'flow'));
      return;
    }
    const entry = composeFlowPair(c, 'flow-sequence-end');
    items.push({ kind: 'map', entries: finishEntries(c, [entry]), span: spanFrom(c, start, entry.value.span.end) });
  });
  return { kind: 'list', items, ...(tag === undefined ? {} : { tag }), span: spanFrom(c, open.start, end) };
}

export function composeFlowMapping(c: Composer, tag: string | undefined): Node {
  const open = takeToken(c.scanner);
  const pairs: MapEntry[] = [];
  const end = composeEntries(c, open, 'flow-mapping-end', () => {
    pairs.push(composeFlowPair(c, 'flow-mapping-end'));
  });
  const entries = finishEntries(c, pairs);
  return { kind: 'map', entries, ...(tag === undefined ? {} : { tag }), span: spanFrom(c, open.start, end) };
}

type Close = 'flow-sequence-end' | 'flow-mapping-end';

/** Reads `entry, entry, …` to the closing bracket and returns where it ends. */
function composeEntries(c: Composer, open: Token, close: Close, composeEntry: () => void): Token['end'] {
  const { epoch } = c;
  for (let isFirst = true; ; isFirst = false) {
    let token = peekToken(c.scanner);
    if (!isFirst && token.kind === 'flow-entry') {
      takeToken(c.scanner);
      token = peekToken(c.scanner);
    } else if (!isFirst && token.kind !== close) return abandon(c, open, token, close);
    if (token.kind === close) return takeToken(c.scanner).end;
    if (isOutside(token.kind)) return abandon(c, open, token, close);
    composeEntry();
    if (c.epoch !== epoch) return peekToken(c.scanner).start;
  }
}

/** Without a key token the key is empty, or it spans lines, or it has no value. */
function composeFlowPair(c: Composer, close: Close): MapEntry {
  const isEmpty = (kind: TokenKind): boolean => kind === 'flow-entry' || kind === close || isOutside(kind);
  const token = peekToken(c.scanner);
  const at = token.kind === 'key' ? takeToken(c.scanner).end : token.start;
  const first = peekToken(c.scanner).kind;
  const { epoch } = c;
  const key = first === 'value' || isEmpty(first) ? emptyNode(c, at) : c.compose(c, 'flow');
  if (c.epoch !== epoch || peekToken(c.scanner).kind !== 'value') return { key, value: emptyNode(c, key.span.end) };
  const { end } = takeToken(c.scanner);
  const value = isEmpty(peekToken(c.scanner).kind) ? emptyNode(c, end) : c.compose(c, 'flow');
  return c.via === undefined ? { key, value } : { key, value, via: c.via };
}

/** How often reading may go back behind a bracket that nobody closes: each time costs the rest of the text. */
const mostReturns = 4;

/** Something stands where "," or the closing bracket must: goes on at the next line that is outside of the collection. */
function abandon(c: Composer, open: Token, token: Token, close: Close): Token['end'] {
  const bracket = close === 'flow-sequence-end' ? ']' : '}';
  const opened = { message: 'It was opened here.', at: spanFrom(c, open.start, open.end) };
  const isEnd = isOutside(token.kind);
  const leaves = isEnd || beginsOutside(c, open, token);
  if (leaves) report(c, 'yaml-syntax', `This "${bracket === ']' ? '[' : '{'}" is not closed.`, open.start, open.end);
  else
    report(c, 'yaml-syntax', `A "," or the closing "${bracket}" is missing before this.`, token.start, token.end, {
      related: [opened],
    });
  c.epoch++;
  if (isEnd && c.epoch > mostReturns) halt(c.scanner);
  if (!c.scanner.halted) resumeBehind(c, leaves ? open : token);
  return token.start;
}

/** Whether the line of a token begins in a column where the surrounding block has its keys or items. */
function beginsOutside(c: Composer, open: Token, { start }: Token): boolean {
  if (start.line === open.start.line) return false;
  const { text, indent } = c.scanner;
  return firstColumn(text, start.offset - start.column + 1) <= indent;
}

function firstColumn(text: string, lineStart: number): number {
  const first = /[^ \t]/g;
  first.lastIndex = lineStart;
  return (first.exec(text)?.index ?? text.length) - lineStart;
}

function resumeBehind(c: Composer, { start }: Token): void {
  const { text, indent } = c.scanner;
  const lineBreak = /\r\n|\r|\n/g;
  lineBreak.lastIndex = start.offset;
  let { line } = start;
  for (let match = lineBreak.exec(text); match !== null; match = lineBreak.exec(text)) {
    line++;
    const column = firstColumn(text, lineBreak.lastIndex);
    const isBlank = '#\r\n\0'.includes(text.charAt(lineBreak.lastIndex + column));
    if (isBlank || column > indent) continue;
    resumeAt(c.scanner, { offset: lineBreak.lastIndex, line, column: 1 });
    return;
  }
  resumeAt(c.scanner, { offset: text.length - 1, line, column: 1 });
}
