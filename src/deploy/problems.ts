/** What can be wrong with an application when it is to run on a Docker host. */
import type { Problem, ProblemTable } from '../diagnostic/problem.ts';

export const deployProblems = {
  'deploy-value': {
    severity: 'error',
    explain: 'A config key has a value of a shape that the Docker Engine has no use for.',
  },
  'deploy-type': { severity: 'error', explain: 'Clocker does not run entities of this type.' },
  'deploy-image': { severity: 'error', explain: 'A container has neither an image nor anything to build one from.' },
  'deploy-name': { severity: 'error', explain: 'Two things would have one name on the engine.' },
  'deploy-port': { severity: 'error', explain: 'Two containers would publish one port of the host.' },
  'deploy-reference': {
    severity: 'error',
    explain: 'A container uses a network, volume, secret, config or entity that is not there.',
  },
  'deploy-material': {
    severity: 'error',
    explain:
      'A file, a build context or a variable that the application needs was not handed over by whoever deploys it.',
  },
  'deploy-expression': { severity: 'error', explain: 'A $brooklyn: expression that can not be evaluated.' },
  'deploy-not-carried': {
    severity: 'warning',
    explain: 'Something the application says has no effect on this target.',
  },
} as const satisfies ProblemTable;

export type DeployProblemCode = keyof typeof deployProblems;

/** `where` is an entity and, where known, a key: `web: docker.memory`. */
export function deployProblem(code: DeployProblemCode, where: string, message: string, hint?: string): Problem {
  const { severity } = deployProblems[code];
  const place = where === '' ? '' : `${where}: `;
  return { code, severity, message: `${place}${message}`, ...(hint === undefined ? {} : { hint }) };
}

/** Told what is wrong with one thing. */
export type Complain = (code: DeployProblemCode, message: string, hint?: string) => void;
