/** Sizes of clusters, and the bounds of the policies that change them. */
import type { Problem } from '../../diagnostic/problem.ts';
import { policyType } from '../entity-types.ts';
import { modelProblem } from '../problems.ts';
import { readNumber } from '../read.ts';
import type { Placed } from '../traverse.ts';

export function checkSizes({ entity, path }: Placed): readonly Problem[] {
  const initial = readNumber(entity.config, 'cluster.initial.size');
  const most = readNumber(entity.config, 'cluster.max.size');
  const problem = (message: string): Problem => modelProblem('model-size', path, message);
  return [
    ...(initial !== undefined && (initial < 0 || !Number.isInteger(initial))
      ? [problem(`${initial} is no number of members.`)]
      : []),
    ...(initial !== undefined && most !== undefined && initial > most
      ? [problem(`It begins with ${initial} members and may have ${most} at most.`)]
      : []),
    ...entity.policies
      .filter((policy) => policy.type === policyType.autoScaler)
      .flatMap(({ config }) => [
        ...outOfOrder(
          problem,
          'members',
          readNumber(config, 'autoscaler.minPoolSize'),
          readNumber(config, 'autoscaler.maxPoolSize'),
        ),
        ...outOfOrder(
          problem,
          'bounds',
          readNumber(config, 'autoscaler.metricLowerBound'),
          readNumber(config, 'autoscaler.metricUpperBound'),
        ),
      ]),
  ];
}

const outOfOrder = (
  problem: (message: string) => Problem,
  what: string,
  least: number | undefined,
  most: number | undefined,
): readonly Problem[] =>
  least !== undefined && most !== undefined && least > most
    ? [problem(`Its scaling policy has the ${what} ${least} to ${most}, which is no range.`)]
    : [];
