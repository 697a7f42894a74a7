/** What to say of a token that can't stand where it does. */
import { report } from './composer.ts';
import type { Composer } from './composer.ts';
import type { Token } from './scanner.ts';

export type Wanted = 'key' | 'block-entry' | 'value';

const unexpected: Readonly<Record<Wanted, string>> = {
  key: 'A key with ":" is expected here; check the indentation.',
  'block-entry': 'A list item ("- ") is expected here; check the indentation.',
  value: 'A value is expected here.',
};

export function reportUnexpected(c: Composer, token: Token, wanted: Wanted): void {
  report(c, 'yaml-syntax', unexpectedMessage(token, wanted), token.start, token.end);
}

export function unexpectedMessage({ kind, text }: Token, wanted: Wanted): string {
  if (kind === 'flow-sequence-end' || kind === 'flow-mapping-end')
    return `Nothing is open that this "${kind === 'flow-sequence-end' ? ']' : '}'}" could close.`;
  if (kind === 'block-mapping' || kind === 'block-sequence') return 'This is indented deeper than what it belongs to.';
  if (kind === 'scalar' && wanted === 'key') {
    const word = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    return `A ":" is missing after "${word}", or the line is indented wrongly.`;
  }
  if (kind === 'key' && wanted === 'block-entry')
    return 'A key stands among the items of a list; check the indentation.';
  if (kind === 'block-entry' && wanted === 'key')
    return 'A list item stands among keys of a map; check the indentation.';
  return unexpected[wanted];
}
