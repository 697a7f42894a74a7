import { expect, test } from 'vitest';
import { accountLeaves } from '../../src/convert/account.ts';
import type { Span } from '../../src/diagnostic/problem.ts';
import { parseDocument } from '../../src/document/parse.ts';

const text = 'version: 3\nservices:\n  a:\n    image: x\n    ports: [8080:80]\n    old: {b: 1, c: 2}\n';
const document = parseDocument(text, 'f', { schema: 'go-yaml' }).value;

/** The place of a piece of the text. */
function at(piece: string): Span {
  const start = text.indexOf(piece);
  return {
    file: 'f',
    start: { offset: start, line: 1, column: 1 },
    end: { offset: start + piece.length, line: 1, column: 1 },
  };
}

test('each leaf of a file is told by the worst of what was made of it', () => {
  const lines = accountLeaves({
    documents: [document],
    made: [
      { path: 'services.a.image', fate: 'carried', at: at('x\n') },
      { path: 'services.a.image', fate: 'carried', at: at('x') },
      { path: 'services.a.ports[0].published', fate: 'carried', at: at('8080') },
      { path: 'services.a.ports[0].target', fate: 'adapted', reason: 'r', at: at('80:80') },
    ],
    gone: [
      { at: at('3'), reason: 'nobody reads it' },
      { at: at('old'), reason: 'upgraded' },
    ],
  });
  expect(lines.map(({ path, fate, reason }) => [path, fate, reason])).toEqual([
    ['version', 'lost', 'nobody reads it'],
    ['services.a.image', 'carried', undefined],
    ['services.a.ports[0]', 'adapted', 'r'],
    ['services.a.old.b', 'lost', 'upgraded'],
    ['services.a.old.c', 'lost', 'upgraded'],
  ]);
});

test('a leaf nobody says anything of is lost, not carried', () => {
  const lines = accountLeaves({ documents: [document], made: [], gone: [] });
  expect(lines.map(({ fate }) => fate)).toEqual(['lost', 'lost', 'lost', 'lost', 'lost']);
  expect(lines.every(({ reason }) => reason !== undefined)).toBe(true);
});
