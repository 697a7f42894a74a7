/** How far hooks have come, in the daemon's own folder: it is about containers of this host alone. */
import type { HookJournal } from '../deploy/index.ts';
import type { StateDirectory } from '../host/state-directory.ts';
import { fits, integer, optional, record, text } from '../shape/index.ts';

const kind = 'hooks';
const keyOf = (application: string, instance: string): string => `${application}/${instance}`;

const runShape = record(
  { container: text({ longest: 1024 }), done: integer({ least: 0 }), startedAt: optional(text({ longest: 100 })) },
  { unknownKeys: 'ignored' },
);

export const hookJournal = (state: Pick<StateDirectory, 'read' | 'write' | 'remove'>): HookJournal => ({
  read: async (application, instance) => {
    const text = await state.read(kind, keyOf(application, instance));
    const run: unknown = text === undefined ? undefined : JSON.parse(text);
    return fits(runShape, run) ? run : undefined;
  },
  write: async (application, instance, run) => {
    const key = keyOf(application, instance);
    await (run === undefined ? state.remove(kind, key) : state.write(kind, key, JSON.stringify(run)));
  },
});
