/** Block collections. */
import type { Position } from '../../diagnostic/problem.ts';
import type { MapEntry, Node } from '../node.ts';
import { emptyNode, isOutside, spanFrom } from './composer.ts';
import type { Composer } from './composer.ts';
import { finishEntries } from './map.ts';
import type { Token } from './scanner.ts';
import { peekToken, takeToken } from './tokens.ts';
import { reportUnexpected } from './unexpected.ts';

/** `indentless`: the items of a map's value stand in the column of the map's keys, so no token begins or ends them. */
export function composeSequence(c: Composer, tag: string | undefined, form: 'block-sequence' | 'indentless'): Node {
  const { start } = form === 'indentless' ? peekToken(c.scanner) : takeToken(c.scanner);
  const items: Node[] = [];
  let end = start;
  c.depth++;
  for (;;) {
    const token = peekToken(c.scanner);
    if (token.kind === 'block-entry') {
      end = takeToken(c.scanner).end;
      const item = composeItem(c, end);
      items.push(item);
      end = furthest(end, item, c);
    } else if (form === 'indentless' || token.kind === 'stream-end') break;
    else if (token.kind === 'block-end') {
      takeToken(c.scanner);
      break;
    } else skipUnexpected(c, token, 'block-entry');
  }
  c.depth--;
  return { kind: 'list', items, ...(tag === undefined ? {} : { tag }), span: spanFrom(c, start, end) };
}

function composeItem(c: Composer, at: Position): Node {
  const { kind } = peekToken(c.scanner);
  const isEmpty = kind === 'block-entry' || kind === 'block-end' || kind === 'key' || kind === 'value';
  return isEmpty || isOutside(kind) ? emptyNode(c, at) : c.compose(c, 'block');
}

export function composeMapping(c: Composer, tag: string | undefined): Node {
  const { start } = takeToken(c.scanner);
  const pairs: MapEntry[] = [];
  let end = start;
  c.depth++;
  for (;;) {
    const token = peekToken(c.scanner);
    if (token.kind === 'key') {
      const pair = composePair(c, takeToken(c.scanner).end);
      pairs.push(pair.entry);
      end = pair.end;
    } else if (token.kind === 'block-end' || isOutside(token.kind)) {
      if (token.kind === 'block-end') takeToken(c.scanner);
      break;
    } else skipUnexpected(c, token, 'key');
  }
  c.depth--;
  const entries = finishEntries(c, pairs);
  return { kind: 'map', entries, ...(tag === undefined ? {} : { tag }), span: spanFrom(c, start, end) };
}

function composePair(c: Composer, at: Position): { readonly entry: MapEntry; readonly end: Position } {
  const key = hasContent(c) ? c.compose(c, 'block-value') : emptyNode(c, at);
  const keyEnd = furthest(at, key, c);
  if (peekToken(c.scanner).kind !== 'value') return { entry: { key, value: emptyNode(c, keyEnd) }, end: keyEnd };
  const { end } = takeToken(c.scanner);
  const value = hasContent(c) ? c.compose(c, 'block-value') : emptyNode(c, end);
  const { via } = c;
  return { entry: via === undefined ? { key, value } : { key, value, via }, end: furthest(end, value, c) };
}

function hasContent(c: Composer): boolean {
  const { kind } = peekToken(c.scanner);
  return kind !== 'key' && kind !== 'value' && kind !== 'block-end' && !isOutside(kind);
}

/** The end of a node, or of the alias that stands for it. */
const furthest = (end: Position, node: Node, c: Composer): Position => {
  const last = c.via?.end ?? node.span.end;
  return last.offset > end.offset ? last : end;
};

/** Reports the token and goes on at the next key or item of this collection. */
function skipUnexpected(c: Composer, token: Token, wanted: 'key' | 'block-entry'): void {
  reportUnexpected(c, token, wanted);
  let depth = 0;
  for (;;) {
    const { kind } = takeToken(c.scanner);
    if (kind === 'block-sequence' || kind === 'block-mapping') depth++;
    else if (kind === 'block-end') depth--;
    const next = peekToken(c.scanner).kind;
    if (isOutside(next) || (depth <= 0 && (next === 'block-end' || next === wanted))) return;
  }
}
