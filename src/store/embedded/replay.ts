/** The content that the records of a log add up to, checked on the way. */
import type { Entry } from '../store.ts';
import { decodeRecords, type Record } from './record.ts';

export type Content = { readonly revision: number; readonly entries: Map<string, Entry> };

export type Replay =
  | { readonly kind: 'good'; readonly content: Content }
  /** `frame` counts from 0; `content` is what came before it. */
  | { readonly kind: 'damaged'; readonly content: Content; readonly frame: number; readonly what: string };

/** The revision of an empty store, as etcd's. */
export const firstRevision = 1;

function take(content: { revision: number; entries: Map<string, Entry> }, record: Record): string | undefined {
  switch (record.kind) {
    case 'base':
      content.revision = record.revision;
      return undefined;
    case 'revision':
      if (record.revision !== content.revision + 1) {
        return `revision ${record.revision} follows revision ${content.revision}`;
      }
      content.revision = record.revision;
      return undefined;
    case 'entry':
    case 'put':
      if (record.entry.created > record.entry.revision || record.entry.revision > content.revision) {
        return `${record.entry.key} is from a revision that has not been`;
      }
      content.entries.set(record.entry.key, record.entry);
      return undefined;
    case 'delete':
      content.entries.delete(record.key);
      return undefined;
    case 'reset':
      content.entries.clear();
      return undefined;
  }
}

export function replay(payloads: readonly Buffer[]): Replay {
  const content = { revision: firstRevision, entries: new Map<string, Entry>() };
  for (const [frame, payload] of payloads.entries()) {
    try {
      for (const record of decodeRecords(payload)) {
        const what = take(content, record);
        if (what !== undefined) return { kind: 'damaged', content, frame, what };
      }
    } catch (error) {
      return { kind: 'damaged', content, frame, what: error instanceof Error ? error.message : String(error) };
    }
  }
  return { kind: 'good', content };
}
