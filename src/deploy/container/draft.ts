/** The body of `POST /containers/create` while it is made, and how a config value becomes one of its fields. */
import type { Value } from '../../model/value.ts';
import type { Complain } from '../problems.ts';

export type Fields = { [name: string]: unknown };

export type Draft = {
  /** The top level. */
  readonly config: Fields;
  readonly host: Fields;
};

/** One config key. `write` puts it into the draft; `elsewhere` says which part of the plan reads it. */
export type Row =
  | { readonly kind: 'field'; readonly write: (value: Value, draft: Draft, complain: Complain) => void }
  | { readonly kind: 'elsewhere' }
  /** It has no effect on this target, which is told. */
  | { readonly kind: 'not-carried'; readonly why: string };

/** Undefined after it has complained. */
export type Reader = (value: Value, complain: Complain) => unknown;

export const elsewhere: Row = { kind: 'elsewhere' };
export const notCarried = (why: string): Row => ({ kind: 'not-carried', why });

export const top = (field: string, read: Reader): Row => ({
  kind: 'field',
  write: (value, draft, complain) => put(draft.config, field, read(value, complain)),
});

export const host = (field: string, read: Reader): Row => ({
  kind: 'field',
  write: (value, draft, complain) => put(draft.host, field, read(value, complain)),
});

export function put(fields: Fields, field: string, value: unknown): void {
  if (value !== undefined) fields[field] = value;
}
