/** Answers of the engine by their shape. */
import { readShape, renderIssues, type Shape } from '../../shape/index.ts';
import { unreadable } from './failure.ts';

/** Of fields we do not read anything may be said: newer engines say more. */
export const lenient = { unknownKeys: 'ignored' } as const;

/** Names, ids and messages of an engine. */
export const engineText = { longest: 1024 * 1024 } as const;

/** Most things of one kind an engine may have. */
export const mostThings = 1_000_000;

export function expectShape<T>(shape: Shape<T>, value: unknown, what: string): T {
  const read = readShape(shape, value);
  if (read.kind === 'value') return read.value;
  throw unreadable(what, renderIssues(read.issues));
}

export type Labels = Readonly<Record<string, string>>;
