/** Build contexts that were uploaded, by the SHA-256 of their content. */
import type { Clock } from '../host/clock.ts';
import type { StateDirectory } from '../host/state-directory.ts';
import type { ApplicationStore } from '../runtime/index.ts';
import type { Contexts } from '../server/index.ts';

const kind = 'contexts';
const largest = 4 * 1024 ** 3;
/** Milliseconds that one is kept though no application names it: it may be of a deployment that is about to come. */
const keptFor = 86_400_000;

export type KeptContexts = Contexts & {
  /** Removes those that nobody needs any more. */
  sweep(): Promise<void>;
};

export const createContexts = (
  state: StateDirectory,
  records: Pick<ApplicationStore, 'list' | 'materials' | 'materialsBefore'>,
  clock: Pick<Clock, 'now'>,
): KeptContexts => ({
  has: (digest) => state.has(kind, digest),
  receive: (digest, bytes) => state.receive(kind, digest, bytes, largest),
  sweep: async () => {
    const needed = new Set<string>();
    for (const { name } of await records.list())
      for (const { contexts } of [await records.materials(name), await records.materialsBefore(name)])
        for (const digest of contexts.values()) needed.add(digest);
    await state.sweep(kind, { olderThan: keptFor, now: clock.now(), except: needed });
  },
});
