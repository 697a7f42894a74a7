/**
 * Keeps this host's kernel as the records say. Join and Leave come through `gate`; all else is found by looking: when the
 * records change, when the kernel says that somebody else changed it, and every minute and a half. Ending the daemon leaves the
 * kernel as it is, so traffic goes on.
 */
import { createGate, type Gate } from './gate.ts';
import { kernelOfHost, type Kernel } from './kernel.ts';
import { createProgrammer } from './programmer.ts';
import { dataplanePrefixes, keepRecords } from './records.ts';
import { keepPolicies, type PolicyBook } from './rules/policy-book.ts';
import { createTurns } from './turns.ts';
import { openSettings } from './settings.ts';
import { watchKernel } from './watch.ts';
import { clockOfHost, type Clock } from '../../src/host/clock.ts';
import { startLoop, type Loop } from '../../src/reconcile/loop.ts';
import { openMirror, systemStoreClock, type Mirror, type Store } from '../../src/store/index.ts';

export type DataplaneOptions = {
  readonly store: Store;
  readonly node: string;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  /** Bytes; the least of what leads out of the host unless told, and unless a network has its own. */
  readonly mtu?: number;
  /** Holds `dataplanePrefixes(node)`; one of its own unless given. */
  readonly mirror?: Mirror;
  readonly kernel?: Kernel;
  readonly clock?: Clock;
  /** Told of tables that somebody else has changed, those of other parts among them; undefined: any, maybe. */
  readonly onTables?: (tables: readonly string[] | undefined) => void;
  /** Where settings that were changed are remembered: /run/clocker/settings.json unless told. */
  readonly settingsFile?: string;
};

export type DataplaneStatus = {
  /** The kernel was brought to what the records say at least once. */
  readonly isReady: boolean;
  /** Why the last look failed. */
  readonly failure: string | undefined;
  /** How often something that somebody else had changed was put right. */
  readonly repaired: number;
};

export type Dataplane = {
  readonly gate: Gate;
  readonly ready: Promise<void>;
  status(): DataplaneStatus;
  /** Looks at records and kernel now, and removes the difference. */
  sync(): Promise<void>;
  /** Waits for what is under way; leaves the kernel as it is. */
  close(): Promise<void>;
  /** Takes away everything Clocker made on this host and gives back the settings it changed. Only when closed. */
  removeAll(): Promise<void>;
};

/** Milliseconds between looks at everything: only what no monitor tells waits for it. */
const resync = 90_000;

/** The same at the host's settings, which cost nothing to read: a monitor of them costs more than an attach. */
const settingsLook = 3000;
/** The same where changes of the filter tables are told by nobody. */
const silentLook = 15_000;

/** Tables of other parts of Clocker. */
const isOfOthers = (table: string): boolean => / clocker_/.test(table);

export const defaultSettingsFile = '/run/clocker/settings.json';

export function openDataplane(options: DataplaneOptions): Dataplane {
  const { store, node, log } = options;
  const clock = options.clock ?? clockOfHost;
  const kernel = options.kernel ?? kernelOfHost();
  const own =
    options.mirror === undefined ? openMirror(store, dataplanePrefixes(node), { clock: systemStoreClock }) : undefined;
  const mirror = options.mirror ?? own;
  if (mirror === undefined) throw new Error('There is no mirror.');
  const ending = new AbortController();
  const records = keepRecords(mirror, node);
  const policies = keepPolicies(mirror, node);
  let repaired = 0;
  let failure: string | undefined;
  let isReady = false;
  let becomeReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });

  const programmer = createProgrammer({
    kernel,
    records,
    policies,
    node,
    settings: openSettings(kernel, options.settingsFile ?? defaultSettingsFile),
    mtu: options.mtu,
    now: () => clock.now(),
    onRepair: (what, details) => {
      repaired++;
      log('warn', `${what}; put right`, details);
    },
  });
  const tellUnusable = tellOnce(policies, log);
  const sync = async (): Promise<void> => {
    await mirror.ready;
    await programmer.sync();
    tellUnusable();
    failure = undefined;
    isReady = true;
    becomeReady();
  };
  const loop = startLoop({
    sync,
    clock,
    minDelay: 300,
    firstBackoff: 500,
    maxBackoff: 10_000,
    resync,
    signal: ending.signal,
    onFailure: (error, retryIn) => {
      failure = error instanceof Error ? error.message : String(error);
      if (!ending.signal.aborted)
        log('warn', 'the kernel could not be brought to what it should be', { failure, retryIn });
    },
  });
  const pokeWhenBehind = createPause(clock, 200, () => {
    // A record that can't be read: the next look tells it.
    void programmer.isBehind().then(
      (isBehind) => isBehind && loop.poke(),
      () => loop.poke(),
    );
  });
  records.onChange(pokeWhenBehind);
  // Soon, because a container may wait for it, and many changes at once.
  const turns = createTurns(async () => {
    if (isReady && !ending.signal.aborted) await programmer.applyPolicies().catch(() => loop.poke());
  });
  policies.onChange(turns.request);
  // Without policies it is all the same to them who is there.
  records.onChange(() => {
    if (policies.isAny) turns.request();
  });
  const lookAtPorts = createPause(clock, 100, () => {
    if (isReady && !ending.signal.aborted) void programmer.lookAtPorts().catch(() => loop.poke());
  });
  const lookOften = (every: number, look: () => Promise<void>): Loop =>
    startLoop({
      sync: async () => {
        if (isReady) await look();
      },
      clock,
      minDelay: every,
      firstBackoff: every,
      maxBackoff: every,
      resync: every,
      signal: ending.signal,
      onFailure: () => loop.poke(),
    });
  const looking = [
    lookOften(settingsLook, () => programmer.lookAtSettings()),
    lookOften(silentLook, async () => {
      if (kernel.hasSilentTables()) await programmer.lookAtMarks();
    }),
  ];
  const watching = watchKernel({
    clock,
    isOwn: (pid) => kernel.isOwn(pid),
    isWanted: (name) => programmer.isWanted(name),
    onChange: () => loop.poke(),
    onTables: (tables) => {
      if (tables === undefined || tables.some((table) => !isOfOthers(table))) loop.poke();
      options.onTables?.(tables);
    },
    onPort: lookAtPorts,
    signal: ending.signal,
  });

  return {
    gate: createGate({ ready, ...programmer }),
    ready,
    status: () => ({ isReady, failure, repaired }),
    sync,
    close: async () => {
      ending.abort();
      await own?.close();
      await Promise.all([loop.stopped, ...looking.map(({ stopped }) => stopped), watching, turns.settled()]);
    },
    removeAll: () => programmer.removeAll(),
  };
}

/** Does once, after some milliseconds, what is asked for any number of times meanwhile. */
function createPause(clock: Clock, milliseconds: number, work: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    clock.schedule(milliseconds, () => {
      isAsked = false;
      work();
    });
  };
}

/** A policy that can't be read has no effect, and whoever wrote it must not believe that it has. */
function tellOnce(policies: PolicyBook, log: DataplaneOptions['log']): () => void {
  let told = new Set<string>();
  return () => {
    const unusable = new Set(policies.unusable);
    for (const key of unusable)
      if (!told.has(key)) log('warn', 'a policy of the store can not be read, and has no effect', { key });
    told = unusable;
  };
}
