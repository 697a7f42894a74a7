/**
 * JSON with whole numbers of any size. Calico's block sequence numbers begin at nanoseconds since 1970, about 1.8e18,
 * beyond what a double holds exactly; `JSON.parse` would change them, and then no compare-and-swap of ours is safe.
 */

/** A text, with the colon that makes it a key; or a number, whole or not. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"(?<key>\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Where a number may be that is beyond 2^53; digits in a text, as an id has, are none. */
const long = /(?:^|[\s:,[])-?\d{16}/;
const whole = /^-?\d{16,}$/;
/** Begin of a text that stands for an integer, or for a text that began with a NUL itself. */
const integer = '\u0000i';
const nul = '\u0000t';

/** Integers beyond 2^53 become bigint, all else is as `JSON.parse` gives it. Throws a SyntaxError. */
export function parseJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!long.test(text)) return plain;
  const marked = text.replace(token, (part: string, key: string | undefined) => {
    if (part.startsWith('"\\u0000') && key === undefined) return `"\\u0000t${part.slice('"\\u0000'.length)}`;
    return whole.test(part) ? `"\\u0000i${part}"` : part;
  });
  return JSON.parse(marked, (_key, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (value.startsWith(integer)) return integerOf(value.slice(integer.length));
    return value.startsWith(nul) ? `\u0000${value.slice(nul.length)}` : value;
  });
}

function integerOf(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

/** One line, keys in the order given, bigints as digits; what is undefined is left out, as `JSON.stringify` does. */
export function renderJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(renderJson).join(',')}]`;
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${renderJson(item)}`).join(',')}}`;
}
