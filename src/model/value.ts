import type { Entity } from './entity.ts';

/**
 * Values of config keys, sensors and arguments. Maps are `Map`s, so names from outside can never reach a prototype; a
 * `Deferred` (the `$brooklyn:` DSL) is a value like any other and may also be a map's key.
 */
export type Value = null | boolean | number | bigint | string | readonly Value[] | ValueMap | Deferred;
export type ValueMap = ReadonlyMap<string | Deferred, Value>;

/** One step of a DSL chain: a function call, a property access, or an index. */
export type DslStep =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Value[] }
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'index'; readonly index: string | number };

/** `$brooklyn:entity("db").attributeWhenReady("host.address")` is a chain of two calls. */
export type DslChain = { readonly kind: 'dsl'; readonly steps: readonly DslStep[] };

/** `$brooklyn:entitySpec: {…}`: a description of an entity, made into one each time it is needed. */
export type EntitySpecValue = { readonly kind: 'entitySpec'; readonly entity: Entity };

/** `$brooklyn:object: {…}`: a description of a helper object such as a placement strategy or an initializer. */
export type ObjectValue = { readonly kind: 'object'; readonly fields: ValueMap };

export type Deferred = DslChain | EntitySpecValue | ObjectValue;

export const isMap = (value: Value | undefined): value is ValueMap => value instanceof Map;
export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
export const isDeferred = (value: Value | undefined): value is Deferred =>
  typeof value === 'object' && value !== null && !isMap(value) && !isList(value);
