/**
 * The part of Protocol Buffers' wire format that etcd's messages use (https://protobuf.dev/programming-guides/encoding).
 * Written by hand, because a dozen small messages don't pay for a generator or for reading .proto files at start.
 */

/** One field, ready to be joined with others; empty where the value is the default, which is not sent. */
export type Field = Buffer;

const none: Field = Buffer.alloc(0);
const varint = 0;
const delimited = 2;

function encodeVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const tag = (field: number, wire: number): Buffer => encodeVarint(BigInt((field << 3) | wire));

export const integer = (field: number, value: number | bigint): Field =>
  value === 0 || value === 0n ? none : Buffer.concat([tag(field, varint), encodeVarint(BigInt(value))]);

export const flag = (field: number, value: boolean): Field => integer(field, value ? 1 : 0);

/** Sent even when empty: what is in a `oneof` tells by being there which one it is. */
export const message = (field: number, ...fields: readonly Field[]): Field => {
  const length = fields.reduce((sum, each) => sum + each.length, 0);
  return Buffer.concat([tag(field, delimited), encodeVarint(BigInt(length)), ...fields]);
};

export const bytes = (field: number, value: Buffer): Field => message(field, value);
export const text = (field: number, value: string): Field => bytes(field, Buffer.from(value));

/** A field as it arrived. `number` is exact up to 2^53, `exact` always; `bytes` is empty for numbers. */
export type Arrived = {
  readonly field: number;
  readonly number: number;
  readonly exact: () => bigint;
  readonly bytes: Buffer;
};

const wrong = (what: string): never => {
  throw new Error(`Not a message of etcd: ${what}.`);
};

/** Answers the place behind the varint. */
function endOfVarint(source: Buffer, start: number): number {
  let end = start;
  while (((source[end] ?? wrong('it ends inside a number')) & 0x80) !== 0) end++;
  return end - start < 10 ? end + 1 : wrong('a number has more than 64 bits');
}

function exactVarint(source: Buffer, start: number, end: number): bigint {
  let value = 0n;
  for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt((source[at] ?? 0) & 0x7f);
  return BigInt.asIntN(64, value);
}

function readVarint(source: Buffer, start: number, end: number): number {
  // Up to four bytes fit the bit operators, and nearly all numbers here do.
  if (end - start > 4) return Number(exactVarint(source, start, end));
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = (value << 7) | ((source[at] ?? 0) & 0x7f);
  return value;
}

/** Calls with each field in turn. Kinds of fields that etcd does not use are skipped, as the format asks. */
export function readFields(source: Buffer, take: (arrived: Arrived) => void): void {
  let at = 0;
  const number = (): number => {
    const start = at;
    at = endOfVarint(source, start);
    return readVarint(source, start, at);
  };
  while (at < source.length) {
    const key = number();
    const field = key >>> 3;
    const start = at;
    switch (key & 7) {
      case varint: {
        const value = number();
        const end = at;
        take({ field, number: value, exact: () => exactVarint(source, start, end), bytes: none });
        break;
      }
      case delimited: {
        const length = number();
        if (length < 0 || at + length > source.length) wrong('a field is longer than the message');
        at += length;
        take({ field, number: 0, exact: () => 0n, bytes: source.subarray(at - length, at) });
        break;
      }
      case 1:
        at += 8;
        break;
      case 5:
        at += 4;
        break;
      default:
        wrong(`it has a field of kind ${key & 7}`);
    }
  }
}
