/**
 * Text from outside as it may be shown on a terminal: no control characters (they could rewrite the screen), no marks
 * that turn the reading direction, nothing endless.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** One line; a tab or line break becomes a space, every other unsafe character `\u{…}` with its number. */
export function printable(text: string, longest: number): string {
  const clipped = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return clipped.replace(unsafe, (character) =>
    /\s/.test(character) && character < '\u007f' ? ' ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same without changing the number of UTF-16 code units, so that columns still fit. */
export const maskUnsafe = (text: string): string =>
  text.replace(unsafe, (character) => (character === '\t' ? ' ' : '\ufffd'.repeat(character.length)));
