/** What can be wrong with a YAML text before anybody asks what it means. */
import type { Problem, ProblemTable, Span } from '../diagnostic/problem.ts';

export const documentProblems = {
  'yaml-syntax': { severity: 'error', explain: 'The text is not YAML at this place.' },
  'yaml-character': {
    severity: 'error',
    explain: 'YAML forbids this character (NUL, a control character, a lone surrogate).',
  },
  'yaml-duplicate-key': {
    severity: 'error',
    explain: 'A map has the same key twice. A warning where the language lets the last one win.',
  },
  'yaml-alias-unknown': {
    severity: 'error',
    explain: 'An alias (*name) names an anchor that stands nowhere before it.',
  },
  'yaml-alias-cycle': {
    severity: 'error',
    explain: 'An alias stands inside the node of its own anchor, so the value would have no end.',
  },
  'yaml-merge-value': {
    severity: 'error',
    explain: 'A merge key (<<) takes a map or a list of maps; this is something else.',
  },
  'yaml-tag-value': { severity: 'error', explain: 'The value cannot be read as the type its tag names.' },
  'yaml-multiple-documents': {
    severity: 'error',
    explain: 'One document is expected here and the text holds several, separated by "---".',
  },
  'yaml-too-large': { severity: 'error', explain: 'The text is larger than Clocker reads.' },
  'yaml-too-deep': { severity: 'error', explain: 'Maps and lists are nested deeper than Clocker reads.' },
  'yaml-too-many-nodes': {
    severity: 'error',
    explain: 'The document has more values than Clocker reads, counted with aliases and merges written out.',
  },
  'yaml-edit-impossible': {
    severity: 'error',
    explain: 'A change can not be made without touching other parts of the text, so none is made.',
  },
} as const satisfies ProblemTable;

export type DocumentProblemCode = keyof typeof documentProblems;

export function documentProblem(
  code: DocumentProblemCode,
  message: string,
  at: Span,
  more: Partial<Pick<Problem, 'severity' | 'hint' | 'related'>> = {},
): Problem {
  return { code, severity: documentProblems[code].severity, message, at, ...more };
}
