/**
 * What the log's frames hold, as bytes. A payload is a sequence of records, each one byte of kind and its fields:
 * little-endian, lengths before texts, revisions as float64 (whole numbers up to 2^53).
 *
 *   1 base      f64 revision                                    the revision of what follows, with nothing of its own
 *   2 entry     f64 revision · f64 created · key · value · lease   with a revision of its own: of a snapshot
 *   3 revision  f64 revision                                    the puts and deletes up to the next one are its changes
 *   4 put       f64 created · key · value · lease
 *   5 delete    key
 *   6 reset                                                     nothing of what came before is there any more
 */
import type { Change, Entry } from '../store.ts';
import type { Revision } from '../resident/stage.ts';

const kinds = { base: 1, entry: 2, revision: 3, put: 4, delete: 5, reset: 6 } as const;

export type Record =
  | { readonly kind: 'base'; readonly revision: number }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'revision'; readonly revision: number }
  | { readonly kind: 'put'; readonly entry: Entry }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'reset' };

const kindAnd = (kind: number, ...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(1 + 8 * numbers.length);
  bytes.writeUInt8(kind, 0);
  numbers.forEach((number, index) => bytes.writeDoubleLE(number, 1 + 8 * index));
  return bytes;
};

const text = (value: string): Buffer => {
  const length = Buffer.byteLength(value);
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeUInt32LE(length, 0);
  bytes.write(value, 4);
  return bytes;
};

const texts = (entry: Entry): readonly Buffer[] => [text(entry.key), text(entry.value), text(entry.lease ?? '')];

const encodeChange = (change: Change): readonly Buffer[] =>
  change.kind === 'put'
    ? [kindAnd(kinds.put, change.entry.created), ...texts(change.entry)]
    : [encodeDelete(change.key)];

export const encodeRevisions = (revisions: readonly Revision[]): Buffer =>
  Buffer.concat(
    revisions.flatMap(({ revision, changes }) => [kindAnd(kinds.revision, revision), ...changes.flatMap(encodeChange)]),
  );

export const encodeDelete = (key: string): Buffer => Buffer.concat([kindAnd(kinds.delete), text(key)]);

export const encodeReset = (): Buffer => kindAnd(kinds.reset);

export const encodeBase = (revision: number): Buffer => kindAnd(kinds.base, revision);

export const encodeEntry = (entry: Entry): Buffer =>
  Buffer.concat([kindAnd(kinds.entry, entry.revision, entry.created), ...texts(entry)]);

/** Throws a RangeError where the payload ends too early, an Error where it says what it can't. */
export function* decodeRecords(payload: Buffer): Iterable<Record> {
  let offset = 0;
  const number = (): number => {
    offset += 8;
    return payload.readDoubleLE(offset - 8);
  };
  const string = (): string => {
    const length = payload.readUInt32LE(offset);
    offset += 4 + length;
    if (offset > payload.length) throw new RangeError('A text ends beyond its frame.');
    return payload.toString('utf8', offset - length, offset);
  };
  const entryOf = (revision: number, created: number): Entry => {
    const [key, value, lease] = [string(), string(), string()];
    return { key, value, revision, created, ...(lease === '' ? {} : { lease }) };
  };
  let revision = 0;
  while (offset < payload.length) {
    const kind = payload.readUInt8(offset++);
    switch (kind) {
      case kinds.base:
        yield { kind: 'base', revision: number() };
        break;
      case kinds.entry:
        yield { kind: 'entry', entry: entryOf(number(), number()) };
        break;
      case kinds.revision:
        revision = number();
        yield { kind: 'revision', revision };
        break;
      case kinds.put:
        yield { kind: 'put', entry: entryOf(revision, number()) };
        break;
      case kinds.delete:
        yield { kind: 'delete', key: string() };
        break;
      case kinds.reset:
        yield { kind: 'reset' };
        break;
      default:
        throw new Error(`There is no kind of record ${kind}.`);
    }
  }
}
