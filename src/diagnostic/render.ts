/** Problems as text for people and as JSON for programs. Colours are the edge's affair: it hands in a `Paint`. */
import { renderFrame } from './frame.ts';
import { printable } from './printable.ts';
import type { Problem, Severity, Span } from './problem.ts';

export type PaintRole = Severity | 'place' | 'code' | 'frame' | 'hint';
export type Paint = (role: PaintRole, text: string) => string;

export const plainPaint: Paint = (_role, text) => text;

/** The text of a file by the name used in spans; `undefined` where it is not at hand, then no frame is shown. */
export type SourceOf = (file: string) => string | undefined;

/** A message may quote a value of the file, which may be huge. */
const longestMessage = 2000;
const longestPlace = 500;

/** `file:line:col severity code: message`, the frame, and what else is known, in lines without a final newline. */
export function renderProblem(problem: Problem, sourceOf: SourceOf, paint: Paint): string {
  const place = problem.at === undefined ? '' : `${paint('place', renderPlace(problem.at))} `;
  const message = printable(problem.message, longestMessage);
  const lines = [`${place}${paint(problem.severity, problem.severity)} ${paint('code', problem.code)}: ${message}`];
  if (problem.at !== undefined) lines.push(...framed(problem.at, sourceOf, paint));
  if (problem.hint !== undefined) lines.push(`  ${paint('hint', `hint: ${printable(problem.hint, longestMessage)}`)}`);
  if (problem.spec !== undefined) lines.push(`  ${paint('hint', `spec: ${problem.spec}`)}`);
  for (const { message: note, at } of problem.related ?? []) {
    lines.push(`  ${paint('place', renderPlace(at))} ${printable(note, longestMessage)}`);
    lines.push(...framed(at, sourceOf, paint));
  }
  return lines.join('\n');
}

/** `compose.yaml:4:9` */
const renderPlace = ({ file, start }: Span): string => `${printable(file, longestPlace)}:${start.line}:${start.column}`;

function framed(at: Span, sourceOf: SourceOf, paint: Paint): readonly string[] {
  const source = sourceOf(at.file);
  return source === undefined ? [] : renderFrame(source, at).map((line) => `  ${paint('frame', line)}`);
}

/** `2 errors, 1 warning`; `no problems` for none. */
export function renderCounts(problems: readonly Problem[]): string {
  const count = (severity: Severity, one: string, many: string): string[] => {
    const number = problems.filter((problem) => problem.severity === severity).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  };
  const parts = [
    ...count('error', 'error', 'errors'),
    ...count('warning', 'warning', 'warnings'),
    ...count('info', 'note', 'notes'),
  ];
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}

export type PlaceJson = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

/** What `--json` prints for a problem; all of it is promised to stay but the wording of the texts. */
export type ProblemJson = {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at?: PlaceJson;
  readonly hint?: string;
  readonly spec?: string;
  readonly related?: readonly { readonly message: string; readonly at: PlaceJson }[];
};

export function problemJson({ at, related, ...rest }: Problem): ProblemJson {
  return {
    ...rest,
    ...(at === undefined ? {} : { at: placeJson(at) }),
    ...(related === undefined
      ? {}
      : { related: related.map((one) => ({ message: one.message, at: placeJson(one.at) })) }),
  };
}

const placeJson = ({ file, start, end }: Span): PlaceJson => ({
  file,
  line: start.line,
  column: start.column,
  endLine: end.line,
  endColumn: end.column,
});
