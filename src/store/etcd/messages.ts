/** The messages of etcd's v3 API that we send and receive (etcd's api/etcdserverpb/rpc.proto; field numbers are its). */
import type { Change, Condition, Entry, Operation } from '../store.ts';
import { bytes, flag, integer, message, readFields, text, type Field } from './protobuf.ts';

/** etcd's range of all keys that begin with a prefix: [key, end). */
export function rangeOfPrefix(prefix: string): { readonly key: Buffer; readonly end: Buffer } {
  const key = Buffer.from(prefix);
  if (key.length === 0) return { key: Buffer.from([0]), end: Buffer.from([0]) };
  // No byte of UTF-8 is 0xff, so the last one can always be counted up.
  const end = Buffer.from(key);
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key, end };
}

/** Leases are 64-bit numbers; outside, they are their hexadecimal digits, as etcdctl writes them. */
const leaseNumber = (lease: string): bigint => BigInt(`0x${lease}`);
const leaseText = (lease: bigint): string => BigInt.asUintN(64, lease).toString(16);

export type RangeRequest = {
  readonly key: Buffer;
  readonly end?: Buffer;
  readonly limit?: number;
  readonly revision?: number;
  readonly countOnly?: boolean;
};

const rangeFields = (range: RangeRequest): readonly Field[] => [
  bytes(1, range.key),
  // An end that is there but empty would mean all keys from this one on.
  range.end === undefined ? Buffer.alloc(0) : bytes(2, range.end),
  integer(3, range.limit ?? 0),
  integer(4, range.revision ?? 0),
  flag(9, range.countOnly ?? false),
];

export const encodeRange = (range: RangeRequest): Buffer => Buffer.concat(rangeFields(range));

const equal = 0;
const greater = 1;
const target = { created: 1, revision: 2, value: 3 } as const;

function compare(condition: Condition): Field {
  const key = text(3, condition.key);
  switch (condition.is) {
    case 'absent':
      return message(1, integer(1, equal), integer(2, target.created), key, integer(5, 0));
    case 'present':
      return message(1, integer(1, greater), integer(2, target.created), key, integer(5, 0));
    case 'revision':
      return message(1, integer(1, equal), integer(2, target.revision), key, integer(6, condition.revision));
    case 'value':
      return message(1, integer(1, equal), integer(2, target.value), key, text(7, condition.value));
  }
}

function request(operation: Operation): Field {
  switch (operation.op) {
    case 'put': {
      const lease = integer(3, operation.lease === undefined ? 0 : leaseNumber(operation.lease));
      return message(2, message(2, text(1, operation.key), text(2, operation.value), lease));
    }
    case 'delete':
      return message(2, message(3, text(1, operation.key)));
    case 'deletePrefix': {
      const { key, end } = rangeOfPrefix(operation.prefix);
      return message(2, message(3, bytes(1, key), bytes(2, end)));
    }
  }
}

/** When a condition does not hold, the entries of all of them are asked for instead. */
export const encodeTransaction = (conditions: readonly Condition[], operations: readonly Operation[]): Buffer =>
  Buffer.concat([
    ...conditions.map(compare),
    ...operations.map(request),
    ...conditions.map(({ key }) => message(3, message(1, ...rangeFields({ key: Buffer.from(key) })))),
  ]);

/** `fragment`: etcd may then split what is too large for one message. */
export const encodeWatch = (prefix: string, from: number): Buffer => {
  const { key, end } = rangeOfPrefix(prefix);
  return message(1, bytes(1, key), bytes(2, end), integer(3, from), flag(8, true));
};

export const encodeLeaseGrant = (ttlSeconds: number): Buffer => integer(1, ttlSeconds);
export const encodeLease = (lease: string): Buffer => integer(1, leaseNumber(lease));
export const encodeAuthenticate = (user: string, password: string): Buffer =>
  Buffer.concat([text(1, user), text(2, password)]);
export const encodeCompaction = (revision: number): Buffer => integer(1, revision);

/** Of the header in field 1 of every answer. */
function headerRevision(header: Buffer): number {
  let revision = 0;
  readFields(header, (arrived) => {
    if (arrived.field === 3) revision = arrived.number;
  });
  return revision;
}

function decodeEntry(source: Buffer): Entry {
  const entry = { key: '', value: '', revision: 0, created: 0 };
  let lease = 0n;
  readFields(source, (arrived) => {
    if (arrived.field === 1) entry.key = arrived.bytes.toString('utf8');
    else if (arrived.field === 2) entry.created = arrived.number;
    else if (arrived.field === 3) entry.revision = arrived.number;
    else if (arrived.field === 5) entry.value = arrived.bytes.toString('utf8');
    else if (arrived.field === 6) lease = arrived.exact();
  });
  return lease === 0n ? entry : { ...entry, lease: leaseText(lease) };
}

export type RangeResponse = { readonly revision: number; readonly entries: readonly Entry[]; readonly more: boolean };

export function decodeRange(source: Buffer): RangeResponse {
  let revision = 0;
  let more = false;
  const entries: Entry[] = [];
  readFields(source, (arrived) => {
    if (arrived.field === 1) revision = headerRevision(arrived.bytes);
    else if (arrived.field === 2) entries.push(decodeEntry(arrived.bytes));
    else if (arrived.field === 3) more = arrived.number !== 0;
  });
  return { revision, entries, more };
}

export type TransactionResponse = {
  readonly revision: number;
  readonly succeeded: boolean;
  /** Of the ranges among the requests that ran. */
  readonly ranges: readonly RangeResponse[];
};

export function decodeTransaction(source: Buffer): TransactionResponse {
  let revision = 0;
  let succeeded = false;
  const ranges: RangeResponse[] = [];
  readFields(source, (arrived) => {
    if (arrived.field === 1) revision = headerRevision(arrived.bytes);
    else if (arrived.field === 2) succeeded = arrived.number !== 0;
    else if (arrived.field === 3) {
      readFields(arrived.bytes, (response) => {
        if (response.field === 1) ranges.push(decodeRange(response.bytes));
      });
    }
  });
  return { revision, succeeded, ranges };
}

function decodeEvent(source: Buffer): Change {
  let deleted = false;
  let entry: Entry = { key: '', value: '', revision: 0, created: 0 };
  readFields(source, (arrived) => {
    if (arrived.field === 1) deleted = arrived.number === 1;
    else if (arrived.field === 2) entry = decodeEntry(arrived.bytes);
  });
  return deleted ? { kind: 'delete', key: entry.key, revision: entry.revision } : { kind: 'put', entry };
}

export type WatchResponse = {
  /** Of the member that answers, when it did: says nothing about what was delivered. */
  readonly revision: number;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Not 0 when the watch was to begin before it. */
  readonly compacted: number;
  readonly reason: string;
  /** More of the same revision follows. */
  readonly fragment: boolean;
  readonly changes: readonly Change[];
};

export function decodeWatch(source: Buffer): WatchResponse {
  const response = { revision: 0, created: false, canceled: false, compacted: 0, reason: '', fragment: false };
  const changes: Change[] = [];
  readFields(source, (arrived) => {
    if (arrived.field === 1) response.revision = headerRevision(arrived.bytes);
    else if (arrived.field === 3) response.created = arrived.number !== 0;
    else if (arrived.field === 4) response.canceled = arrived.number !== 0;
    else if (arrived.field === 5) response.compacted = arrived.number;
    else if (arrived.field === 6) response.reason = arrived.bytes.toString('utf8');
    else if (arrived.field === 7) response.fragment = arrived.number !== 0;
    else if (arrived.field === 11) changes.push(decodeEvent(arrived.bytes));
  });
  return { ...response, changes };
}

/** `ttlSeconds` is what the server gave, which may be more than was asked for; 0 = it knows no such lease. */
export type LeaseResponse = { readonly lease: string; readonly ttlSeconds: number };

export function decodeLease(source: Buffer): LeaseResponse {
  let lease = 0n;
  let ttlSeconds = 0;
  readFields(source, (arrived) => {
    if (arrived.field === 2) lease = arrived.exact();
    else if (arrived.field === 3) ttlSeconds = arrived.number;
  });
  return { lease: leaseText(lease), ttlSeconds };
}

export function decodeToken(source: Buffer): string {
  let token = '';
  readFields(source, (arrived) => {
    if (arrived.field === 2) token = arrived.bytes.toString('utf8');
  });
  return token;
}

/** Of answers that say no more than that it was done. */
export const decodeDone = (): true => true;
