import { describe, expect, test } from 'vitest';
import { cellsOf, isMet, tableOf, type Figure } from '../../bench/figure.ts';
import { ratioFigure } from '../../bench/pairs.ts';
import { median, medianInterval, percentile } from '../../bench/statistics.ts';

describe('statistics of the benchmark', () => {
  test.each([
    { values: [3, 1, 2], middle: 2 },
    { values: [4, 1, 3, 2], middle: 2.5 },
    { values: [7], middle: 7 },
  ])('median of $values is $middle', ({ values, middle }) => {
    expect(median(values)).toBe(middle);
  });

  test('percentiles are by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100]);
  });

  test('the interval of a median holds it, and is the same every time', () => {
    const values = [5, 6, 7, 8, 9, 10, 40];
    const [low, high] = medianInterval(values);
    expect(low).toBeLessThanOrEqual(8);
    expect(high).toBeGreaterThanOrEqual(8);
    expect(medianInterval(values)).toEqual([low, high]);
  });

  test('a ratio is taken within rounds, not of the medians', () => {
    expect(ratioFigure('x', [1, 20, 3], [1, 10, 1]).value).toBe(2);
  });

  test('a goal is met when the worse end of the interval meets it', () => {
    const figure: Figure = { name: 'x', value: 1, unit: '×', interval: [0.9, 1.2], samples: 9 };
    expect(isMet(figure)).toBeUndefined();
    expect(isMet({ ...figure, goal: { atMost: 1.1 } })).toBe(false);
    expect(isMet({ ...figure, goal: { atMost: 1.2 } })).toBe(true);
    expect(isMet({ ...figure, goal: { atLeast: 1 } })).toBe(false);
    expect(cellsOf({ ...figure, goal: { atLeast: 0.9 } })).toEqual(['x', '1.00 ×', '0.90 – 1.20', '≥ 0.9', 'met', '9']);
  });

  test('the table is aligned Markdown', () => {
    const lines = tableOf([{ name: 'long name of a figure', value: 123.4, unit: 'ms', samples: 3 }]).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[2]).toContain('| 123 ms');
  });
});
