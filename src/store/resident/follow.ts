/** Watches of a store held in memory: each goes on from its own revision, so a slow one costs no memory. */
import type { Listing, WatchBatch } from '../store.ts';
import type { History } from './history.ts';

export type Watched = {
  readonly history: History;
  revision(): number;
  list(prefix: string): Listing;
};

/** Wakes whoever waits for something new. */
export type Bell = { ring(): void; heard(signal: AbortSignal): Promise<void> };

export function createBell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    ring: () => {
      const woken = waiting;
      waiting = [];
      for (const each of woken) each();
    },
    heard: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve();
        else waiting.push(resolve);
      }),
  };
}

async function* batches(watched: Watched, bell: Bell, prefix: string, from: number | undefined, signal: AbortSignal) {
  let next = from;
  while (!signal.aborted) {
    const revision = watched.revision();
    // A start beyond the next revision was learnt from another store: what it knew can't be trusted here.
    if (next === undefined || next < watched.history.oldest || next > revision + 1) {
      next = revision + 1;
      yield { kind: 'snapshot', ...watched.list(prefix) } as const;
      continue;
    }
    const changes = watched.history.since(next, prefix);
    next = revision + 1;
    if (changes.length > 0) yield { kind: 'changes', revision, changes } as const;
    else await bell.heard(signal);
  }
}

export async function* follow(
  watched: Watched,
  bell: Bell,
  prefix: string,
  from: number | undefined,
  signal: AbortSignal,
): AsyncIterable<WatchBatch> {
  const ring = (): void => bell.ring();
  signal.addEventListener('abort', ring, { once: true });
  try {
    yield* batches(watched, bell, prefix, from, signal);
  } finally {
    signal.removeEventListener('abort', ring);
  }
}
