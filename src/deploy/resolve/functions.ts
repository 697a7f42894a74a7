/** Functions of the DSL that make one value of others. */
import { textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';

export type Outcome =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'failed'; readonly why: string };

const value = (made: Value): Outcome => ({ kind: 'value', value: made });
const failed = (why: string): Outcome => ({ kind: 'failed', why });

/** Java's String.format, as far as blueprints use it: `%s`, `%d`, `%2$s`, `%05d`, `%%`, `%n`. */
function formatString(pattern: string, values: readonly Value[]): Outcome {
  let next = 0;
  let missing = false;
  const text = pattern.replaceAll(/%(?:(\d+)\$)?(-?)(0?)(\d*)([sdn%])/g, (_all, ...parts: (string | undefined)[]) => {
    const [index, left, zero, width, kind] = parts;
    if (kind === '%') return '%';
    if (kind === 'n') return '\n';
    const position = index === undefined || index === '' ? next++ : Number(index) - 1;
    const item = values[position];
    if (position >= values.length) missing = true;
    const shown = item === undefined || item === null ? 'null' : (textOf(item) ?? '');
    const wide = Math.min(Number(width === '' ? 0 : width), 1000);
    return left === '-' ? shown.padEnd(wide) : shown.padStart(wide, zero === '0' ? '0' : ' ');
  });
  return missing ? failed(`formatString("${pattern}") has fewer arguments than places`) : value(text);
}

/** A pattern of somebody else's can take for ever on a long text, so texts are kept short. */
const longestReplaced = 10_000;

function regexReplacement(text: string, pattern: string, replacement: string): Outcome {
  if (text.length > longestReplaced) return failed(`regexReplacement works on at most ${longestReplaced} characters`);
  try {
    return value(text.replaceAll(new RegExp(pattern, 'g'), replacement));
  } catch {
    return failed(`"${pattern}" is not a regular expression`);
  }
}

/** Java's URLEncoder: a space is `+`, and `*`, `-`, `.`, `_` stay. */
const urlEncode = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** By name; undefined where the DSL has no such function that works on values alone. */
export function callFunction(name: string, args: readonly Value[]): Outcome | undefined {
  const texts = args.map(textOf);
  const [first, second, third] = texts;
  switch (name) {
    case 'literal':
      return value(args[0] ?? null);
    case 'formatString':
      return first === undefined ? failed('formatString needs a pattern') : formatString(first, args.slice(1));
    case 'urlEncode':
      return first === undefined ? failed('urlEncode needs a text') : value(urlEncode(first));
    case 'regexReplacement':
      return first === undefined || second === undefined || third === undefined
        ? failed('regexReplacement needs a text, a pattern and a replacement')
        : regexReplacement(first, second, third);
    default:
      return undefined;
  }
}
