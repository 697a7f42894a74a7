/** "Did you mean …?": the nearest of the words that would have been right. */

/** Words longer than this are no typing mistakes; it also bounds the time on hostile input. */
const longestWord = 64;

/**
 * The candidate nearest to `word` by Damerau-Levenshtein distance (swapped neighbours count one), ignoring case, or
 * else one that begins alike. A third of the word's letters may differ, at most three. Ties go to the first.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  const wanted = word.toLowerCase();
  const words = [...candidates];
  let best: string | undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of words) {
    if (candidate === word || Math.abs(candidate.length - wanted.length) >= limit) continue;
    const distance = distanceBetween(wanted, candidate.toLowerCase(), limit);
    if (distance >= limit || distance >= candidate.length) continue;
    best = candidate;
    limit = distance;
  }
  return best ?? beginsAlike(wanted, words);
}

/** `defaultValue` for `default`, `port` for `ports_range`: one is the beginning of the other; the longest is nearest. */
function beginsAlike(wanted: string, candidates: readonly string[]): string | undefined {
  const shortest = 4;
  let best: string | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const isAlike =
      Math.min(wanted.length, other.length) >= shortest &&
      other !== wanted &&
      (wanted.startsWith(other) || other.startsWith(wanted));
    if (isAlike && (best === undefined || candidate.length > best.length)) best = candidate;
  }
  return best;
}

/** `Did you mean "image"?`, for a problem's hint; `undefined` where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const nearest = suggest(word, candidates);
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}

/** Optimal string alignment distance; stops, with `limit`, once it can only be that or more. */
function distanceBetween(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : limit,
      );
    }
    if (Math.min(...current) >= limit) return limit;
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
