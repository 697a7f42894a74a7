/**
 * What happens on an engine, for as long as one wants to know. An event only says "look again": whenever the connection
 * is new, `connected` comes first, and whoever listens lists what there is. Events of the gap come as well.
 */
import { isFault, type Fault } from '../../diagnostic/fault.ts';
import { dictionary, fits, integer, optional, record, text } from '../../shape/index.ts';
import { engineText, lenient, mostThings, type Labels } from './answers.ts';
import { unreachable } from './failure.ts';
import { readJsonLines } from './lines.ts';
import type { VersionedTransport } from './version.ts';

export type EngineEvent = {
  /** `container`, `network`, `volume`, `image`, `daemon`, … */
  readonly type: string;
  /** `start`, `die`, `health_status: healthy`, `create`, `destroy`, `connect`, … */
  readonly action: string;
  readonly id: string;
  readonly attributes: Labels;
};

export type EngineNews =
  | { readonly kind: 'connected' }
  | { readonly kind: 'event'; readonly event: EngineEvent }
  /** Out of contact; tried again by itself. */
  | { readonly kind: 'lost'; readonly fault: Fault };

/** What it asks of time; src/host/clock gives the real one, tests a fake. */
export type EventClock = {
  schedule(milliseconds: number, then: () => void): () => void;
};

export type EventOptions = {
  /** Types wanted; all when empty. */
  readonly types: readonly string[];
  readonly clock: EventClock;
  readonly signal: AbortSignal;
};

export type EventCalls = {
  /** Ends, without error, when the signal aborts. */
  events(options: EventOptions): AsyncIterable<EngineNews>;
};

const shape = record(
  {
    Type: optional(text(engineText)),
    Action: optional(text(engineText)),
    Actor: optional(
      record(
        { ID: optional(text(engineText)), Attributes: optional(dictionary(text(engineText), mostThings)) },
        lenient,
      ),
    ),
    timeNano: optional(integer()),
    time: optional(integer()),
  },
  lenient,
);

const deadline = 30_000;
const firstPause = 250;
const longestPause = 5000;

export const eventCalls = (engine: VersionedTransport): EventCalls => ({
  async *events({ types, clock, signal }) {
    let since: string | undefined;
    let pause = firstPause;
    while (!signal.aborted) {
      try {
        const query = {
          ...(types.length === 0 ? {} : { filters: JSON.stringify({ type: types }) }),
          ...(since === undefined ? {} : { since }),
        };
        const answer = await engine.stream({ method: 'GET', path: '/events', query, deadline, signal });
        pause = firstPause;
        yield { kind: 'connected' };
        for await (const value of readJsonLines(answer)) {
          if (!fits(shape, value)) continue;
          since = momentOf(value.timeNano, value.time) ?? since;
          yield {
            kind: 'event',
            event: {
              type: value.Type ?? '',
              action: value.Action ?? '',
              id: value.Actor?.ID ?? '',
              attributes: value.Actor?.Attributes ?? {},
            },
          };
        }
        if (!signal.aborted) yield { kind: 'lost', fault: unreachable(engine.host, new Error('it closed its events')) };
      } catch (error) {
        if (signal.aborted) return;
        yield { kind: 'lost', fault: isFault(error) ? error : unreachable(engine.host, error) };
      }
      await rest(clock, pause, signal);
      pause = Math.min(pause * 2, longestPause);
    }
  },
});

/** Nanoseconds are beyond what a number holds exactly; a moment before is as good, events may come twice. */
const momentOf = (nanoseconds: number | undefined, seconds: number | undefined): string | undefined =>
  nanoseconds === undefined ? seconds?.toString() : Math.floor(nanoseconds / 1e9).toString();

function rest(clock: EventClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.schedule(milliseconds, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
