/** Shapes of single values. */
import type { Shape } from './shape.ts';
import { refuse, shown } from './shape.ts';

export type TextLimits = {
  /** UTF-16 code units. */
  readonly longest: number;
  readonly shortest?: number;
  /** Anchored by itself. */
  readonly pattern?: RegExp;
  /** What a text that fits the pattern is, for the message: `a network name`. */
  readonly what?: string;
  readonly about?: string;
};

const described = (about: string | undefined) => (about === undefined ? {} : { description: about });

export function text({ longest, shortest = 0, pattern, what = 'a text', about }: TextLimits): Shape<string> {
  const whole = pattern === undefined ? undefined : `^(?:${pattern.source})$`;
  const fitting = whole === undefined ? undefined : new RegExp(whole, pattern?.flags);
  return {
    schema: {
      type: 'string',
      maxLength: longest,
      ...(shortest > 0 ? { minLength: shortest } : {}),
      ...(whole === undefined ? {} : { pattern: whole }),
      ...described(about),
    },
    test: (value, at, issues): value is string => {
      if (typeof value !== 'string') return refuse(issues, at, `must be ${what}, not ${shown(value)}`);
      if (value.length > longest)
        return refuse(issues, at, `must be at most ${longest} characters long, not ${value.length}`);
      if (value.length < shortest) return refuse(issues, at, `must be at least ${shortest} characters long`);
      if (fitting?.test(value) === false) return refuse(issues, at, `must be ${what}, not ${shown(value)}`);
      return true;
    },
  };
}

/** One of some words. */
export function word<const W extends string>(words: readonly W[], about?: string): Shape<W> {
  const known: ReadonlySet<unknown> = new Set(words);
  return {
    schema: { type: 'string', enum: words, ...described(about) },
    test: (value, at, issues): value is W =>
      known.has(value) || refuse(issues, at, `must be one of ${words.join(', ')}, not ${shown(value)}`),
  };
}

export type NumberLimits = { readonly least?: number; readonly most?: number; readonly about?: string };

const limitsOf = ({ least, most, about }: NumberLimits) => ({
  ...(least === undefined ? {} : { minimum: least }),
  ...(most === undefined ? {} : { maximum: most }),
  ...described(about),
});

const numeric = (type: 'integer' | 'number', what: string, limits: NumberLimits): Shape<number> => ({
  schema: { type, ...limitsOf(limits) },
  test: (value, at, issues): value is number => {
    const { least = -Infinity, most = Infinity } = limits;
    const good = typeof value === 'number' && (type === 'number' ? Number.isFinite(value) : Number.isInteger(value));
    if (!good) return refuse(issues, at, `must be ${what}, not ${shown(value)}`);
    if (value < least) return refuse(issues, at, `must be at least ${least}, not ${value}`);
    if (value > most) return refuse(issues, at, `must be at most ${most}, not ${value}`);
    return true;
  },
});

export const integer = (limits: NumberLimits = {}): Shape<number> => numeric('integer', 'a whole number', limits);
export const number = (limits: NumberLimits = {}): Shape<number> => numeric('number', 'a number', limits);

export const boolean = (about?: string): Shape<boolean> => ({
  schema: { type: 'boolean', ...described(about) },
  test: (value, at, issues): value is boolean =>
    typeof value === 'boolean' || refuse(issues, at, `must be true or false, not ${shown(value)}`),
});

/** For what others write and we do not look at; present all the same. */
export const anything = (about?: string): Shape<unknown> => ({
  schema: described(about),
  test: (value): value is unknown => value !== undefined,
});

/** Go writes an absent list or map as `null`. */
export const nullable = <T>(shape: Shape<T>): Shape<T | null> => ({
  schema: { anyOf: [shape.schema, { type: 'null' }] },
  test: (value, at, issues): value is T | null => value === null || shape.test(value, at, issues),
});
