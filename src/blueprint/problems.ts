/** What can be wrong with a blueprint or a catalog. */
import type { Problem, ProblemTable, Span } from '../diagnostic/problem.ts';

export const blueprintProblems = {
  'blueprint-shape': { severity: 'error', explain: 'A key has a value of another kind than it takes.' },
  'blueprint-empty': { severity: 'error', explain: 'The document has neither services nor a type nor a catalog.' },
  'blueprint-type-missing': { severity: 'error', explain: 'An entity, policy, enricher or initializer has no type.' },
  'blueprint-key-unknown': {
    severity: 'warning',
    explain: 'Nobody knows this key. It is kept, as Brooklyn keeps it, and most likely has no effect.',
  },
  'blueprint-key-twice': {
    severity: 'warning',
    explain: 'One config key is given twice, by its name and by a short name. The one in brooklyn.config counts.',
  },
  'blueprint-key-ignored': { severity: 'warning', explain: 'The key is known and has no effect where it stands.' },
  'blueprint-key-kind': { severity: 'error', explain: 'A key of a map is neither a text nor a DSL expression.' },
  'blueprint-location-conflict': {
    severity: 'error',
    explain: '`location` and `locations` are both given and do not say the same.',
  },
  'dsl-syntax': { severity: 'error', explain: 'A text that begins with "$brooklyn:" is no expression of the DSL.' },
  'dsl-function-unknown': { severity: 'error', explain: 'The DSL has no such function.' },
  'dsl-map-form': {
    severity: 'error',
    explain: 'A DSL function written as a key takes its arguments as the value and stands alone in its map.',
  },
  'dsl-not-resolved': { severity: 'warning', explain: 'A DSL expression stands where Brooklyn resolves none.' },
  'catalog-not-carried': {
    severity: 'warning',
    explain: 'A part of a catalog that has no place in an application.',
  },
} as const satisfies ProblemTable;

export type BlueprintProblemCode = keyof typeof blueprintProblems;

export function blueprintProblem(code: BlueprintProblemCode, message: string, at: Span, hint?: string): Problem {
  return { code, severity: blueprintProblems[code].severity, message, at, ...(hint === undefined ? {} : { hint }) };
}
