/** The arithmetic of Brooklyn's AutoScalerPolicy, and how long a need has to last. */
import { describe, expect, test } from 'vitest';
import type { Scaler, Window } from '../../src/runtime/autoscaler.ts';
import { consider, desiredSize, newWindow, readScaler } from '../../src/runtime/autoscaler.ts';

const scaler = (
  config: Readonly<Record<string, string | number>> = {},
  cluster: Readonly<Record<string, number>> = {},
): Scaler =>
  readScaler(
    new Map(
      Object.entries({ metricLowerBound: 10, metricUpperBound: 100, ...config }).map(([key, value]) => [
        `autoscaler.${key}`,
        value,
      ]),
    ),
    new Map(Object.entries(cluster)),
  );

test('a size stays within what the cluster may have, whatever a container says', () => {
  expect(desiredSize(scaler({}, { 'cluster.max.size': 7 }), 2, 900)).toBe(7);
  expect(desiredSize(scaler(), 2, 1e300)).toBe(5000);
});

describe('the size asked for', () => {
  test.each([
    ['within the bounds', {}, 3, 50, 3],
    ['at the upper bound', {}, 3, 100, 3],
    ['at the lower bound', {}, 3, 10, 3],
    ['too busy: the load shared by as many as can bear it', {}, 2, 250, 5],
    ['just too busy', {}, 2, 101, 3],
    ['too idle', {}, 4, 5, 2],
    ['idle: never less than the least', {}, 4, 0, 1],
    ['idle, with another least', { minPoolSize: 2 }, 4, 0, 2],
    ['too busy: never more than the most', { maxPoolSize: 4 }, 2, 900, 4],
    ['never more than what there was room for', { insufficientCapacityHighWaterMark: 3 }, 2, 900, 3],
    ['in increments', { resizeUpIterationIncrement: 4 }, 2, 250, 6],
    ['at most so many at once', { resizeUpIterationMax: 2 }, 2, 900, 4],
    [
      'whole increments of what is allowed at once',
      { resizeUpIterationIncrement: 2, resizeUpIterationMax: 5 },
      2,
      900,
      6,
    ],
    ['down in increments', { resizeDownIterationIncrement: 3 }, 8, 5, 5],
    ['down at most so many', { resizeDownIterationMax: 1 }, 8, 5, 7],
    ['down never', { resizeDownIterationMax: 0 }, 8, 1, 8],
    // 5 × 9 = 45: 45 / 10 leaves 4, and with an upper bound of 11 each of 4 would have 11.25.
    ['not so few that they would have to be brought back', { metricUpperBound: 11 }, 5, 9, 5],
    ['below the least without a metric to say so', { minPoolSize: 5 }, 3, 50, 5],
  ])('%s', (_what, config, size, metric, wanted) => {
    expect(desiredSize(scaler(config), size, metric)).toBe(wanted);
  });
});

/** Seconds and what is measured then -> sizes it was resized to, with the second. */
function run(config: Scaler, from: number, measured: readonly (readonly [number, number | undefined])[]): string {
  let window: Window = newWindow;
  let size = from;
  const resizes: string[] = [];
  for (const [second, metric] of measured) {
    const found = consider(config, window, size, metric, second * 1000);
    window = found.window;
    if (found.resizeTo === undefined) continue;
    size = found.resizeTo;
    resizes.push(`${second}s ${size}`);
  }
  return resizes.join(', ');
}

describe('when it is resized', () => {
  test.each([
    ['at once', {}, 2, [[0, 250]], '0s 5'],
    [
      'when the need has lasted',
      { resizeUpStabilizationDelay: '10s' },
      2,
      [
        [0, 250],
        [5, 250],
        [10, 250],
      ],
      '10s 5',
    ],
    [
      'not when it went away in between',
      { resizeUpStabilizationDelay: '10s' },
      2,
      [
        [0, 250],
        [5, 50],
        [10, 250],
        [15, 250],
      ],
      '',
    ],
    [
      'by the least that was asked for all along',
      { resizeUpStabilizationDelay: '10s' },
      2,
      [
        [0, 250],
        [5, 150],
        [10, 400],
      ],
      '10s 3',
    ],
    [
      'down by the most',
      { resizeDownStabilizationDelay: '10s' },
      8,
      [
        [0, 1],
        [5, 5],
        [10, 1],
      ],
      '10s 4',
    ],
    [
      'no sooner after another than it may',
      { minPeriodBetweenExecs: '20s' },
      1,
      [
        [0, 150],
        [5, 150],
        [20, 150],
      ],
      '0s 2, 20s 3',
    ],
    [
      'never without a metric',
      {},
      2,
      [
        [0, undefined],
        [9, undefined],
      ],
      '',
    ],
    [
      'up at once, down only when it lasts',
      { resizeDownStabilizationDelay: '30s' },
      2,
      [
        [0, 250],
        [1, 2],
        [20, 2],
        [31, 2],
      ],
      '0s 5, 31s 1',
    ],
  ] as const)('%s', (_what, config, size, measured, resizes) => {
    expect(run(scaler(config), size, measured)).toBe(resizes);
  });
});
