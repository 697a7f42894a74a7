/**
 * What a plain (unquoted) scalar means. Two readings: `go-yaml` as Docker Compose's parser has it (go-yaml v3 and v4:
 * YAML 1.2 booleans, but 1.1 octals and underscores), `core` as the YAML 1.2 core schema has it.
 */
import type { ScalarValue } from './node.ts';

export type YamlSchema = 'go-yaml' | 'core';

const words = new Map<string, ScalarValue>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
  ['.nan', Number.NaN],
  ['.NaN', Number.NaN],
  ['.NAN', Number.NaN],
  ...['.inf', '.Inf', '.INF'].flatMap((word): [string, number][] => [
    [word, Number.POSITIVE_INFINITY],
    [`+${word}`, Number.POSITIVE_INFINITY],
    [`-${word}`, Number.NEGATIVE_INFINITY],
  ]),
]);

const decimalFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const goInteger = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const coreInteger = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const goTimestamp =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})| +[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?)?$/;

/** Longest text read as a number; beyond it a digit string is a string, so that no number costs more than its text. */
const longestNumber = 1024;

const largestUint64 = 2n ** 64n - 1n;
const smallestInt64 = -(2n ** 63n);

const exact = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

export function resolvePlain(text: string, schema: YamlSchema): ScalarValue {
  const first = text.charCodeAt(0);
  // Letters that begin no word of the table and no number: nearly every scalar of a real file ends here.
  if (first >= 0x41 && !'~nNtTfF'.includes(text.charAt(0))) return text;
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.length > longestNumber || !/^[-+.0-9]/.test(text)) return text;
  return (schema === 'go-yaml' ? goNumber(text) : coreNumber(text)) ?? text;
}

/** A date or time as go-yaml recognises one: Compose refuses those where it wants a string. */
export const isTimestamp = (text: string): boolean => text.length <= 64 && goTimestamp.test(text);

function goNumber(text: string): number | bigint | undefined {
  if (text.startsWith('.')) return decimalFloat.test(text) ? finite(text) : undefined;
  const plain = text.replaceAll('_', '');
  const match = goInteger.exec(plain);
  if (match !== null) {
    const [, sign, hex, binary, octal, decimal] = match;
    const magnitude = BigInt(hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? '0'));
    const value = sign === '-' ? -magnitude : magnitude;
    if (value >= smallestInt64 && (sign === '' ? value <= largestUint64 : value < 2n ** 63n)) return exact(value);
  }
  return decimalFloat.test(plain) ? finite(plain) : undefined;
}

function coreNumber(text: string): number | bigint | undefined {
  if (coreInteger.test(text)) return exact(BigInt(text.replace(/^\+/, '')));
  return decimalFloat.test(text) ? Number(text) : undefined;
}

/** Go's ParseFloat refuses what is out of range, and the scalar stays a string. */
function finite(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
