/** Problems in the order of reading: by file as first met, by place, errors before warnings at one place. */
import type { Problem, Severity } from './problem.ts';

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Problems without a place come first. The same problem at the same place is kept once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.at?.file))];
  const order = new Map(files.map((file, index) => [file, file === undefined ? -1 : index]));
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const { file, start } = problem.at ?? {};
      const key = JSON.stringify([file, start?.offset, problem.code, problem.message]);
      return !seen.has(key) && seen.add(key);
    })
    .sort(
      (a, b) =>
        (order.get(a.at?.file) ?? 0) - (order.get(b.at?.file) ?? 0) ||
        (a.at?.start.offset ?? 0) - (b.at?.start.offset ?? 0) ||
        rank[a.severity] - rank[b.severity],
    );
}
