/** Reading a prefix in pages, all as of one revision, so that no answer is too large and none takes too long. */
import { Fault, isFault } from '../../diagnostic/fault.ts';
import type { Entry, Listing } from '../store.ts';
import { calls } from './calls.ts';
import type { Connection } from './connection.ts';
import { encodeRange, rangeOfPrefix, type RangeResponse } from './messages.ts';

const pageSize = 2000;
/** Listings begun again because the revision was compacted away under them. */
const restarts = 3;

type Page = { readonly key: Buffer; readonly end: Buffer; readonly limit: number; readonly revision: number };

const readPage = (connection: Connection, page: Page): Promise<RangeResponse> =>
  connection.call({ method: calls.range, request: encodeRange(page), retry: 'always' });

/** A page of values so large that gRPC refuses the answer is asked for in halves. */
async function readSome(connection: Connection, page: Page): Promise<RangeResponse> {
  try {
    return await readPage(connection, page);
  } catch (error) {
    const tooLarge = isFault(error, 'store-unreachable') && /larger than max/.test(error.message) && page.limit > 1;
    if (!tooLarge) throw error;
    return readSome(connection, { ...page, limit: page.limit >> 1 });
  }
}

async function readAll(connection: Connection, prefix: string): Promise<Listing> {
  const { key, end } = rangeOfPrefix(prefix);
  const entries: Entry[] = [];
  let page: Page = { key, end, limit: pageSize, revision: 0 };
  for (;;) {
    const some = await readSome(connection, page);
    for (const entry of some.entries) entries.push(entry);
    const revision = page.revision === 0 ? some.revision : page.revision;
    const last = some.entries.at(-1);
    if (!some.more || last === undefined) return { revision, entries };
    page = { ...page, revision, key: Buffer.concat([Buffer.from(last.key), Buffer.from([0])]) };
  }
}

export async function readPrefix(connection: Connection, prefix: string): Promise<Listing> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readAll(connection, prefix);
    } catch (error) {
      // "required revision has been compacted"
      if (!isFault(error, 'store-conflict') || attempt === restarts) throw error;
    }
  }
}

/** The store's revision now, agreed upon by the cluster. Asked of a prefix, since a user may read only what is granted. */
export async function readRevision(connection: Connection, prefix: string): Promise<number> {
  const request = encodeRange({ ...rangeOfPrefix(prefix), countOnly: true });
  return (await connection.call({ method: calls.range, request, retry: 'always' })).revision;
}

/** An entry as it was at a revision; `unknown` when the store no longer, or not yet, has that revision. */
export async function readAt(
  connection: Connection,
  key: string,
  revision: number,
): Promise<Entry | undefined | 'unknown'> {
  const request = encodeRange({ key: Buffer.from(key), revision });
  try {
    return (await connection.call({ method: calls.range, request, retry: 'always' })).entries[0];
  } catch (error) {
    if (error instanceof Fault && error.code === 'store-conflict') return 'unknown';
    throw error;
  }
}
