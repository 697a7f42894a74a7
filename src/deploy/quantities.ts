/** Sizes and durations as people write them. */

const byteUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['t', 1024 ** 4],
  ['p', 1024 ** 5],
]);

/** `512m`, `1.5 GiB`, `8gb`, bare bytes; -1 is unlimited. As Docker has it, all units are powers of 1024. */
export function parseBytes(text: string): number | undefined {
  if (text.trim() === '-1') return -1;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([bkmgtp]?)(?:i?b)?\s*$/i.exec(text);
  const unit = byteUnits.get((match?.[2] ?? '').toLowerCase());
  if (match === null || unit === undefined) return undefined;
  const bytes = Math.trunc(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Milliseconds. */
const timeUnits: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

const longWords: readonly (readonly [RegExp, string])[] = [
  [/\s*(?:milliseconds?|millis)/gi, 'ms'],
  [/\s*(?:seconds?|secs?)/gi, 's'],
  [/\s*(?:minutes?|mins?)/gi, 'm'],
  [/\s*(?:hours?|hrs?)/gi, 'h'],
  [/\s*days?/gi, 'd'],
  [/\s*weeks?/gi, 'w'],
];

/** Milliseconds of `30s`, `1m30s`, `2 hours`; a bare number is milliseconds, as in Brooklyn. */
export function parseDuration(text: string): number | undefined {
  const short = longWords.reduce((words, [long, unit]) => words.replace(long, unit), text.trim());
  if (/^\d+(?:\.\d+)?$/.test(short)) return Number(short);
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ns|us|µs|ms|[smhdw])[\s,]*)+$/.test(short)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of short.matchAll(/(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|[smhdw])/g))
    total += Number(amount) * (timeUnits.get(unit) ?? 0);
  return total;
}
