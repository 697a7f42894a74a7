/** What changes in the store, for whoever shows it: an event only says "look again". */
import type { ResultOf } from '../../api/index.ts';
import { networksPrefix } from '../../model/network/keys.ts';
import { decodeNotice, noticesPrefix, type Notice } from '../../model/network/notices.ts';
import type { Store } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { merge } from '../merge.ts';

type StoreEvent = ResultOf<'followEvents'> extends AsyncIterable<infer E> ? E : never;

const watched = [
  { kind: 'application', prefix: '/clocker/v1/applications/' },
  { kind: 'entity', prefix: '/clocker/v1/status/' },
  { kind: 'network', prefix: networksPrefix },
  { kind: 'notice', prefix: noticesPrefix },
] as const;

export const eventHandlers = ({ store }: ServerDeps): Pick<Handlers, 'followEvents' | 'listNotices'> => ({
  listNotices: async () =>
    (await store.list(noticesPrefix)).entries
      .flatMap(({ value }) => readNotice(value) ?? [])
      .sort((a, b) => (a.at < b.at ? -1 : 1)),
  followEvents: async ({ signal }) => merge(watched.map((each) => follow(each, store, signal))),
});

/** Undefined for what can't be read: another version may have written it. */
function readNotice(value: string): Notice | undefined {
  try {
    return decodeNotice(value);
  } catch {
    return undefined;
  }
}

async function* follow(
  { kind, prefix }: (typeof watched)[number],
  store: Store,
  signal: AbortSignal,
): AsyncGenerator<StoreEvent> {
  for await (const batch of store.watch(prefix, { signal })) {
    // A snapshot is what was there: whoever listens looks at the beginning, or is told to look again by what follows.
    const changes = batch.kind === 'snapshot' ? [] : batch.changes;
    for (const change of changes) {
      const key = change.kind === 'put' ? change.entry.key : change.key;
      const name = key.slice(prefix.length).split('/').map(decodeURIComponent).join('/');
      const message = kind === 'notice' && change.kind === 'put' ? readNotice(change.entry.value)?.message : undefined;
      yield {
        kind,
        ...(message === undefined ? {} : { message }),
        change: change.kind === 'put' ? 'put' : 'removed',
        name,
      };
    }
  }
}
