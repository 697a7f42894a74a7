/** The next token, by its first character. */
import { scanBlock } from './block.ts';
import { colon, dash, hash, isBlankOrEnd, isBreak, question, space, tab } from './characters.ts';
import {
  after,
  beginFlow,
  endFlow,
  isValueIndicator,
  scanBlockEntry,
  scanExplicitKey,
  scanFlowEntry,
  scanValue,
} from './indicators.ts';
import { isDocumentMark, scanPlain } from './plain.ts';
import { scanAnchor, scanDirective, scanTag } from './properties.ts';
import { scanQuoted } from './quoted.ts';
import {
  addToken,
  columnOf,
  mustScanFurther,
  positionOf,
  removeKey,
  saveKey,
  skipBreak,
  skipLine,
  unrollIndent,
} from './scanner.ts';
import type { Scanner, Token } from './scanner.ts';

/** Deepest nesting of collections. */
const deepest = 100;

export function peekToken(s: Scanner): Token {
  while (mustScanFurther(s)) scanToken(s);
  const token = s.queue[s.head];
  if (token === undefined) throw new Error('the scanner gave no token');
  return token;
}

export function takeToken(s: Scanner): Token {
  const token = peekToken(s);
  // The end is given out for ever.
  if (token.kind === 'stream-end') return token;
  s.head++;
  s.taken++;
  // The last token stays: what may follow depends on it.
  if (s.head === s.queue.length && s.head > 256) {
    s.queue = [token];
    s.head = 1;
  }
  return token;
}

/** Ends the stream here, whatever is open: a budget is used up. */
export function halt(s: Scanner): void {
  s.halted = true;
  s.queue = [];
  s.head = 0;
  s.possibleKeys = [];
}

function scanToken(s: Scanner): void {
  if (!s.halted) skipToToken(s);
  if (s.halted || s.text.charCodeAt(s.offset) === 0) return endStream(s);
  unrollIndent(s, columnOf(s));
  if (s.flowLevel + s.outerIndents.length > deepest + 1) return stopTooDeep(s);
  const code = s.text.charCodeAt(s.offset);
  if (s.offset === s.lineStart && code === 0x25) return scanOutside(s, scanDirective);
  if (isDocumentMark(s)) return scanOutside(s, scanDocumentMark);
  scanContent(s, code);
}

function stopTooDeep(s: Scanner): void {
  s.report('yaml-too-deep', `Nested deeper than ${deepest} levels.`, positionOf(s));
  halt(s);
  endStream(s);
}

function endStream(s: Scanner): void {
  unrollIndent(s, -1);
  s.possibleKeys = [];
  const at = positionOf(s);
  addToken(s, 'stream-end', at, at);
}

/** Directives and document marks end all blocks; a document mark inside a flow collection is the composer's problem. */
function scanOutside(s: Scanner, scan: (s: Scanner) => void): void {
  unrollIndent(s, -1);
  removeKey(s);
  s.keyAllowed = false;
  scan(s);
}

function scanDocumentMark(s: Scanner): void {
  const start = positionOf(s);
  const kind = s.text.charCodeAt(s.offset) === dash ? 'document-start' : 'document-end';
  s.offset += 3;
  addToken(s, kind, start, positionOf(s));
}

function scanContent(s: Scanner, code: number): void {
  const next = s.text.charCodeAt(s.offset + 1);
  switch (code) {
    case 0x5b:
      return beginFlow(s, 'flow-sequence');
    case 0x7b:
      return beginFlow(s, 'flow-mapping');
    case 0x5d:
      return endFlow(s, 'flow-sequence-end');
    case 0x7d:
      return endFlow(s, 'flow-mapping-end');
    case 0x2c:
      return scanFlowEntry(s);
    case dash:
      return isBlankOrEnd(next) ? scanBlockEntry(s) : scanScalar(s, () => scanPlain(s));
    case question:
      return isBlankOrEnd(next) ? scanExplicitKey(s) : scanScalar(s, () => scanPlain(s));
    case colon:
      return isValueIndicator(s, next) ? scanValue(s) : scanScalar(s, () => scanPlain(s));
    case 0x2a:
      return scanScalar(s, () => scanAnchor(s, 'alias'));
    case 0x26:
      return scanScalar(s, () => scanAnchor(s, 'anchor'));
    case 0x21:
      return scanScalar(s, () => scanTag(s));
    case 0x27:
    case 0x22:
      return scanScalar(s, () => scanQuoted(s, code));
    case 0x7c:
    case 0x3e:
      return s.flowLevel === 0 ? scanBlockScalar(s, code) : scanForbidden(s);
    case 0x25:
    case 0x40:
    case 0x60:
      return scanForbidden(s);
    case tab:
      return skipTabs(s);
    default:
      return scanScalar(s, () => scanPlain(s));
  }
}

/** Scalars, and what may stand before them, can be the beginning of a key; none can follow on the same line. */
function scanScalar(s: Scanner, scan: () => void): void {
  saveKey(s);
  s.keyAllowed = false;
  scan();
}

function scanBlockScalar(s: Scanner, code: number): void {
  removeKey(s);
  s.keyAllowed = true;
  scanBlock(s, code === 0x7c ? 'literal' : 'folded');
}

/** A character no scalar may begin with: reported, and read as if it were allowed, which is what was meant. */
function scanForbidden(s: Scanner): void {
  const at = positionOf(s);
  const character = s.text.charAt(s.offset);
  s.report('yaml-syntax', `No value may begin with "${character}"; put it in quotes.`, at, after(at));
  scanScalar(s, () => scanPlain(s));
}

/** Tabs stand where only spaces indent. They are taken for the indentation they look like. */
function skipTabs(s: Scanner): void {
  const at = positionOf(s);
  s.report('yaml-syntax', 'A tab stands where YAML wants spaces.', at, after(at));
  while (s.text.charCodeAt(s.offset) === tab || s.text.charCodeAt(s.offset) === space) s.offset++;
}

/** Blanks, comments and line breaks. A tab is none of them where a block key may begin: it would be indentation. */
function skipToToken(s: Scanner): void {
  const { text } = s;
  for (;;) {
    let code = text.charCodeAt(s.offset);
    while (code === space || (code === tab && (s.flowLevel > 0 || !s.keyAllowed))) code = text.charCodeAt(++s.offset);
    if (code === hash) {
      skipLine(s);
      code = text.charCodeAt(s.offset);
    }
    if (!isBreak(code)) return;
    skipBreak(s);
    if (s.flowLevel === 0) s.keyAllowed = true;
  }
}
