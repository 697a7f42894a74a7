/** Flags that are given once for each value, and NAME=VALUE. */
import { Fault } from '../diagnostic/fault.ts';

/** What comes after a value is not taken for more of them. */
export const repeated = { multiple: true, multipleNonGreedy: true } as const;

/** Throws `request-invalid` for what has no name. */
export function readPairs(given: readonly string[] | undefined, flag: string): Record<string, string> {
  return Object.fromEntries(
    (given ?? []).map((pair) => {
      const end = pair.indexOf('=');
      if (end === 0 || pair === '')
        throw new Fault('request-invalid', `${flag} ${pair} has no name.`, { hint: 'Write NAME=VALUE.' });
      return end < 0 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
    }),
  );
}
