/**
 * What is done when an entity fails: Brooklyn's ServiceRestarter. It is restarted once; a second failure within the window is
 * left for somebody to look at. Pure.
 */
import { parseDuration } from '../deploy/index.ts';
import { readText } from '../model/read.ts';
import type { ValueMap } from '../model/value.ts';

export type Health = 'up' | 'failed' | 'unknown';

export type Restarter = {
  readonly failedAt: number | undefined;
  /** Nothing more is done until it is up again. */
  readonly gaveUp: boolean;
};

export const newRestarter: Restarter = { failedAt: undefined, gaveUp: false };

const usualWindow = 3 * 60_000;

/** Milliseconds in which a second failure is one too many. */
export const restartWindow = (config: ValueMap): number =>
  parseDuration(readText(config, 'failOnRecurringFailuresInThisDuration') ?? '') ?? usualWindow;

export function observe(
  before: Restarter,
  health: Health,
  window: number,
  now: number,
): { readonly restarter: Restarter; readonly act: 'restart' | 'give up' | undefined } {
  if (health === 'up') return { restarter: { ...before, gaveUp: false }, act: undefined };
  if (health === 'unknown' || before.gaveUp) return { restarter: before, act: undefined };
  const isRecurring = before.failedAt !== undefined && now - before.failedAt < window;
  return { restarter: { failedAt: now, gaveUp: isRecurring }, act: isRecurring ? 'give up' : 'restart' };
}
