/** What can be wrong with an application whatever it was written in. */
import type { Problem, ProblemTable } from '../diagnostic/problem.ts';

export const modelProblems = {
  'model-id-twice': { severity: 'error', explain: 'Two entities have the same id, so references to it are ambiguous.' },
  'model-reference-unknown': {
    severity: 'warning',
    explain: 'A reference names an id no entity of the application has.',
  },
  'model-latch-cycle': {
    severity: 'error',
    explain: 'Entities wait for each other to start, so none of them ever would.',
  },
  'model-size': { severity: 'error', explain: 'A cluster or its scaling policy has sizes that contradict each other.' },
  'model-address': { severity: 'error', explain: 'A network has an address or an address range that is none.' },
  'model-address-overlap': {
    severity: 'error',
    explain: 'Two networks of the application have addresses in common.',
  },
  'model-address-outside': {
    severity: 'error',
    explain: "A network's gateway or address range lies outside its addresses.",
  },
} as const satisfies ProblemTable;

export type ModelProblemCode = keyof typeof modelProblems;

/** `path` says where, since a model has no file. */
export function modelProblem(code: ModelProblemCode, path: string, message: string, hint?: string): Problem {
  const { severity } = modelProblems[code];
  const where = path === '' ? '' : `${path}: `;
  return { code, severity, message: `${where}${message}`, ...(hint === undefined ? {} : { hint }) };
}
