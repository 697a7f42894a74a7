/** What a benchmark says: figures with their goals, which hold only as ratios within one run. */

export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export type Figure = {
  /** What was measured, for example `docker run: clocker / bridge`. */
  readonly name: string;
  readonly value: number;
  /** `×` for a ratio, else `ms`, `MB`, `%`, `Gbit/s`. */
  readonly unit: string;
  /** 95 % confidence interval of the value. */
  readonly interval?: readonly [low: number, high: number];
  /** Accepted samples or pairs. */
  readonly samples: number;
  readonly goal?: Goal;
};

/** A part of the benchmark: `npm run bench -- NAME` runs it alone. */
export type Part = {
  readonly name: string;
  readonly title: string;
  measure(say: (line: string) => void): Promise<readonly Figure[]>;
};

/** Whether the worse end of the interval meets the goal; undefined without a goal. */
export function isMet({ value, interval, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  const [low, high] = interval ?? [value, value];
  return 'atMost' in goal ? high <= goal.atMost : low >= goal.atLeast;
}

const numberText = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

const goalText = (goal: Goal | undefined): string => {
  if (goal === undefined) return '';
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
};

const verdicts = { true: 'met', false: 'missed', undefined: '' } as const;

/** Cells of one row of the table: name, value, interval, goal, verdict, samples. */
export function cellsOf(figure: Figure): readonly string[] {
  const [low, high] = figure.interval ?? [];
  return [
    figure.name,
    `${numberText(figure.value)} ${figure.unit}`,
    low === undefined || high === undefined ? '' : `${numberText(low)} – ${numberText(high)}`,
    goalText(figure.goal),
    verdicts[`${isMet(figure)}`],
    String(figure.samples),
  ];
}

export const columns = ['figure', 'value', '95 %', 'goal', '', 'samples'] as const;

/** A table in Markdown, aligned for a terminal too. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [columns, ...figures.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head, ...body] = rows.map(line);
  return [head, rule, ...body].join('\n');
}
