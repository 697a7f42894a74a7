/** `depends_on`: latches on the start, with what Compose adds to them. */
import { parseLatch, readySensor, renderLatch } from '../../model/latches.ts';
import { readTexts } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Names } from './names.ts';
import { nothing } from './row.ts';
import type { Row } from './row.ts';
import { entriesOf, mapOf } from './values.ts';

const sensorOf = new Map<Value | undefined, string>([
  ['service_started', readySensor.running],
  ['service_healthy', readySensor.healthy],
  ['service_completed_successfully', readySensor.completed],
]);

const conditionOf = new Map<string, string>([
  [readySensor.running, 'service_started'],
  [readySensor.healthy, 'service_healthy'],
  [readySensor.completed, 'service_completed_successfully'],
]);

function encodeDependencies(value: Value, names: Names): ReadonlyMap<string, Value> {
  if (!isMap(value) || value.size === 0) return nothing;
  const each = entriesOf(value).map(([key, said]) => ({
    id: names.id('services', key),
    said: isMap(said) ? said : new Map<string, Value>(),
  }));
  const restart = each.filter(({ said }) => said.get('restart') === true).map(({ id }) => id);
  const optional = each.filter(({ said }) => said.get('required') === false).map(({ id }) => id);
  return mapOf({
    'latch.start': renderLatch(
      each.map(({ id, said }) => ({ entity: id, sensor: sensorOf.get(said.get('condition')) ?? readySensor.running })),
    ),
    'docker.container.dependencies.restart': restart.length === 0 ? undefined : restart,
    'docker.container.dependencies.optional': optional.length === 0 ? undefined : optional,
  });
}

/** Of several conditions on one entity the last counts. A sensor Compose has no word for waits for the start. */
function decodeDependencies(config: ValueMap, names: Names): Value | undefined {
  const conditions = parseLatch(config.get('latch.start'));
  if (conditions.length === 0) return undefined;
  const restart = new Set(readTexts(config, 'docker.container.dependencies.restart'));
  const optional = new Set(readTexts(config, 'docker.container.dependencies.optional'));
  return new Map(
    conditions.map(({ entity, sensor }): [string, Value] => {
      const service = names.key('services', entity);
      const whenUp = sensor === readySensor.up && names.isChecked(service) ? 'service_healthy' : 'service_started';
      return [
        service,
        mapOf({
          condition: conditionOf.get(sensor) ?? whenUp,
          restart: restart.has(entity) ? true : undefined,
          required: !optional.has(entity),
        }),
      ];
    }),
  );
}

export const dependsOn: Row = {
  keys: ['latch.start', 'docker.container.dependencies.restart', 'docker.container.dependencies.optional'],
  encode: encodeDependencies,
  decode: decodeDependencies,
};
