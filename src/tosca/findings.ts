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
  /** Tells everything at the beginning of a block that an alias stands for, and where in it as a related place. */
  within(block: Span): Findings;
  /** The file is written in a version later than this one. */
  isAfter(version: Version): boolean;
};

export function collectFindings(
  version: Version,
  problems: Problem[],
  block?: Span,
  told = new Set<string>(),
): Findings {
  return {
    version,
    add: (code, message, at, detail = {}) => {
      const place = `${code} ${at?.file ?? ''} ${at?.start.offset ?? ''}`;
      if (isOfItsText(code) && at !== undefined && told.has(place)) return;
      told.add(place);
      problems.push(toscaProblem(code, message, block ?? at, { ...detail, ...aliased(at, block, detail), version }));
    },
    count: () => problems.length,
    within: (span) => collectFindings(version, problems, span, told),
    isAfter: (other) => version !== other && isAtLeast(version, other),
  };
}

/** Wrong in itself: told once, however many templates have the text by copying it. */
const isOfItsText = (code: ToscaProblemCode): boolean =>
  code.startsWith('Unknown') || code === 'ValueTypeMismatch' || code === 'ConstraintViolation';

const aliased = (
  at: Span | undefined,
  block: Span | undefined,
  { related = [] }: ProblemDetail,
): Pick<ProblemDetail, 'related'> =>
  at === undefined || block === undefined
    ? {}
    : { related: [{ message: 'This one, by way of an alias.', at }, ...related] };
