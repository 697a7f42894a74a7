/**
 * Software in a container is gone when the engine restarts the container, by its policy or by somebody's hand: its lifecycle
 * runs again. What fails is tried again later, and later each time.
 */
import type { RuntimeClock } from './host.ts';

export type Attempts = {
  /** Of those that need it, which may be tried now. */
  due(application: string, instances: readonly string[]): readonly string[];
  began(application: string, instances: readonly string[]): void;
  /** It worked: a later restart is tried at once. */
  ended(application: string, instances: readonly string[]): void;
};

const first = 1000;
const most = 5 * 60_000;

/** Milliseconds: 1 s, then twice as long each time, up to five minutes. */
export function createAttempts({ now }: Pick<RuntimeClock, 'now'>): Attempts {
  const tried = new Map<string, { readonly wait: number; readonly after: number }>();
  const keyOf = (application: string, instance: string): string => JSON.stringify([application, instance]);
  return {
    due: (application, instances) =>
      instances.filter((instance) => now() >= (tried.get(keyOf(application, instance))?.after ?? 0)),
    began: (application, instances) => {
      for (const instance of instances) {
        const key = keyOf(application, instance);
        const wait = Math.min(most, (tried.get(key)?.wait ?? first / 2) * 2);
        tried.set(key, { wait, after: now() + wait });
      }
    },
    ended: (application, instances) => {
      for (const instance of instances) tried.delete(keyOf(application, instance));
    },
  };
}
