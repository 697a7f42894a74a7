/** JSON Schema 2020-12, of which OpenAPI 3.1 is a superset. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Something that is not as it should be: `at` is the path in the value, `` for the whole. */
export type Issue = { readonly at: string; readonly message: string };

export type Shape<T> = {
  readonly schema: JsonSchema;
  /** Absent from a record is fine too. */
  readonly isOptional?: boolean;
  /** True when the value is a T; else it has added what is wrong to `issues`. */
  readonly test: (value: unknown, at: string, issues: Issue[]) => value is T;
};

export type TypeOf<S> = S extends Shape<infer T> ? T : never;

/** Issues after which a check stops: a hostile list of a million wrong items needs no million lines. */
export const mostIssues = 20;

const longestShown = 80;

/** A value from outside as it may stand in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text =
    typeof value === 'string' ? JSON.stringify(value.slice(0, longestShown + 1)) : `${JSON.stringify(value)}`;
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** Adds an issue; always false, so that a check can return it. */
export function refuse(issues: Issue[], at: string, message: string): false {
  issues.push({ at, message });
  return false;
}
