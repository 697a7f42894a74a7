/** What can be wrong with the daemon's configuration file. */
import type { ProblemTable } from '../diagnostic/problem.ts';

export const daemonProblems = {
  'config-value': {
    severity: 'error',
    explain: 'The configuration file of the daemon says something it does not know.',
  },
} as const satisfies ProblemTable;
