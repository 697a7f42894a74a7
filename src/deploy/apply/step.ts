/** One step: told when it begins, when it is done, and when it fails. */
import type { Change, ChangeLine } from '../change.ts';
import { changeLine } from '../change.ts';
import type { Tools } from './tools.ts';

export async function step(
  change: Change,
  tools: Pick<Tools, 'progress' | 'signal'>,
  run: () => Promise<void>,
): Promise<void> {
  tools.signal.throwIfAborted();
  const line: ChangeLine = changeLine(change);
  tools.progress({ kind: 'started', change: line });
  try {
    await run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tools.progress({ kind: 'failed', change: line, message });
    throw error;
  }
  tools.progress({ kind: 'done', change: line });
}

/** Runs at most so many at once. After a failure nothing more is begun; what runs is awaited, then the first failure thrown. */
export async function inParallel<T>(items: readonly T[], most: number, run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && failures.length === 0; item = queue.shift()) {
      await run(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  if (failures.length > 0) throw failures[0];
}

/** So many may hold it at once. */
export function createSlots(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
