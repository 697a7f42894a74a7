/** The indicators of structure: `- `, `? `, `: `, `,` and brackets. */
import type { Position } from '../../diagnostic/problem.ts';
import { isBlankOrEnd, isFlowIndicator } from './characters.ts';
import {
  addToken,
  beginsBlock,
  columnOf,
  insertKey,
  positionOf,
  removeKey,
  saveKey,
  skipLine,
  takeKey,
} from './scanner.ts';
import type { Scanner, Token } from './scanner.ts';

/** Behind a quoted key or a collection no blank is needed: `{"a":1}`. */
export function isValueIndicator(s: Scanner, next: number): boolean {
  if (isBlankOrEnd(next)) return true;
  if (s.flowLevel === 0) return false;
  const last = s.queue.at(-1);
  return isFlowIndicator(next) || (last !== undefined && isJsonLike(last));
}

const isJsonLike = ({ kind, style }: Token): boolean =>
  kind === 'scalar' ? style !== 'plain' : kind === 'flow-sequence-end' || kind === 'flow-mapping-end';

/** One character further. */
export const after = (at: Position): Position => ({ ...at, offset: at.offset + 1, column: at.column + 1 });

export function beginFlow(s: Scanner, kind: 'flow-sequence' | 'flow-mapping'): void {
  saveKey(s);
  s.flowLevel++;
  s.keyAllowed = true;
  const start = positionOf(s);
  s.offset++;
  addToken(s, kind, start, positionOf(s));
}

export function endFlow(s: Scanner, kind: 'flow-sequence-end' | 'flow-mapping-end'): void {
  removeKey(s);
  if (s.flowLevel > 0) s.flowLevel--;
  s.keyAllowed = false;
  const start = positionOf(s);
  s.offset++;
  addToken(s, kind, start, positionOf(s));
}

export function scanFlowEntry(s: Scanner): void {
  removeKey(s);
  s.keyAllowed = true;
  const start = positionOf(s);
  s.offset++;
  addToken(s, 'flow-entry', start, positionOf(s));
}

export function scanBlockEntry(s: Scanner): void {
  const start = positionOf(s);
  if (s.flowLevel === 0) {
    if (!s.keyAllowed) {
      s.report(
        'yaml-syntax',
        'A list item ("- ") can\'t begin here; begin it on a line of its own.',
        start,
        after(start),
      );
      skipLine(s);
      return;
    }
    if (beginsBlock(s, columnOf(s))) addToken(s, 'block-sequence', start, start);
  }
  removeKey(s);
  s.keyAllowed = true;
  s.offset++;
  addToken(s, 'block-entry', start, positionOf(s));
}

export function scanExplicitKey(s: Scanner): void {
  const start = positionOf(s);
  if (s.flowLevel === 0) {
    if (!s.keyAllowed) {
      s.report('yaml-syntax', 'A key ("? ") can\'t begin here; begin it on a line of its own.', start, after(start));
      skipLine(s);
      return;
    }
    if (beginsBlock(s, columnOf(s))) addToken(s, 'block-mapping', start, start);
  }
  removeKey(s);
  s.keyAllowed = s.flowLevel === 0;
  s.offset++;
  addToken(s, 'key', start, positionOf(s));
}

export function scanValue(s: Scanner): void {
  const start = positionOf(s);
  const key = takeKey(s);
  if (key !== undefined) {
    insertKey(s, key);
    s.keyAllowed = false;
  } else if (s.flowLevel === 0) {
    if (!s.keyAllowed) return reportValue(s, start);
    if (beginsBlock(s, columnOf(s))) addToken(s, 'block-mapping', start, start);
    s.keyAllowed = true;
  } else s.keyAllowed = false;
  s.offset++;
  addToken(s, 'value', start, positionOf(s));
}

function reportValue(s: Scanner, start: Position): void {
  const last = s.queue.at(-1);
  const begun = last !== undefined && last.start.line < start.line ? last.start.line : undefined;
  const message =
    begun === undefined
      ? 'A second ":" on the line: a text with ": " in it needs quotes.'
      : `A ":" can't stand here, since this line goes on with the text of line ${begun}; check its indentation.`;
  s.report('yaml-syntax', message, start, after(start));
  skipLine(s);
}
