/** Tokens -> documents. A mistake is reported once and reading goes on behind it. */
import type { Checked } from '../../diagnostic/problem.ts';
import type { Node } from '../node.ts';
import { createComposer, emptyNode, isOutside, report } from './composer.ts';
import type { Composer, Dialect } from './composer.ts';
import { finishEntries } from './map.ts';
import { composeNode } from './node.ts';
import type { Token } from './scanner.ts';
import { peekToken, takeToken } from './tokens.ts';
import { unexpectedMessage } from './unexpected.ts';

/** All documents of the stream, as far as they can be read. */
export function composeStream(text: string, file: string, dialect: Dialect): Checked<readonly Node[]> {
  const c = createComposer(text, file, dialect, composeNode);
  const documents: Node[] = [];
  for (;;) {
    while (peekToken(c.scanner).kind === 'document-end') takeToken(c.scanner);
    if (peekToken(c.scanner).kind === 'stream-end') return { value: documents, problems: c.problems };
    documents.push(composeDocument(c));
  }
}

function composeDocument(c: Composer): Node {
  c.anchors = new Map();
  c.handles = new Map();
  const hasDirectives = takeDirectives(c);
  const begin = peekToken(c.scanner);
  if (begin.kind === 'document-start') takeToken(c.scanner);
  else if (hasDirectives) report(c, 'yaml-syntax', '"---" must follow the directives.', begin.start, begin.end);
  const root = isOutside(peekToken(c.scanner).kind) ? emptyNode(c, peekToken(c.scanner).start) : c.compose(c, 'block');
  return composeRest(c, root);
}

function takeDirectives(c: Composer): boolean {
  let found = false;
  while (peekToken(c.scanner).kind === 'directive') {
    const { text, start, end } = takeToken(c.scanner);
    const [name, handle, prefix] = text.slice(1).split(/\s+/);
    found = true;
    if (name === 'TAG' && handle !== undefined && prefix !== undefined) c.handles.set(handle, prefix);
    else if (name === 'TAG' || (name === 'YAML' && !/^1\.\d+$/.test(handle ?? '')))
      report(c, 'yaml-syntax', `"${text}" is no directive YAML knows.`, start, end);
  }
  return found;
}

/** What still stands before the next document belongs to this one, only it is indented less: it is added to its map. */
function composeRest(c: Composer, root: Node): Node {
  let whole = root;
  for (;;) {
    const token = peekToken(c.scanner);
    if (token.kind === 'directive')
      report(c, 'yaml-syntax', 'A line may not begin with "%" inside a document.', token.start, token.end);
    if (isOutside(token.kind)) return whole;
    report(c, 'yaml-syntax', restMessage(token, root), token.start, token.end);
    const { offset } = token.start;
    const more = c.compose(c, 'block');
    if (whole.kind === 'map' && more.kind === 'map')
      whole = { ...whole, entries: finishEntries(c, [...whole.entries, ...more.entries]) };
    if (peekToken(c.scanner).start.offset === offset && !c.scanner.halted) takeToken(c.scanner);
  }
}

function restMessage(token: Token, root: Node): string {
  if (token.kind === 'flow-sequence-end' || token.kind === 'flow-mapping-end') return unexpectedMessage(token, 'value');
  return token.start.column < root.span.start.column
    ? 'This is indented less than the first line of the document.'
    : 'The document has ended before this; check the indentation.';
}
