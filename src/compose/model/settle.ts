/**
 * Values of a blueprint that are found only when it runs (the DSL), in words a compose file has: the name of a service
 * where its address is meant, `${NAME}` where the deployer's environment is.
 */
import type { DslChain, DslStep, Value, ValueMap } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import { textOf } from '../../model/read.ts';
import type { Names } from './names.ts';

export const holdsDeferred = (value: Value): boolean => {
  if (isList(value)) return value.some(holdsDeferred);
  if (isMap(value)) return [...value].some(([key, item]) => typeof key !== 'string' || holdsDeferred(item));
  return isDeferred(value);
};

export type Setting = {
  readonly names: Names;
  /** Config of the entity and of those around it, nearest first. */
  readonly scopes: readonly ValueMap[];
};

/** Sensors that are told by the name a service has on its networks. */
const addressSensors = new Set([
  'host.address',
  'host.name',
  'host.subnet.address',
  'host.subnet.hostname',
  'docker.container.name',
]);

const entityLookups = new Set(['entity', 'component', 'sibling', 'child', 'descendant', 'member']);

/** `text` is ready to be written, `${NAME}` included; a value Compose can't say is `undefined`. */
export type Settled = { readonly text: string } | undefined;

const escaped = (text: string): string => text.replaceAll('$', '$$$$');

const lastText = (step: DslStep | undefined): string | undefined => {
  const last = step?.kind === 'call' ? step.arguments.at(-1) : undefined;
  return typeof last === 'string' ? last : undefined;
};

export function settleDeferred(value: Value, setting: Setting): Settled {
  if (!isDeferred(value)) {
    const text = textOf(value);
    return text === undefined ? undefined : { text: escaped(text) };
  }
  return value.kind === 'dsl' ? settleChain(value, setting) : undefined;
}

function settleChain({ steps }: DslChain, setting: Setting): Settled {
  const [first, second, third] = steps;
  if (first?.kind !== 'call' || third !== undefined) return undefined;
  if (second === undefined) return settleCall(first.name, first.arguments, setting);
  const id = entityLookups.has(first.name) ? lastText(first) : undefined;
  if (id === undefined || second.kind !== 'call' || second.name !== 'attributeWhenReady') return undefined;
  const sensor = second.arguments[0];
  return typeof sensor === 'string' && addressSensors.has(sensor)
    ? { text: escaped(setting.names.key('services', id)) }
    : undefined;
}

function settleCall(name: string, given: readonly Value[], setting: Setting): Settled {
  const [first, second] = given;
  if (name === 'external' && first === 'environment' && typeof second === 'string' && /^[A-Za-z_]\w*$/.test(second))
    return { text: `\${${second}}` };
  if (name === 'literal' && first !== undefined) return settleDeferred(first, setting);
  if (name === 'config' && typeof first === 'string') return settleConfig(first, setting);
  if (name === 'formatString' && typeof first === 'string') return settleFormat(first, given.slice(1), setting);
  return undefined;
}

/** A value is settled where it was said, so one that leads back to itself finds nothing. */
function settleConfig(key: string, setting: Setting): Settled {
  const at = setting.scopes.findIndex((scope) => scope.has(key));
  const value = setting.scopes[at]?.get(key);
  return value === undefined ? undefined : settleDeferred(value, { ...setting, scopes: setting.scopes.slice(at + 1) });
}

function settleFormat(pattern: string, given: readonly Value[], setting: Setting): Settled {
  let next = 0;
  let whole = true;
  const text = escaped(pattern).replaceAll(/%(?:(\d+)\$\$)?([sd%])/g, (_all, index?: string, kind?: string) => {
    if (kind === '%') return '%';
    const value = given[index === undefined ? next++ : Number(index) - 1];
    const settled = value === undefined ? undefined : settleDeferred(value, setting);
    whole &&= settled !== undefined;
    return settled?.text ?? '';
  });
  return whole ? { text } : undefined;
}
