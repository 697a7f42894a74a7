/** Block scalars: `|` keeps its line breaks, `>` folds them; the indentation of the first line is cut from all. */
import type { Position } from '../../diagnostic/problem.ts';
import { hash, isBlank, isBreak, isBreakOrEnd, space, tab } from './characters.ts';
import { isDocumentMark } from './plain.ts';
import { columnOf, positionOf, skipBreak, skipLine } from './scanner.ts';
import type { Scanner } from './scanner.ts';

type Chomping = 'strip' | 'clip' | 'keep';
type Header = { readonly chomping: Chomping; readonly increment: number };

export function scanBlock(s: Scanner, style: 'literal' | 'folded'): void {
  const start = positionOf(s);
  s.offset++;
  const { chomping, increment } = scanHeader(s, start);
  const explicit = increment === 0 ? undefined : Math.max(s.indent, 0) + increment;
  let end = positionOf(s);
  let content = '';
  let lastBreak = '';
  let wasIndented = false;
  const lead = skipIndentation(s, explicit);
  const { indent } = lead;
  let { breaks } = lead;
  while (columnOf(s) === indent && s.text.charCodeAt(s.offset) !== 0 && !isDocumentMark(s)) {
    const isIndented = isBlank(s.text.charCodeAt(s.offset));
    const folds = style === 'folded' && lastBreak !== '' && !wasIndented && !isIndented;
    content += folds ? (breaks === 0 ? ' ' : '') : lastBreak;
    content += '\n'.repeat(breaks);
    wasIndented = isIndented;
    const from = s.offset;
    skipLine(s);
    content += s.text.slice(from, s.offset);
    end = positionOf(s);
    lastBreak = isBreak(s.text.charCodeAt(s.offset)) ? '\n' : '';
    if (lastBreak !== '') skipBreak(s);
    ({ breaks } = skipIndentation(s, indent));
  }
  if (chomping !== 'strip') content += lastBreak;
  if (chomping === 'keep') content += '\n'.repeat(breaks);
  s.queue.push({ kind: 'scalar', start, end, text: content, style });
}

/** Chomping and indentation indicators in either order, then nothing but a comment. */
function scanHeader(s: Scanner, start: Position): Header {
  const match = /([+-]?)([0-9]?)([+-]?)/y;
  match.lastIndex = s.offset;
  const [all = '', before = '', digit = '', after = ''] = match.exec(s.text) ?? [];
  s.offset += all.length;
  while (isBlank(s.text.charCodeAt(s.offset))) s.offset++;
  const sign = before + after;
  const isComment = s.text.charCodeAt(s.offset) === hash;
  if (sign.length > 1 || digit === '0' || !(isComment || isBreakOrEnd(s.text.charCodeAt(s.offset)))) {
    const from = positionOf(s);
    skipLine(s);
    s.report(
      'yaml-syntax',
      'Only an indentation of 1 to 9, "+" or "-" may follow "|" or ">" on its line.',
      start,
      from,
    );
  } else skipLine(s);
  if (s.text.charCodeAt(s.offset) !== 0) skipBreak(s);
  return { chomping: sign === '+' ? 'keep' : sign === '-' ? 'strip' : 'clip', increment: Number(digit) };
}

/**
 * Steps over empty lines and the indentation of the next one. Without a given indentation the deepest line met, the
 * first that is not empty, sets it.
 */
function skipIndentation(s: Scanner, given: number | undefined): { indent: number; breaks: number } {
  const { text } = s;
  let breaks = 0;
  let deepest = 0;
  for (;;) {
    while ((given === undefined || columnOf(s) < given) && text.charCodeAt(s.offset) === space) s.offset++;
    deepest = Math.max(deepest, columnOf(s));
    if ((given === undefined || columnOf(s) < given) && text.charCodeAt(s.offset) === tab) {
      reportTab(s);
    }
    if (!isBreak(text.charCodeAt(s.offset))) break;
    skipBreak(s);
    breaks++;
  }
  return { indent: given ?? Math.max(deepest, s.indent + 1), breaks };
}

function reportTab(s: Scanner): void {
  const at = positionOf(s);
  s.report('yaml-syntax', 'A tab stands where a block text needs spaces as indentation.', at, {
    ...at,
    offset: at.offset + 1,
    column: at.column + 1,
  });
  skipLine(s);
}
