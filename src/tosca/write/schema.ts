/** Schemas for values that have none: what a property that holds such a value is declared as. */
import type { Deferred, Value, ValueMap } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';

export type Schema = ReadonlyMap<string, Value>;

export type DataTypes = {
  /** Made for maps whose values differ in type, by name. */
  readonly made: Map<string, Value>;
  /** Of the inputs, by name: what a property is that gets its value from one. */
  readonly inputs: Map<string, Schema>;
};

const scalar = (type: string): Schema => new Map([['type', type]]);

/** `undefined`: no schema fits, because a list holds different things, or nothing is there. `name`: of a data type, if one is made. */
export function schemaOf(value: Value, name: string, types: DataTypes): Schema | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return scalar('boolean');
  if (typeof value === 'bigint') return scalar('integer');
  if (typeof value === 'number') return scalar(Number.isInteger(value) && !Object.is(value, -0) ? 'integer' : 'float');
  if (typeof value === 'string') return scalar('string');
  if (isDeferred(value)) return types.inputs.get(inputName(value) ?? '') ?? scalar('string');
  if (isList(value)) return listOf(value, name, types);
  return mapOf(value, name, types);
}

/** `$brooklyn:scopeRoot().config("x")` */
function inputName(value: Deferred): string | undefined {
  const [root, config, more] = value.kind === 'dsl' ? value.steps : [];
  if (root?.kind !== 'call' || config?.kind !== 'call' || more !== undefined) return undefined;
  const [name] = config.arguments;
  const isInput = (root.name === 'scopeRoot' || root.name === 'root') && config.name === 'config';
  return isInput && typeof name === 'string' ? name : undefined;
}

const around = (type: 'list' | 'map', entry: Schema): Schema =>
  new Map<string, Value>([
    ['type', type],
    ['entry_schema', entry],
  ]);

function listOf(items: readonly Value[], name: string, types: DataTypes): Schema | undefined {
  if (items.length === 0) return around('list', scalar('string'));
  const entry = shared(items, name, types);
  return entry === undefined ? undefined : around('list', entry);
}

function mapOf(map: ValueMap, name: string, types: DataTypes): Schema | undefined {
  if ([...map.keys()].some((key) => typeof key !== 'string')) return undefined;
  if (map.size === 0) return around('map', scalar('string'));
  const entry = shared([...map.values()], name, types);
  return entry === undefined ? ownType([map], name, types) : around('map', entry);
}

/** One schema for all; of maps that are alike a data type with what any of them has. */
function shared(values: readonly Value[], name: string, types: DataTypes): Schema | undefined {
  const [first, ...rest] = values.map((value) => plainSchema(value, types));
  if (first !== undefined && rest.every((one) => one === first)) return schemaOf(values[0] ?? null, name, types);
  return values.length > 0 && values.every(isMap) ? ownType(values, name, types) : undefined;
}

/** The type of a value that needs no data type; `undefined` where it does. */
function plainSchema(value: Value, types: DataTypes): string | undefined {
  const plain = (item: Value): string | undefined => plainSchema(item, types);
  if (isList(value)) return same('list', value.map(plain));
  if (isMap(value)) return same('map', [...value.values()].map(plain));
  const type = schemaOf(value, '', types)?.get('type');
  return typeof type === 'string' ? type : undefined;
}

const same = (kind: string, [first, ...rest]: readonly (string | undefined)[]): string | undefined =>
  first !== undefined && rest.every((one) => one === first) ? `${kind} of ${first}` : undefined;

function ownType(maps: readonly ValueMap[], name: string, types: DataTypes): Schema | undefined {
  const properties = new Map<string, Value>();
  for (const key of new Set(maps.flatMap((map) => [...map.keys()]))) {
    if (typeof key !== 'string') return undefined;
    const values = maps.flatMap((map) => (map.has(key) ? [map.get(key) ?? null] : []));
    const schema = shared(values, `${name}.${key}`, types);
    if (schema === undefined) return undefined;
    properties.set(key, new Map<string, Value>([...schema, ['required', false]]));
  }
  const free = freeName(`clocker.data.${name}`, types);
  types.made.set(free, new Map([['properties', properties]]));
  return scalar(free);
}

function freeName(wanted: string, types: DataTypes): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}.${number}`;
    if (!types.made.has(name)) return name;
  }
}
