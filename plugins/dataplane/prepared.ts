/**
 * Interfaces that are made before Join asks for them, while Docker and the store are busy with the endpoint: making one
 * takes the kernel longer than all else of an attach. They are nobody's until then: no route leads there.
 */
import type { Workload } from './desired.ts';
import type { Kernel } from './kernel.ts';
import { pairLines } from './links.ts';

export type Prepared = {
  /** Begins to make the interface. */
  begin(workload: Workload): void;
  /** Resolves when what has begun of these interfaces is done; whether it could be done the kernel shows. They are in use then. */
  take(names: readonly string[]): Promise<void>;
  /** Made lately, and waiting for Join. */
  isWaiting(name: string): boolean;
};

/** Milliseconds after which Join will not come any more. */
const patience = 15_000;

export function createPrepared(kernel: Pick<Kernel, 'make'>, now: () => number): Prepared {
  /** Since when they are waiting. */
  const waiting = new Map<string, number>();
  /** Interfaces whose lines the kernel has not answered. */
  const making = new Map<string, Promise<unknown>>();
  const isOver = (since: number): boolean => now() - since > patience;

  return {
    begin: (workload) => {
      const { interface: name } = workload;
      if (making.has(name)) return;
      for (const [old, since] of waiting) if (isOver(since)) waiting.delete(old);
      const forget = (): boolean => making.delete(name);
      // What could not be made is there, or made by Join, which tells why that fails.
      making.set(name, kernel.make(pairLines(workload)).then(forget, forget));
      waiting.set(name, now());
    },
    take: async (names) => {
      await Promise.all(names.flatMap((name) => making.get(name) ?? []));
      for (const name of names) waiting.delete(name);
    },
    isWaiting: (name) => !isOver(waiting.get(name) ?? 0),
  };
}
