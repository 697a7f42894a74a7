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
  return unmark(JSON.parse(marked));
}

/** By hand: `JSON.parse` with a function of its own takes ten times as long. */
function unmark(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('\u0000') ? unmarkText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unmark);
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string' ? item.startsWith('\u0000') : typeof item === 'object')
      Object.defineProperty(value, key, { value: unmark(item), writable: true, enumerable: true, configurable: true });
  }
  return value;
}

function unmarkText(text: string): unknown {
  if (text.startsWith(integer)) return integerOf(text.slice(integer.length));
  return text.startsWith(nul) ? `\u0000${text.slice(nul.length)}` : text;
}

function integerOf(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

/** One line, keys in the order given, bigints as digits; what is undefined is left out, as `JSON.stringify` does. */
export function renderJson(value: unknown): string {
  try {
    return JSON.stringify(value ?? null);
  } catch (error) {
    // It refuses bigints.
    if (error instanceof TypeError) return renderWithBig(value);
    throw error;
  }
}

function renderWithBig(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(renderPart).join(',')}]`;
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${renderPart(item)}`).join(',')}}`;
}

/** Most parts of what holds a bigint hold none, and `JSON.stringify` is several times as fast. */
const renderPart = (item: unknown): string => (typeof item === 'bigint' ? item.toString() : renderJson(item));
