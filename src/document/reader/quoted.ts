/** 'Single' and "double" quoted scalars. Their continuation lines may be indented anyhow. */
import type { Position } from '../../diagnostic/problem.ts';
import { isBlank, isBreak } from './characters.ts';
import { isDocumentMark } from './plain.ts';
import { positionOf, skipBreak, skipLine } from './scanner.ts';
import type { Scanner } from './scanner.ts';

const singleQuote = 0x27;
const doubleQuote = 0x22;
const backslash = 0x5c;

export function scanQuoted(s: Scanner, quote: number): void {
  const start = positionOf(s);
  s.offset++;
  let content = '';
  for (;;) {
    if (s.text.charCodeAt(s.offset) === 0 || isDocumentMark(s)) {
      content = recoverUnclosed(s, start, quote);
      break;
    }
    const piece = quote === singleQuote ? scanSingle(s) : scanDouble(s);
    content += piece.text;
    if (s.text.charCodeAt(s.offset) === quote) {
      s.offset++;
      break;
    }
    content += foldBlanks(s, piece.joins);
  }
  const style = quote === singleQuote ? 'single' : 'double';
  s.queue.push({ kind: 'scalar', start, end: positionOf(s), text: content, style });
}

/** A quote nobody closes would swallow the rest of the text: take it to the end of its line and go on there. */
function recoverUnclosed(s: Scanner, start: Position, quote: number): string {
  s.report('yaml-syntax', `This ${quote === singleQuote ? "'" : '"'} has no closing quote.`, start, {
    ...start,
    offset: start.offset + 1,
    column: start.column + 1,
  });
  s.offset = start.offset;
  s.line = start.line;
  s.lineStart = start.offset - start.column + 1;
  skipLine(s);
  return s.text.slice(start.offset + 1, s.offset);
}

/** `joins`: an escaped line break came last, so what follows joins without a blank. */
type Piece = { readonly text: string; readonly joins: boolean };

function scanSingle(s: Scanner): Piece {
  const { text } = s;
  const from = s.offset;
  for (;;) {
    const code = text.charCodeAt(s.offset);
    if (code <= 0x20) break;
    if (code === singleQuote) {
      if (text.charCodeAt(s.offset + 1) !== singleQuote) break;
      s.offset++;
    }
    s.offset++;
  }
  const word = text.slice(from, s.offset);
  return { text: word.includes("''") ? word.replaceAll("''", "'") : word, joins: false };
}

function scanDouble(s: Scanner): Piece {
  const { text } = s;
  let content = '';
  let from = s.offset;
  for (;;) {
    const code = text.charCodeAt(s.offset);
    if (code <= 0x20 || code === doubleQuote) break;
    if (code !== backslash) {
      s.offset++;
      continue;
    }
    content += text.slice(from, s.offset);
    if (isBreak(text.charCodeAt(s.offset + 1))) {
      s.offset++;
      skipBreak(s);
      return { text: content, joins: true };
    }
    content += scanEscape(s);
    from = s.offset;
  }
  return { text: content + text.slice(from, s.offset), joins: false };
}

const escapes = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

const hexLengths = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function scanEscape(s: Scanner): string {
  const start = positionOf(s);
  const letter = s.text.charAt(s.offset + 1);
  s.offset += letter === '\0' ? 1 : 2;
  const known = escapes.get(letter);
  if (known !== undefined) return known;
  const length = hexLengths.get(letter);
  const digits = length === undefined ? '' : s.text.slice(s.offset, s.offset + length);
  const value = Number.parseInt(digits, 16);
  if (length === undefined || !new RegExp(`^[0-9a-fA-F]{${length}}$`).test(digits) || !isCharacter(value)) {
    const written = s.text.slice(start.offset, s.offset).replace('\0', '');
    const why = length === undefined ? 'is no escape of YAML' : 'needs the hexadecimal number of a character';
    s.report('yaml-syntax', `"${written}" ${why}; a backslash itself is written "\\\\".`, start, positionOf(s));
    return written;
  }
  s.offset += length;
  return String.fromCodePoint(value);
}

const isCharacter = (value: number): boolean => value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);

/** Blanks between two words of a quoted scalar: kept on one line, one line break is a blank, n are n - 1. */
function foldBlanks(s: Scanner, joined: boolean): string {
  const from = s.offset;
  let breaks = 0;
  for (;;) {
    const code = s.text.charCodeAt(s.offset);
    if (isBreak(code)) {
      skipBreak(s);
      breaks++;
      if (isDocumentMark(s)) break;
    } else if (isBlank(code)) s.offset++;
    else break;
  }
  if (joined) return '\n'.repeat(breaks);
  if (breaks === 0) return s.text.slice(from, s.offset);
  return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
}
