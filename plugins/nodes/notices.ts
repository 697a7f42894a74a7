/** Tells people by way of the store. What can't be written is told by the log alone. */
import { isFault } from '../../src/diagnostic/fault.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { decodeNotice, noticeKey, noticesOf, type Notice } from '../../src/model/network/notices.ts';
import type { Store } from '../../src/store/index.ts';

export type Notices = {
  tell(notice: Pick<Notice, 'kind' | 'subject' | 'message' | 'hint'>): Promise<void>;
  /** It is so no more. */
  clear(notice: Pick<Notice, 'kind' | 'subject'>): Promise<void>;
  /** Takes away what this host told long ago. */
  sweep(): Promise<void>;
};

export type NoticesOptions = {
  readonly store: Pick<Store, 'list' | 'transact'>;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (level: 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
};

/** Milliseconds: who was away for a week-end still finds it. */
const keptFor = 7 * 86_400_000;

export function createNotices({ store, node, now, log }: NoticesOptions): Notices {
  const quietly = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => {
      if (!isFault(error)) throw error;
    });
  };
  return {
    tell: async ({ kind, subject, message, hint }) => {
      log('warn', message, { kind, subject, ...(hint === undefined ? {} : { hint }) });
      const at = new Date(now()).toISOString();
      const notice: Notice = { kind, node, subject, message, ...(hint === undefined ? {} : { hint }), at };
      await quietly(store.transact([], [{ op: 'put', key: noticeKey(notice), value: renderJson(notice) }]));
    },
    clear: ({ kind, subject }) =>
      quietly(store.transact([], [{ op: 'delete', key: noticeKey({ node, kind, subject }) }])),
    sweep: () =>
      quietly(
        store.list(noticesOf(node)).then(async ({ entries }) => {
          for (const { key, value } of entries) {
            const notice = decodeNotice(value);
            if (notice !== undefined && now() - Date.parse(notice.at) < keptFor) continue;
            await store.transact([], [{ op: 'delete', key }]);
          }
        }),
      ),
  };
}
