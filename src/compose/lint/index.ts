/** Warnings for what Docker Compose accepts though it is surely wrong (docs/problems.md lists the codes). */
import type { Problem } from '../../diagnostic/problem.ts';
import type { LintInput, Rule } from './finding.ts';
import * as network from './network-rules.ts';
import * as service from './service-rules.ts';

export { lintProblems } from './problems.ts';
export type { LintInput } from './finding.ts';

const rules: readonly Rule[] = [
  service.restart,
  service.command,
  service.healthcheck,
  service.image,
  service.numbers,
  service.tooLarge,
  service.environment,
  service.fileModes,
  service.mounts,
  service.targets,
  service.exposed,
  service.publishedTwice,
  network.subnets,
  network.insidePool,
  network.fixedAddresses,
  network.hostAddresses,
  network.extraHosts,
  network.macAddresses,
  network.external,
  network.overlapping,
];

/** In order of rule, then of the text; the one who shows them sorts. */
export const lint = (input: LintInput): readonly Problem[] => rules.flatMap((rule) => rule(input));
