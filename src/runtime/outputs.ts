/** What an application tells of itself, from its text and from what was last seen of its entities. Pure. */
import { readBlueprint } from '../blueprint/index.ts';
import { applicationOutputs } from '../deploy/index.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { modelValue, plainValue } from './plain-value.ts';
import type { ApplicationRecord, StatusRecord } from './records.ts';

/** By name, as JSON has them; what is not known yet is left out. */
export function outputsOf(
  { name, blueprint, sizes = {} }: Pick<ApplicationRecord, 'name' | 'blueprint' | 'sizes'>,
  statuses: readonly StatusRecord[],
): Readonly<Record<string, unknown>> {
  const { value: application, problems } = readBlueprint(blueprint, `${name}.yaml`);
  if (hasErrors(problems)) return {};
  const seen = new Map(statuses.map(({ instance, sensors }) => [instance, sensors]));
  const outputs = applicationOutputs(application, new Map(Object.entries(sizes)), ({ instance, sensor }) => {
    const sensors = seen.get(instance) ?? {};
    return Object.hasOwn(sensors, sensor) ? modelValue(sensors[sensor]) : undefined;
  });
  return Object.fromEntries([...outputs].map(([key, value]) => [key, plainValue(value)]));
}
