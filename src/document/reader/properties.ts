/** Anchors, aliases, tags and directives: what may stand in front of a node or a document. */
import { isBlankOrEnd, isFlowIndicator } from './characters.ts';
import { addToken, positionOf, skipLine } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** Anchors may be all but blanks, flow indicators and, as in go-yaml, colons. */
const anchorName = /[^\s,[\]{}:\0]+/y;

export function scanAnchor(s: Scanner, kind: 'anchor' | 'alias'): void {
  const start = positionOf(s);
  anchorName.lastIndex = s.offset + 1;
  const name = anchorName.exec(s.text)?.[0] ?? '';
  s.offset += 1 + name.length;
  if (name === '') {
    const what = kind === 'anchor' ? '"&" needs the name of an anchor' : '"*" needs the name of an alias';
    s.report('yaml-syntax', `${what} right after it; a text that begins with it needs quotes.`, start, positionOf(s));
    return;
  }
  addToken(s, kind, start, positionOf(s), name);
}

const tagText = /!(?:<[^>\s\0]*>|[-\w;/?:@&=+$.!~*'()%#]*)/y;

/** Of a tag as written; the composer knows the document's handles and makes it whole. */
export function scanTag(s: Scanner): void {
  const start = positionOf(s);
  tagText.lastIndex = s.offset;
  const text = tagText.exec(s.text)?.[0] ?? '!';
  s.offset += text.length;
  const next = s.text.charCodeAt(s.offset);
  if (!isBlankOrEnd(next) && !(s.flowLevel > 0 && isFlowIndicator(next))) {
    while (!isBlankOrEnd(s.text.charCodeAt(s.offset))) s.offset++;
    s.report('yaml-syntax', 'A tag ("!…") holds a character no tag may hold.', start, positionOf(s));
  }
  addToken(s, 'tag', start, positionOf(s), text);
}

export function scanDirective(s: Scanner): void {
  const start = positionOf(s);
  skipLine(s);
  const text = s.text
    .slice(start.offset, s.offset)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  addToken(s, 'directive', start, positionOf(s), text);
}
