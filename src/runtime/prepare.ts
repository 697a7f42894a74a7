/** From an application to what is wanted of an engine. Pure. */
import { readBlueprint } from '../blueprint/index.ts';
import type { Checked } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { desiredDeployment } from '../deploy/index.ts';
import type { Deployment, EngineTraits, Materials } from '../deploy/index.ts';
import type { Application } from '../model/entity.ts';
import { checkApplication } from '../model/invariants.ts';
import type { ApplicationRecord } from './records.ts';

export type Around = {
  readonly materials: Materials;
  readonly engine: EngineTraits;
  /** Of clusters that were resized, by instance id. */
  readonly sizes?: Readonly<Record<string, number>> | undefined;
};

export function prepare(
  name: string,
  application: Application,
  { materials, engine, sizes = {} }: Around,
): Checked<Deployment> {
  const options = { name, materials, engine, sizes: new Map(Object.entries(sizes)) };
  const { value, problems } = desiredDeployment(application, options);
  return { value, problems: [...checkApplication(application), ...problems] };
}

/** Of a record that was kept; undefined where its text can't be read any more. */
export function prepareRecord(
  { name, blueprint, sizes }: Pick<ApplicationRecord, 'name' | 'blueprint' | 'sizes'>,
  materials: Materials,
  engine: EngineTraits,
): Deployment | undefined {
  const { value: application, problems } = readBlueprint(blueprint, `${name}.yaml`);
  if (hasErrors(problems)) return undefined;
  return prepare(name, application, { materials, engine, sizes }).value;
}
