/**
 * When a cluster is to have another size, and which: Brooklyn's AutoScalerPolicy with its arithmetic. The load of all members
 * together is size × metric; a size fits when each member's share of it is within the bounds. Pure.
 */
import { parseDuration } from '../deploy/index.ts';
import { readNumber, readText } from '../model/read.ts';
import type { ValueMap } from '../model/value.ts';

export type Scaler = {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly least: number;
  readonly most: number;
  readonly upIncrement: number;
  readonly upMost: number;
  readonly downIncrement: number;
  /** 0: it never shrinks. */
  readonly downMost: number;
  /** Milliseconds that a need has to last. */
  readonly upDelay: number;
  readonly downDelay: number;
  /** Milliseconds between two resizes at least. */
  readonly pause: number;
};

/** As many as the API lets a person ask for: a metric comes out of a container, and may say anything. */
const mostMembers = 5000;

/** `cluster`: the configuration of the cluster itself, which may bound its size as well. */
export function readScaler(config: ValueMap, cluster: ValueMap): Scaler {
  const number = (key: string): number | undefined => readNumber(config, `autoscaler.${key}`);
  const time = (key: string, otherwise: number): number =>
    parseDuration(readText(config, `autoscaler.${key}`) ?? '') ?? otherwise;
  const infinite = Number.POSITIVE_INFINITY;
  return {
    lower: number('metricLowerBound'),
    upper: number('metricUpperBound'),
    least: number('minPoolSize') ?? 1,
    most: Math.min(
      number('maxPoolSize') ?? mostMembers,
      number('insufficientCapacityHighWaterMark') ?? mostMembers,
      readNumber(cluster, 'cluster.max.size') ?? mostMembers,
      mostMembers,
    ),
    upIncrement: Math.max(1, number('resizeUpIterationIncrement') ?? 1),
    upMost: number('resizeUpIterationMax') ?? infinite,
    downIncrement: Math.max(1, number('resizeDownIterationIncrement') ?? 1),
    downMost: number('resizeDownIterationMax') ?? infinite,
    upDelay: time('resizeUpStabilizationDelay', 0),
    downDelay: time('resizeDownStabilizationDelay', 0),
    pause: time('minPeriodBetweenExecs', 100),
  };
}

/** The size that one look at the metric asks for. */
export function desiredSize(scaler: Scaler, size: number, metric: number): number {
  const { lower, upper, least, most } = scaler;
  const total = size * metric;
  let delta = 0;
  if (upper !== undefined && metric > upper && upper > 0) delta = grow(scaler, Math.ceil(total / upper) - size);
  else if (lower !== undefined && metric < lower && lower > 0) delta = -shrink(scaler, size, total);
  return Math.min(Math.max(size + delta, least), most);
}

/** In whole increments, so that the need is met; of what is allowed at once, whole increments as well. */
function grow({ upIncrement, upMost }: Scaler, need: number): number {
  const wanted = Math.ceil(need / upIncrement) * upIncrement;
  return wanted <= upMost ? wanted : Math.floor(upMost / upIncrement) * upIncrement;
}

function shrink({ upper, lower, downIncrement, downMost }: Scaler, size: number, total: number): number {
  let wanted = Math.floor(total / (lower ?? 1));
  // What is taken away must not make the others so busy that it has to be brought back.
  while (upper !== undefined && wanted < size && total > upper * wanted) wanted++;
  const surplus = Math.floor((size - wanted) / downIncrement) * downIncrement;
  const allowed = Math.floor(Math.min(surplus, downMost) / downIncrement) * downIncrement;
  return Math.max(0, allowed);
}

/** Sizes asked for, as they were seen. */
export type Wish = { readonly at: number; readonly size: number };

export type Window = { readonly wishes: readonly Wish[]; readonly resizedAt: number | undefined };

export const newWindow: Window = { wishes: [], resizedAt: undefined };

/** `resizeTo` where a wish has lasted: the least that was asked for all along when growing, the most when shrinking. */
export function consider(
  scaler: Scaler,
  window: Window,
  size: number,
  metric: number | undefined,
  now: number,
): { readonly window: Window; readonly resizeTo: number | undefined } {
  const wish = metric === undefined ? undefined : desiredSize(scaler, size, metric);
  const wishes = [...window.wishes, ...(wish === undefined ? [] : [{ at: now, size: wish }])];
  const resizeTo = wish === undefined ? undefined : lasting(scaler, wishes, size, now);
  const isTooSoon = window.resizedAt !== undefined && now - window.resizedAt < scaler.pause;
  if (resizeTo !== undefined && resizeTo !== size && !isTooSoon)
    return { window: { wishes: [], resizedAt: now }, resizeTo };
  const from = now - Math.max(scaler.upDelay, scaler.downDelay);
  // One from before the window is kept, which says what was wished when it began.
  const before = wishes.findLastIndex(({ at }) => at <= from);
  return { window: { ...window, wishes: wishes.slice(Math.max(0, before)) }, resizeTo: undefined };
}

function lasting(scaler: Scaler, wishes: readonly Wish[], size: number, now: number): number | undefined {
  const latest = wishes.at(-1);
  if (latest === undefined || latest.size === size) return undefined;
  const isUp = latest.size > size;
  const from = now - (isUp ? scaler.upDelay : scaler.downDelay);
  const first = wishes.findLastIndex(({ at }) => at <= from);
  if (first < 0) return undefined;
  const sizes = wishes.slice(first).map((wish) => wish.size);
  if (sizes.some((one) => (isUp ? one <= size : one >= size))) return undefined;
  return isUp ? Math.min(...sizes) : Math.max(...sizes);
}
