/** Shapes of lists and objects. */
import { didYouMean } from '../diagnostic/suggest.ts';
import type { Issue, Shape, TypeOf } from './shape.ts';
import { mostIssues, refuse, shown } from './shape.ts';

export const list = <T>(item: Shape<T>, most: number, about?: string): Shape<readonly T[]> => ({
  schema: {
    type: 'array',
    items: item.schema,
    maxItems: most,
    ...(about === undefined ? {} : { description: about }),
  },
  test: (value, at, issues): value is readonly T[] => {
    if (!Array.isArray(value)) return refuse(issues, at, `must be a list, not ${shown(value)}`);
    if (value.length > most) return refuse(issues, at, `must have at most ${most} items, not ${value.length}`);
    return value.every((each: unknown, index) => item.test(each, `${at}[${index}]`, issues));
  },
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const below = (at: string, key: string): string => {
  const name = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  return at === '' ? name : `${at}.${name}`;
};

/** Any keys, one shape of value. Look-ups go through `textAt` or `Object.hasOwn`: a key may be called `constructor`. */
export const dictionary = <T>(item: Shape<T>, most: number, about?: string): Shape<Readonly<Record<string, T>>> => ({
  schema: {
    type: 'object',
    additionalProperties: item.schema,
    maxProperties: most,
    ...(about === undefined ? {} : { description: about }),
  },
  test: (value, at, issues): value is Readonly<Record<string, T>> => {
    if (!isObject(value)) return refuse(issues, at, `must be an object, not ${shown(value)}`);
    const entries = Object.entries(value);
    if (entries.length > most) return refuse(issues, at, `must have at most ${most} entries, not ${entries.length}`);
    return entries.every(([key, each]) => item.test(each, below(at, key), issues));
  },
});

export const textAt = (map: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

type Optional<T> = Shape<T> & { readonly isOptional: true };

export const optional = <T>(shape: Shape<T>): Optional<T> => ({ ...shape, isOptional: true });

type Fields = { readonly [name: string]: Shape<unknown> };
type Whole<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { readonly isOptional: true } ? never : K]: TypeOf<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends { readonly isOptional: true } ? K : never]?: TypeOf<F[K]>;
};
/** Written out, so that editors show the fields. */
type RecordOf<F extends Fields> = { [K in keyof Whole<F>]: Whole<F>[K] };

export type RecordOptions = {
  /** `refused`: an unknown key is a mistake of whoever wrote it. `ignored`: somebody else's object, which may grow. */
  readonly unknownKeys: 'refused' | 'ignored';
  readonly about?: string;
};

export function record<F extends Fields>(fields: F, { unknownKeys, about }: RecordOptions): Shape<RecordOf<F>> {
  const entries = Object.entries(fields);
  const required = entries.filter(([, shape]) => shape.isOptional !== true).map(([name]) => name);
  const testFields = (value: Readonly<Record<string, unknown>>, at: string, issues: Issue[]): boolean => {
    let good = true;
    for (const [name, shape] of entries) {
      if (issues.length >= mostIssues) return false;
      const has = Object.hasOwn(value, name);
      if (!has && shape.isOptional === true) continue;
      if (!has) good = refuse(issues, below(at, name), 'is missing');
      else good = shape.test(value[name], below(at, name), issues) && good;
    }
    return good;
  };
  const testNames = (value: Readonly<Record<string, unknown>>, at: string, issues: Issue[]): boolean => {
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknown === undefined) return true;
    const hint = didYouMean(unknown, Object.keys(fields));
    return refuse(issues, below(at, unknown), `is not known here${hint === undefined ? '' : `. ${hint}`}`);
  };
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, shape]) => [name, shape.schema])),
      ...(required.length === 0 ? {} : { required }),
      ...(unknownKeys === 'refused' ? { additionalProperties: false } : {}),
      ...(about === undefined ? {} : { description: about }),
    },
    test: (value, at, issues): value is RecordOf<F> => {
      if (!isObject(value)) return refuse(issues, at, `must be an object, not ${shown(value)}`);
      const good = testFields(value, at, issues);
      return (unknownKeys === 'ignored' || testNames(value, at, issues)) && good;
    },
  };
}
