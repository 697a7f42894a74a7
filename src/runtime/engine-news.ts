/** What the engine tells, shared by all who want to know: one connection, and it comes back by itself. */
import type { Docker, EngineEvent } from '../host/docker.ts';
import type { Log, RuntimeClock } from './host.ts';

export type EngineNewsFeed = {
  readonly isConnected: boolean;
  /** Called for each event, and with undefined when the connection is new: then look at everything. */
  listen(listener: (event: EngineEvent | undefined) => void): () => void;
  /** Resolves at the next news, after so many milliseconds, or when the signal aborts. */
  next(milliseconds: number, signal: AbortSignal): Promise<void>;
};

export type FeedOptions = {
  readonly engine: Pick<Docker, 'events' | 'host'>;
  readonly clock: RuntimeClock;
  readonly log: Log;
  readonly signal: AbortSignal;
};

const types = ['container', 'network', 'volume', 'image'];

export function followEngine({ engine, clock, log, signal }: FeedOptions): EngineNewsFeed {
  const listeners = new Set<(event: EngineEvent | undefined) => void>();
  let isConnected = false;
  let isTold = false;
  const tell = (event: EngineEvent | undefined): void => {
    for (const listener of listeners) listener(event);
  };
  const run = async (): Promise<void> => {
    for await (const news of engine.events({ types, clock, signal })) {
      if (news.kind === 'event') {
        tell(news.event);
        continue;
      }
      isConnected = news.kind === 'connected';
      if (news.kind === 'connected') {
        log('info', 'the engine is there', { engine: engine.host });
        isTold = false;
        tell(undefined);
      } else if (!isTold) {
        // Told once, however long it stays away.
        isTold = true;
        log('warn', news.fault.message, { engine: engine.host });
      }
    }
  };
  void run().catch((error: unknown) => log('error', 'following the engine failed', { error: String(error) }));
  return {
    get isConnected() {
      return isConnected;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    next: (milliseconds, aborting) =>
      new Promise((resolve) => {
        const end = (): void => {
          cancel();
          listeners.delete(end);
          aborting.removeEventListener('abort', end);
          resolve();
        };
        const cancel = clock.schedule(milliseconds, end);
        listeners.add(end);
        aborting.addEventListener('abort', end, { once: true });
        if (aborting.aborted) end();
      }),
  };
}
