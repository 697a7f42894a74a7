import type { Issue, Shape } from './shape.ts';

export type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/** The value as what it should be, or everything that is wrong with it. */
export function readShape<T>(shape: Shape<T>, value: unknown): Read<T> {
  const issues: Issue[] = [];
  return shape.test(value, '', issues) ? { kind: 'value', value } : { kind: 'issues', issues };
}

export const fits = <T>(shape: Shape<T>, value: unknown): value is T => shape.test(value, '', []);

/** `name: must be a text, not 7; size: must be at least 0, not -1` */
export const renderIssues = (issues: readonly Issue[]): string =>
  issues.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`)).join('; ');
