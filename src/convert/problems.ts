/** What can be wrong before a language is asked. */
import type { Problem, ProblemTable } from '../diagnostic/problem.ts';

export const convertProblems = {
  'language-unknown': {
    severity: 'error',
    explain: 'The document is neither a compose file, nor a TOSCA template, nor a blueprint as far as its top tells.',
  },
  'documents-several': {
    severity: 'error',
    explain: 'Only compose files are merged; of other languages one document is read at a time.',
  },
  'into-impossible': {
    severity: 'error',
    explain:
      'What was changed is said elsewhere than in the file it is to be written into, or in a form that can not be edited.',
  },
  'inputs-invalid': { severity: 'error', explain: 'A file of inputs has to be a map of names and values.' },
  'path-invalid': { severity: 'error', explain: 'What is to be explained is named by a path of keys and indexes.' },
  'path-unknown': { severity: 'error', explain: 'Nothing stands at the path that is to be explained.' },
  'upgrade-none': {
    severity: 'error',
    explain: 'Only templates of TOSCA 1.0 to 1.3 can be upgraded, one without errors at a time.',
  },
  'documents-none': { severity: 'error', explain: 'There is no document to read.' },
} as const satisfies ProblemTable;

export const convertProblem = (
  code: keyof typeof convertProblems,
  message: string,
  more: Pick<Problem, 'at' | 'hint'> = {},
): Problem => ({ code, severity: convertProblems[code].severity, message, ...more });
