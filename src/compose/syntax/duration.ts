/** Durations: `1m30s`, `1.5h`, `2w3d`; units w d h m s ms us ns. They are printed as Go does, without days and weeks. */

const unitNanoseconds = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
  ['w', 604_800_000_000_000n],
]);

const longest = 2n ** 63n - 1n;
const part = /(\d*)(?:\.(\d*))?([^\d.]+)/y;

/** Nanoseconds; `undefined` for what is no duration or lasts longer than 292 years. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = '', rest = ''] = /^([-+]?)([\s\S]*)$/.exec(text) ?? [];
  if (rest === '0') return 0n;
  if (rest === '' || text.length > 200) return undefined;
  let total = 0n;
  part.lastIndex = 0;
  while (part.lastIndex < rest.length) {
    const [all, whole = '', fraction = '', unitName = ''] = part.exec(rest) ?? [];
    const unit = unitNanoseconds.get(unitName);
    if (all === undefined || unit === undefined || whole + fraction === '') return undefined;
    total += BigInt(whole) * unit + fractionOf(fraction, unit);
    if (total > longest) return undefined;
  }
  return sign === '-' ? -total : total;
}

/** Computed as Go does, in floating point. */
const fractionOf = (digits: string, unit: bigint): bigint => {
  const kept = digits.slice(0, 18);
  return kept === '' ? 0n : BigInt(Math.trunc(Number(kept) * (Number(unit) / 10 ** kept.length)));
};

/** As Go's `time.Duration` prints itself: `1h30m0s`, `1.5s`, `500ms`. */
export function renderDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}\u00b5s`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

/** `value` divided by ten to the `places`, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
