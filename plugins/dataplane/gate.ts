/**
 * Opens and closes the way of single endpoints, for Join and Leave. What comes while one run is under way shares the
 * next: one `ip` and one `nft` for all of it.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import type { Attachment } from './desired.ts';

export type Gate = {
  prepare(endpoint: EndpointRecord, network: NetworkRecord): void;
  open(endpoint: EndpointRecord, network: NetworkRecord, signal: AbortSignal): Promise<void>;
  close(endpoint: Pick<EndpointRecord, 'id' | 'interface'>): Promise<void>;
};

export type Turn = {
  readonly open: readonly Attachment[];
  readonly close: readonly Pick<EndpointRecord, 'id' | 'interface'>[];
};

export type GateOptions = {
  /** Resolves when the kernel has been brought to what the records say once. */
  readonly ready: Promise<void>;
  /** Does a turn; answers why each endpoint could not be opened, by its id. */
  readonly take: (turn: Turn) => Promise<ReadonlyMap<string, string>>;
  /** Begins to make an endpoint's interface. */
  readonly prepare: (attachment: Attachment) => void;
};

type Waiting = {
  readonly turn: Turn;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export function createGate({ ready, take, prepare }: GateOptions): Gate {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      // Calls of the same breath belong together.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting;
      waiting = [];
      await settle(batch);
    }
    running = undefined;
  }

  async function settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const failures = await take({
        open: batch.flatMap(({ turn }) => turn.open),
        close: batch.flatMap(({ turn }) => turn.close),
      });
      for (const { turn, resolve, reject } of batch) {
        const [id] = turn.open.map(({ endpoint }) => endpoint.id);
        const why = id === undefined ? undefined : failures.get(id);
        if (why === undefined) resolve();
        else reject(new Fault('command-failed', `The interface of endpoint ${id?.slice(0, 12)} can't be made: ${why}`));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  const enqueue = (turn: Turn): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ turn, resolve, reject });
      running ??= run();
    });

  let isReady = false;
  void ready.then(() => {
    isReady = true;
  });

  return {
    prepare: (endpoint, network) => {
      if (isReady) prepare({ endpoint, network });
    },
    open: async (endpoint, network, signal) => {
      await untilReady(ready, signal);
      await enqueue({ open: [{ endpoint, network }], close: [] });
    },
    close: (endpoint) => enqueue({ open: [], close: [endpoint] }),
  };
}

/** An endpoint is never opened into a kernel whose rules are not known to be right. */
async function untilReady(ready: Promise<void>, signal: AbortSignal): Promise<void> {
  let giveUp = (): void => undefined;
  const given = new Promise<never>((_, reject) => {
    giveUp = () =>
      reject(
        new Fault('deadline-exceeded', "Clocker has not brought this host's network up yet.", {
          transient: true,
          hint: 'Look at the log of clocker for the reason, and start the container again.',
        }),
      );
  });
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await Promise.race([ready, given]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
