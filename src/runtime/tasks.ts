/** What the daemon is doing and has lately done: kept in memory, the newest ones. */
import { Fault, isFault } from '../diagnostic/fault.ts';
import type { DeployEvent } from '../deploy/index.ts';

export type TaskKind = 'deploy' | 'start' | 'stop' | 'restart' | 'resize' | 'remove';
export type TaskState = 'running' | 'done' | 'failed' | 'cancelled';

export type TaskFailure = { readonly code: string; readonly message: string; readonly hint?: string };

export type Task = {
  readonly id: string;
  readonly kind: TaskKind;
  readonly application: string;
  readonly state: TaskState;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly failure?: TaskFailure;
};

export type TaskEvent = { readonly number: number; readonly event: DeployEvent };

export type RunningTask = {
  readonly id: string;
  /** What it was, with its end. Never rejects. */
  readonly ended: Promise<Task>;
};

export type Tasks = {
  list(): readonly Task[];
  get(id: string): Task | undefined;
  /** Starts at once. Whatever `work` throws is told as its failure. */
  start(kind: TaskKind, application: string, work: Work): RunningTask;
  /** Ends the running task of an application, if there is one, and waits until it has ended. */
  supersede(application: string, why: string): Promise<void>;
  cancel(id: string): boolean;
  /** Ends all that run and waits until they have; whoever starts the daemon again goes on with them. */
  suspend(): Promise<void>;
  /** What it tells, from the beginning as far as it is kept, until it has ended or the signal aborts. */
  follow(id: string, from: number, signal: AbortSignal): AsyncIterable<TaskEvent>;
};

export type Work = (tell: (event: DeployEvent) => void, signal: AbortSignal) => Promise<void>;

export type TaskClock = { now(): number };

type Entry = {
  task: Task;
  events: TaskEvent[];
  next: number;
  readonly stop: AbortController;
  ended: Promise<Task>;
  readonly listeners: Set<() => void>;
};

/** Why a task ended that somebody ended; unlike one that gave way to another, it is not gone on with. */
export const cancelled = new Fault('store-conflict', 'It was cancelled.');

const mostTasks = 200;
const mostEvents = 2000;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export function createTasks(clock: TaskClock, newId: () => string): Tasks {
  const entries = new Map<string, Entry>();

  const forgetOld = (): void => {
    const ended = [...entries.values()].filter(({ task }) => task.state !== 'running');
    for (const { task } of ended.slice(0, Math.max(0, entries.size - mostTasks))) entries.delete(task.id);
  };

  const wake = (entry: Entry): void => {
    for (const listener of entry.listeners) listener();
  };

  const runningOf = (application: string): Entry | undefined =>
    [...entries.values()].find(({ task }) => task.application === application && task.state === 'running');

  return {
    list: () => [...entries.values()].map(({ task }) => task).reverse(),
    get: (id) => entries.get(id)?.task,
    start: (kind, application, work) => {
      const id = newId();
      const task: Task = { id, kind, application, state: 'running', startedAt: iso(clock.now()) };
      const stop = new AbortController();
      const entry: Entry = { task, events: [], next: 0, stop, ended: Promise.resolve(task), listeners: new Set() };
      entries.set(id, entry);
      forgetOld();
      const tell = (event: DeployEvent): void => {
        entry.events.push({ number: entry.next++, event });
        if (entry.events.length > mostEvents) entry.events.shift();
        wake(entry);
      };
      const end = (state: TaskState, failure?: TaskFailure): Task => {
        entry.task = { ...task, state, endedAt: iso(clock.now()), ...(failure === undefined ? {} : { failure }) };
        wake(entry);
        return entry.task;
      };
      entry.ended = work(tell, stop.signal).then(
        () => end('done'),
        (error: unknown) => end(stop.signal.aborted ? 'cancelled' : 'failed', failureOf(error)),
      );
      return { id, ended: entry.ended };
    },
    supersede: async (application, why) => {
      const entry = runningOf(application);
      if (entry === undefined) return;
      entry.stop.abort(new Fault('store-conflict', why));
      await entry.ended;
    },
    cancel: (id) => {
      const entry = entries.get(id);
      if (entry?.task.state !== 'running') return false;
      entry.stop.abort(cancelled);
      return true;
    },
    suspend: async () => {
      const running = [...entries.values()].filter(({ task }) => task.state === 'running');
      for (const { stop } of running)
        stop.abort(new Fault('store-conflict', 'The daemon ends; it goes on when it is back.'));
      await Promise.all(running.map(({ ended }) => ended));
    },
    async *follow(id, from, signal) {
      const entry = entries.get(id);
      let next = from;
      while (entry !== undefined && !signal.aborted) {
        for (const event of entry.events.filter(({ number }) => number >= next)) {
          next = event.number + 1;
          yield event;
        }
        if (entry.task.state !== 'running') return;
        await untilTold(entry.listeners, () => entry.next > next || entry.task.state !== 'running', signal);
      }
    },
  };
}

function untilTold(listeners: Set<() => void>, isTold: () => boolean, signal: AbortSignal): Promise<void> {
  if (isTold() || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      listeners.delete(end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    listeners.add(end);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** A bug of ours is told as one, without its stack. */
export function failureOf(error: unknown): TaskFailure {
  if (!isFault(error)) return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
