/** Plain (unquoted) scalars: they end where something else can only begin, or where the indentation goes back. */
import { colon, comma, dash, dot, hash, isBlank, isBlankOrEnd, isBreak, isFlowIndicator, tab } from './characters.ts';
import { columnOf, positionOf, skipBreak } from './scanner.ts';
import type { Scanner } from './scanner.ts';

export function scanPlain(s: Scanner): void {
  const { text } = s;
  const start = positionOf(s);
  const indent = s.indent + 1;
  let end = start;
  let content = '';
  /** What stands between the last word and the next, folded. */
  let between = '';
  let breaks = 0;
  for (;;) {
    if (text.charCodeAt(s.offset) === hash || isDocumentMark(s)) break;
    const from = s.offset;
    skipWord(s);
    if (s.offset > from) {
      content += between + text.slice(from, s.offset);
      end = positionOf(s);
      breaks = 0;
    }
    const blanks = s.offset;
    breaks = skipBlanks(s, indent);
    if (s.offset === blanks) break;
    between = breaks === 0 ? text.slice(blanks, s.offset) : breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
    if (breaks > 0 && s.flowLevel === 0 && columnOf(s) < indent) break;
  }
  s.queue.push({ kind: 'scalar', start, end, text: content, style: 'plain' });
  if (s.line > end.line) s.keyAllowed = true;
}

/** Up to a blank, a line break, the end, or an indicator that ends the scalar. */
function skipWord(s: Scanner): void {
  const { text } = s;
  const inFlow = s.flowLevel > 0;
  let offset = s.offset;
  for (;;) {
    const code = text.charCodeAt(offset);
    if (code <= 0x20) break;
    if (code === colon) {
      const next = text.charCodeAt(offset + 1);
      if (isBlankOrEnd(next) || (inFlow && (next === comma || next === 0x5d || next === 0x7d))) break;
    } else if (inFlow && isFlowIndicator(code)) break;
    offset++;
  }
  s.offset = offset;
}

/** Returns the number of line breaks stepped over. */
function skipBlanks(s: Scanner, indent: number): number {
  const { text } = s;
  let breaks = 0;
  for (;;) {
    const code = text.charCodeAt(s.offset);
    if (isBreak(code)) {
      skipBreak(s);
      breaks++;
    } else if (isBlank(code)) {
      if (code === tab && breaks > 0 && columnOf(s) < indent && s.flowLevel === 0) return breaks;
      s.offset++;
    } else return breaks;
  }
}

/** `---` or `...` at the beginning of a line, which end a document whatever is open. */
export function isDocumentMark(s: Scanner): boolean {
  const { text, offset } = s;
  if (offset !== s.lineStart) return false;
  const code = text.charCodeAt(offset);
  return (
    (code === dash || code === dot) &&
    text.charCodeAt(offset + 1) === code &&
    text.charCodeAt(offset + 2) === code &&
    isBlankOrEnd(text.charCodeAt(offset + 3))
  );
}
