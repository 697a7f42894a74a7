/**
 * What the DSL in a value yields. Pure: what sensors say is handed in, and where one is not ready yet the answer is what
 * to wait for, so that the same code plans (nothing runs yet) and deploys (everything before it does).
 */
import { textOf } from '../../model/read.ts';
import type { DslChain, DslStep, Value, ValueMap } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import { derivedSensors } from '../derived.ts';
import { inheritedValue } from '../instance.ts';
import type { Instances } from '../instance.ts';
import type { Materials } from '../materials.ts';
import { callFunction } from './functions.ts';
import { findEntity, findInScope } from './lookup.ts';
import type { Found } from './lookup.ts';

/** `instance` '' is the application. */
export type SensorReference = { readonly instance: string; readonly sensor: string };

export type Scope = {
  readonly instances: Instances;
  readonly root: ValueMap;
  readonly materials: Materials;
  readonly sensor: (reference: SensorReference) => Value | undefined;
};

export type Resolution =
  | { readonly kind: 'value'; readonly value: Value }
  /** These sensors are not ready. */
  | { readonly kind: 'waits'; readonly for: readonly SensorReference[] }
  | { readonly kind: 'failed'; readonly why: string };

/** A config value that refers to itself by way of others would never end. */
const deepest = 50;

const done = (value: Value): Resolution => ({ kind: 'value', value });
const failed = (why: string): Resolution => ({ kind: 'failed', why });

export function resolveValue(value: Value, self: Found, scope: Scope, depth = 0): Resolution {
  if (depth > deepest) return failed('it refers to itself, or is nested too deeply');
  if (isList(value))
    return gather(
      value.map((item) => resolveValue(item, self, scope, depth + 1)),
      (items) => items,
    );
  if (isMap(value)) {
    const keys = [...value.keys()];
    const parts = [...value.values()].map((item) => resolveValue(item, self, scope, depth + 1));
    return gather(parts, (items) => new Map(keys.map((key, index) => [key, items[index] ?? null])));
  }
  if (!isDeferred(value) || value.kind !== 'dsl') return done(value);
  return resolveChain(value, self, scope, depth);
}

/** All values, or everything that is waited for, or the first failure. */
function gather(parts: readonly Resolution[], make: (values: readonly Value[]) => Value): Resolution {
  const values: Value[] = [];
  const waits: SensorReference[] = [];
  for (const part of parts) {
    if (part.kind === 'failed') return part;
    if (part.kind === 'value') values.push(part.value);
    else waits.push(...part.for);
  }
  return waits.length > 0 ? { kind: 'waits', for: waits } : done(make(values));
}

/** Where a chain has come to: an entity, or a value. */
type Standing = { readonly kind: 'entity'; readonly entity: Found } | { readonly kind: 'value'; readonly value: Value };
type Stepped = Standing | Exclude<Resolution, { readonly kind: 'value' }>;

function resolveChain(chain: DslChain, self: Found, scope: Scope, depth: number): Resolution {
  let standing: Standing = { kind: 'entity', entity: self };
  for (const [index, step] of chain.steps.entries()) {
    const next = takeStep(standing, step, { self, scope, depth, isFirst: index === 0 });
    if (next.kind === 'waits' || next.kind === 'failed') return next;
    standing = next;
  }
  return done(standing.kind === 'value' ? standing.value : (standing.entity?.id ?? ''));
}

type Around = { readonly self: Found; readonly scope: Scope; readonly depth: number; readonly isFirst: boolean };

function takeStep(standing: Standing, step: DslStep, around: Around): Stepped {
  if (step.kind !== 'call') return pickPart(standing, step.kind === 'property' ? step.name : step.index);
  const args = gather(
    step.name === 'literal'
      ? step.arguments.map(done)
      : step.arguments.map((argument) => resolveArgument(argument, around)),
    (values) => values,
  );
  if (args.kind !== 'value') return args;
  return call(standing, step.name, isList(args.value) ? args.value : [], around);
}

const resolveArgument = (argument: Value, { self, scope, depth }: Around): Resolution =>
  resolveValue(argument, self, scope, depth + 1);

function pickPart(standing: Standing, part: string | number): Stepped {
  const { value } = standing.kind === 'value' ? standing : { value: undefined };
  const inner = isMap(value) ? value.get(String(part)) : isList(value) ? value[Number(part)] : undefined;
  return inner === undefined
    ? failedStep(`there is no ${JSON.stringify(part)} in it`)
    : { kind: 'value', value: inner };
}

const failedStep = (why: string): Stepped => ({ kind: 'failed', why });

function call(standing: Standing, name: string, args: readonly Value[], around: Around): Stepped {
  if (around.isFirst) {
    const made = name === 'external' ? readExternal(args, around.scope.materials) : callFunction(name, args);
    if (made !== undefined) return made;
  }
  if (standing.kind !== 'entity') return failedStep(`${name}() is asked of something that is no entity`);
  return askEntity(standing.entity, name, args, around);
}

function askEntity(entity: Found, name: string, args: readonly Value[], { scope, depth }: Around): Stepped {
  const first = textOf(args[0]);
  switch (name) {
    case 'attributeWhenReady':
    case 'attributeWhenReadyAllowingOnFire': {
      if (first === undefined) return failedStep(`${name} needs the name of a sensor`);
      const reference = { instance: entity?.id ?? '', sensor: first };
      const value = scope.sensor(reference);
      if (isReady(value)) return { kind: 'value', value };
      const derived = entity === undefined ? undefined : derivedSensors(entity.entity).get(first);
      return derived === undefined
        ? { kind: 'waits', for: [reference] }
        : resolveValue(derived, entity, scope, depth + 1);
    }
    case 'config': {
      if (first === undefined) return failedStep('config needs the name of a key');
      const raw =
        entity === undefined ? scope.root.get(first) : inheritedValue(scope.instances, scope.root, entity, first);
      return raw === undefined
        ? failedStep(`there is no config "${first}" at ${entity?.id ?? 'the application'}`)
        : resolveValue(raw, entity, scope, depth + 1);
    }
    case 'sensor':
      return { kind: 'value', value: textOf(args.at(-1)) ?? '' };
    case 'entityId':
      return { kind: 'value', value: entity?.id ?? '' };
    default:
      return search(entity, name, args, scope);
  }
}

/** Brooklyn's truth: not null, false, 0 or empty. */
export function isReady(value: Value | undefined): value is Value {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

function search(from: Found, name: string, args: readonly Value[], { instances }: Scope): Stepped {
  const texts = args.map(textOf);
  const id = texts.at(-1) ?? '';
  const scopeName = name === 'component' && texts.length > 1 ? (texts[0] ?? '') : name;
  const isGlobal = name === 'entity' || scopeName === 'component';
  const found = isGlobal
    ? findEntity(instances, from, id)
    : findInScope(instances, from, scopeName === 'self' ? 'this' : scopeName, id);
  if (found === undefined) return failedStep(`Clocker has no function ${name}()`);
  return found.kind === 'none' ? failedStep(`no entity has the id "${id}"`) : { kind: 'entity', entity: found.entity };
}

function readExternal(args: readonly Value[], materials: Materials): Stepped {
  const [supplier = '', key = ''] = args.map((argument) => textOf(argument) ?? '');
  if (supplier === 'environment' || supplier === 'env') {
    const value = materials.environment.get(key);
    return value === undefined ? failedStep(`the variable ${key} was not handed over`) : { kind: 'value', value };
  }
  if (supplier === 'file') {
    const value = materials.files.get(key);
    return value === undefined
      ? failedStep(`the file ${key} was not handed over`)
      : { kind: 'value', value: value.toString('utf8') };
  }
  return failedStep(`there is no supplier of secrets called "${supplier}"; there are "file" and "environment"`);
}
