/**
 * Sensors an entity has by its own word: static ones, and those an enricher makes of others. They are made anew whenever
 * they are asked for, so that there is no second copy that could be out of date. Pure.
 */
import type { Adjunct, Entity } from '../model/entity.ts';
import { enricherType } from '../model/entity-types.ts';
import { textEntries, textOf } from '../model/read.ts';
import type { Value } from '../model/value.ts';
import { isDeferred, isList, isMap } from '../model/value.ts';

const staticSensor = /(?:^|\.)StaticSensor$/;

export type Derived = ReadonlyMap<string, Value>;

const none: Derived = new Map();

/** By name: the value, or the DSL that tells it. */
export function derivedSensors({ initializers, enrichers }: Pick<Entity, 'initializers' | 'enrichers'>): Derived {
  if (initializers.length === 0 && enrichers.length === 0) return none;
  return new Map([...initializers.flatMap(staticOf), ...enrichers.flatMap(enrichedBy)]);
}

function staticOf({ type, config, fields }: Adjunct): readonly (readonly [string, Value])[] {
  if (!staticSensor.test(type)) return [];
  const name = textOf(config.get('name') ?? fields?.get('name'));
  const value = config.get('static.value') ?? fields?.get('static.value');
  return name === undefined || value === undefined ? [] : [[name, value]];
}

function enrichedBy({ type, config }: Adjunct): readonly (readonly [string, Value])[] {
  if (isNamed(type, enricherType.transformer)) {
    const name = sensorName(config.get('enricher.targetSensor'));
    const value = config.get('enricher.targetValue');
    return name === undefined || value === undefined ? [] : [[name, value]];
  }
  return isNamed(type, enricherType.propagator) ? propagatedBy(config) : [];
}

export const isNamed = (type: string, known: string): boolean => type === known || `org.apache.${type}` === known;

/** What another entity tells, under the same name or another. */
function propagatedBy(config: Adjunct['config']): readonly (readonly [string, Value])[] {
  const producer = config.get('enricher.producer');
  if (!isDeferred(producer) || producer.kind !== 'dsl') return [];
  const told = (sensor: string): Value => ({
    kind: 'dsl',
    steps: [...producer.steps, { kind: 'call', name: 'attributeWhenReady', arguments: [sensor] }],
  });
  const included = config.get('enricher.propagating.inclusions');
  const mapping = config.get('enricher.propagating.sensorMapping');
  const same = (isList(included) ? included : []).flatMap((each) => sensorName(each) ?? []);
  const renamed = isMap(mapping) ? textEntries(mapping) : [];
  return [
    ...same.map((name) => [name, told(name)] as const),
    ...renamed.flatMap(([name, target]) => {
      const known = sensorName(target);
      return known === undefined ? [] : [[known, told(name)] as const];
    }),
  ];
}

/** `$brooklyn:sensor("x")`, or with a type before it, or its name alone. */
export function sensorName(value: Value | undefined): string | undefined {
  if (!isDeferred(value) || value.kind !== 'dsl') return textOf(value);
  const last = value.steps.at(-1);
  return last?.kind === 'call' && last.name === 'sensor' ? textOf(last.arguments.at(-1)) : undefined;
}
