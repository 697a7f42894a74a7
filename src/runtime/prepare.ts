/** From an application to what is wanted of an engine. Pure. */
import { readBlueprint } from '../blueprint/index.ts';
import type { Checked } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { desiredDeployment } from '../deploy/index.ts';
import type { Deployment, EngineTraits, Materials } from '../deploy/index.ts';
import type { Application } from '../model/entity.ts';
import { checkApplication } from '../model/invariants.ts';

export function prepare(
  name: string,
  application: Application,
  materials: Materials,
  engine: EngineTraits,
): Checked<Deployment> {
  const { value, problems } = desiredDeployment(application, { name, materials, engine });
  return { value, problems: [...checkApplication(application), ...problems] };
}

/** Of a text that was kept; undefined where it can't be read any more. */
export function prepareText(
  name: string,
  blueprint: string,
  materials: Materials,
  engine: EngineTraits,
): Deployment | undefined {
  const { value: application, problems } = readBlueprint(blueprint, `${name}.yaml`);
  if (hasErrors(problems)) return undefined;
  return prepare(name, application, materials, engine).value;
}
