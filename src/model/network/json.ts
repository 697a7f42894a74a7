/**
 * JSON with whole numbers of any size. Calico's block sequence numbers begin at nanoseconds since 1970, about 1.8e18,
 * beyond what a double holds exactly; `JSON.parse` would change them, and then no compare-and-swap of ours is safe.
 */
const mark = '\u0000int:';
const token = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** Integers beyond 2^53 become bigint, all else is as `JSON.parse` gives it. Throws a SyntaxError. */
export function parseJson(text: string): unknown {
  const marked = text.replace(token, (part) => (part.startsWith('"') ? part : JSON.stringify(mark + part)));
  return JSON.parse(marked, (_key, value: unknown): unknown => {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : BigInt(digits);
  });
}

/** One line, keys in the order given, bigints as digits. */
export function renderJson(value: unknown): string {
  const marked = JSON.stringify(value, (_key, item: unknown): unknown =>
    typeof item === 'bigint' ? `${mark}${item}` : item,
  );
  return marked.replaceAll(/"\\u0000int:(-?\d+)"/g, '$1');
}
