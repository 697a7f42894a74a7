/**
 * The report of a translation: what became of each leaf of the input. Invariant: every leaf of the input has exactly one
 * line, so nothing is lost in silence.
 */
import type { Span } from './problem.ts';

/** `carried`: says the same in the output. `adapted`: says it in another way (`reason` tells how). `lost`: is not there. */
export type Fate = 'carried' | 'adapted' | 'lost';

export type ReportLine = {
  /** Path in the input, for example `services.web.ports[0].published`. */
  readonly path: string;
  readonly fate: Fate;
  readonly at?: Span;
  /** Why, and what it means for the one who runs it; required unless carried. */
  readonly reason?: string;
  /** What to do about it. */
  readonly hint?: string;
};

export type Report = readonly ReportLine[];
