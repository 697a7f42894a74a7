/**
 * Problems: mistakes in a file the user gave us. They are collected and returned, never thrown, so that one run shows
 * them all. What fails outside (Docker, the store, the kernel) is a `Fault`; our own bugs are plain `Error`s.
 */

/** A place in a text. Line and column count from 1, column in UTF-16 code units; `offset` from 0. */
export type Position = { readonly offset: number; readonly line: number; readonly column: number };

/** From `start` up to, not including, `end`. `file` is the name the user knows it by. */
export type Span = { readonly file: string; readonly start: Position; readonly end: Position };

export type Severity = 'error' | 'warning' | 'info';

export type Problem = {
  /** Stable kebab-case name, listed and explained in docs/problems.md. OASIS's own names for TOSCA. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, in one sentence, ending in a full stop. */
  readonly message: string;
  readonly at?: Span;
  /** What to do about it. */
  readonly hint?: string;
  /** Section of the specification that says so, for example "TOSCA 2.0 §7.3". */
  readonly spec?: string;
  /** Other places that matter, for example where a name was first defined. */
  readonly related?: readonly { readonly message: string; readonly at: Span }[];
};

/** A translation always yields a value; whether it may be used is told by its problems. */
export type Checked<T> = { readonly value: T; readonly problems: readonly Problem[] };

/** One row per code of a translator; docs/problems.md is checked against these tables. */
export type ProblemTable = Readonly<Record<string, { readonly severity: Severity; readonly explain: string }>>;

export const hasErrors = (problems: readonly Problem[]): boolean => problems.some((p) => p.severity === 'error');
