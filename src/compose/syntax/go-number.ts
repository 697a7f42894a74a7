/** Numbers as Go prints them, where Compose turns one into a text. */
import type { ScalarValue } from '../../document/node.ts';

/** `fmt.Sprint` of a float64: `1.5`, `1000`, `1e+06`. */
export function renderGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  const sign = Object.is(value, -0) ? '-' : '';
  if (exponent >= -4 && exponent < 6) return sign + String(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** A scalar as a text. Whole numbers written as such are integers to Go; `1e6` and `1.0` are not. */
export function renderScalar(value: ScalarValue, written: string): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return value === null ? '' : String(value);
  return isWhole(value, written) ? String(value) : renderGoFloat(value);
}

/** Whether it is an integer to Go. */
export const isWhole = (value: number, written: string): boolean =>
  Number.isInteger(value) && !/[.eE]/.test(written.replace(/^[-+]?0[xX].*/, ''));

/** A float32 as JSON prints it: the shortest decimal that is still the same float32. */
export function shortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}
