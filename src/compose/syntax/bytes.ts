/** Sizes: `300m`, `1.5GiB`, `10 k`. Units are powers of 1024, their case and a `b` or `ib` behind them don't matter. */

const units = new Map([
  ['b', 1],
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['g', 2 ** 30],
  ['t', 2 ** 40],
  ['p', 2 ** 50],
]);

const number = /^[-+]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Bytes; `undefined` for what is no size. Beyond 63 bits it wraps to the smallest number, as in Go. */
export function parseBytes(text: string): number | bigint | undefined {
  if (/^[-+]?\d{1,19}$/.test(text)) return exact(BigInt(text.replace(/^\+/, '')));
  const [digits, suffix] = splitSuffix(text);
  if (digits === undefined || !number.test(digits)) return undefined;
  const size = Number(digits.replaceAll('_', ''));
  if (size < 0) return undefined;
  const [, unit = 'b'] = /^(?:b|([kmgtp])(?:b|ib)?)?$/.exec(suffix.toLowerCase()) ?? [undefined, ''];
  const factor = units.get(unit);
  return factor === undefined ? undefined : exact(toInt64(size * factor));
}

function splitSuffix(text: string): readonly [string | undefined, string] {
  const blank = text.indexOf(' ');
  if (blank >= 0) return [text.slice(0, blank), text.slice(blank + 1)];
  const [, digits, suffix = ''] = /^([\s\S]*[0-9.])([^0-9.]*)$/.exec(text) ?? [];
  return [digits, suffix];
}

const smallest = -(2n ** 63n);

const toInt64 = (size: number): bigint =>
  size >= 2 ** 63 || !Number.isFinite(size) ? smallest : BigInt(Math.trunc(size));

const exact = (value: bigint): number | bigint => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
};
