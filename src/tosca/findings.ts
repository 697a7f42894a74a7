/** Where the checks of one file put what they find; knows the version, so that messages can name the right section. */
import type { Problem, Span } from '../diagnostic/problem.ts';
import { toscaProblem } from './problems.ts';
import type { ProblemDetail, ToscaProblemCode } from './problems.ts';
import { isAtLeast } from './version.ts';
import type { Version } from './version.ts';

export type Findings = {
  readonly version: Version;
  add(code: ToscaProblemCode, message: string, at: Span | undefined, detail?: Omit<ProblemDetail, 'version'>): void;
  /** How many there are so far. */
  count(): number;
  /** The file is written in a version later than this one. */
  isAfter(version: Version): boolean;
};

export const collectFindings = (version: Version, problems: Problem[]): Findings => ({
  version,
  add: (code, message, at, detail = {}) => void problems.push(toscaProblem(code, message, at, { ...detail, version })),
  count: () => problems.length,
  isAfter: (other) => version !== other && isAtLeast(version, other),
});
