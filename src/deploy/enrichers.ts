/**
 * Sensors that enrichers make of others: Aggregator over members or children, Joiner of a list, Combiner of several sensors
 * of one entity (Brooklyn's `enricher.stock`). They are made anew whenever they are asked for. Pure.
 */
import type { Adjunct } from '../model/entity.ts';
import { enricherType } from '../model/entity-types.ts';
import { readBoolean, readList, readNumber, readString, textOf } from '../model/read.ts';
import { chainsIn, referencedId } from '../model/traverse.ts';
import type { Value } from '../model/value.ts';
import { isList, isMap } from '../model/value.ts';
import { isNamed, sensorName } from './derived.ts';
import type { Instance, Instances } from './instance.ts';
import { findEntity } from './resolve/lookup.ts';

/** What a sensor of an instance says now. */
export type Telling = (instance: string, sensor: string) => Value | undefined;

export function enrichedSensors(instance: Instance, instances: Instances, tell: Telling): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const enricher of instance.entity.enrichers) {
    const target = sensorName(enricher.config.get('enricher.targetSensor'));
    const value = target === undefined ? undefined : valueOf(enricher, instance, instances, tell);
    if (target !== undefined && value !== undefined) found.set(target, value);
  }
  return found;
}

function valueOf(enricher: Adjunct, self: Instance, instances: Instances, tell: Telling): Value | undefined {
  const { type, config } = enricher;
  const at = producerOf(config.get('enricher.producer'), self, instances) ?? self;
  if (isNamed(type, enricherType.aggregator)) return aggregate(config, at, self, instances, tell);
  if (isNamed(type, enricherType.joiner)) {
    const source = sensorName(config.get('enricher.sourceSensor'));
    return source === undefined ? undefined : join(config, tell(at.id, source));
  }
  if (!isNamed(type, enricherType.combiner)) return undefined;
  const sources = (readList(config, 'enricher.sourceSensors') ?? []).flatMap((source) => sensorName(source) ?? []);
  const values = sources.flatMap((source) => tell(at.id, source) ?? []);
  // Nothing is told before all are there.
  return values.length < sources.length ? undefined : reduce(config, values);
}

function producerOf(value: Value | undefined, self: Instance, instances: Instances): Instance | undefined {
  const [chain] = value === undefined ? [] : chainsIn(value);
  const id = chain === undefined ? undefined : referencedId(chain);
  const search = id === undefined ? undefined : findEntity(instances, self, id);
  return search?.kind === 'found' ? search.entity : undefined;
}

type Config = Adjunct['config'];

function aggregate(
  config: Config,
  at: Instance,
  self: Instance,
  instances: Instances,
  tell: Telling,
): Value | undefined {
  const source = sensorName(config.get('enricher.sourceSensor'));
  if (source === undefined) return undefined;
  const missing = config.get('enricher.defaultMemberValue');
  const isBlankLeftOut = readBoolean(config, 'enricher.aggregator.excludeBlank') ?? false;
  const values = producersOf(config, at, self, instances)
    .flatMap((id) => tell(id, source) ?? missing ?? [])
    .filter((value) => !isBlankLeftOut || (value !== null && textOf(value)?.trim() !== ''));
  return reduce(config, values);
}

/** Members of a group, children of anything else, unless said. */
function producersOf(config: Config, at: Instance, self: Instance, instances: Instances): readonly string[] {
  const named = readList(config, 'enricher.aggregating.fromHardcodedProducers');
  if (named !== undefined) return named.flatMap((one) => producerOf(one, self, instances)?.id ?? []);
  const fromMembers = readBoolean(config, 'enricher.aggregating.fromMembers');
  const fromChildren = readBoolean(config, 'enricher.aggregating.fromChildren');
  const isGroup = at.members.length > 0 || at.kind === 'cluster';
  if (fromMembers ?? (fromChildren !== true && isGroup)) return at.members;
  return [...instances.values()].filter(({ parent }) => parent === at.id).map(({ id }) => id);
}

const numberOf = (value: Value): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number(textOf(value) ?? Number.NaN);
  return Number.isFinite(number) && typeof value !== 'boolean' ? number : undefined;
};

type Reduction = (values: readonly Value[], config: Config) => Value | undefined;

const ofNumbers =
  (combine: (numbers: readonly number[]) => number): Reduction =>
  (values) => {
    const numbers = values.flatMap((value) => numberOf(value) ?? []);
    return numbers.length === 0 ? undefined : combine(numbers);
  };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const reductions: Readonly<Record<string, Reduction>> = {
  list: (values) => values,
  first: ([first]) => first,
  sum: ofNumbers(sum),
  average: ofNumbers((numbers) => sum(numbers) / numbers.length),
  min: ofNumbers((numbers) => Math.min(...numbers)),
  max: ofNumbers((numbers) => Math.max(...numbers)),
  isQuorate: (values, config) => isQuorate(values, config),
};

/** Functions of Brooklyn's own besides these names are not known here, and then nothing is told. */
function reduce(config: Config, values: readonly Value[]): Value | undefined {
  const name = readString(config, 'enricher.transformation') ?? (config.has('enricher.transformation') ? '' : 'list');
  return Object.hasOwn(reductions, name) ? reductions[name]?.(values, config) : undefined;
}

function isQuorate(values: readonly Value[], config: Config): boolean {
  const up = values.filter((value) => value === true || value === 'true').length;
  const total = Math.max(values.length, readNumber(config, 'quorum.total.size') ?? 1);
  switch (readString(config, 'quorum.check.type') ?? 'allAndAtLeastOne') {
    case 'all':
      return up === values.length;
    case 'atLeastOne':
      return up >= 1;
    case 'atLeastOneUnlessEmpty':
      return values.length === 0 || up >= 1;
    case 'alwaysTrue':
    case 'alwaysHealthy':
      return true;
    default:
      return up >= 1 && up >= total;
  }
}

function join(config: Config, value: Value | undefined): Value | undefined {
  const separator = readString(config, 'enricher.joiner.separator') ?? ',';
  const between = readString(config, 'enricher.joiner.keyValueSeparator') ?? '=';
  const isQuoted = readBoolean(config, 'enricher.joiner.quote') ?? true;
  const asPairs = readBoolean(config, 'enricher.joiner.joinMapEntries') ?? false;
  const quoted = (text: string): string =>
    isQuoted ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : text;
  const words = isList(value)
    ? value.flatMap((item) => textOf(item) ?? [])
    : isMap(value)
      ? [...value].flatMap(([key, item]) => {
          if (typeof key !== 'string') return [];
          return asPairs ? `${key}${between}${textOf(item) ?? ''}` : (textOf(item) ?? []);
        })
      : undefined;
  if (words === undefined) return undefined;
  const least = readNumber(config, 'enricher.joiner.minimum') ?? 0;
  const most = readNumber(config, 'enricher.joiner.maximum') ?? words.length;
  if (words.length < least) return undefined;
  return words.slice(0, most).map(quoted).join(separator);
}
