/** Values of the model as values of a template: static ones as they are, the DSL as functions where there is one. */
import type { DslChain, Value } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import { isOldFunction } from '../functions/table.ts';
import { externalText } from '../model/external.ts';
import type { Dialect } from './dialect.ts';

export type Saying = {
  readonly dialect: Dialect;
  readonly inputs: ReadonlySet<string>;
  /** Id of an entity -> name of its node template. */
  readonly nodes: ReadonlyMap<string, string>;
  /** The node whose value it is; `undefined` for outputs. */
  readonly self: string | undefined;
  /** Called with each attribute that is asked for, so that its node's type declares it. */
  readonly attribute: (node: string, name: string) => void;
};

/** `undefined`: TOSCA has no word for it. */
export function say(value: Value, saying: Saying): Value | undefined {
  if (typeof value === 'string') return saying.dialect.text(value);
  if (value === null) return undefined;
  if (isList(value)) return whole(value.map((item) => say(item, saying)));
  if (isMap(value)) return sayMap(value, saying);
  if (isDeferred(value)) return value.kind === 'dsl' ? sayChain(value, saying) : undefined;
  return value;
}

const whole = (items: readonly (Value | undefined)[]): readonly Value[] | undefined =>
  items.every((item) => item !== undefined) ? items : undefined;

function sayMap(map: ReadonlyMap<Value, Value>, saying: Saying): Value | undefined {
  const said = new Map<string, Value>();
  for (const [key, item] of map) {
    const inner = say(item, saying);
    if (typeof key !== 'string' || inner === undefined) return undefined;
    said.set(saying.dialect.text(key), inner);
  }
  // 1.3 takes a map with one such key for a call, and has no way to say that it is none.
  const [only] = said.keys();
  const isMistaken = saying.dialect.version === '1.3' && said.size === 1 && only !== undefined && isOldFunction(only);
  return isMistaken ? undefined : said;
}

function sayChain({ steps }: DslChain, saying: Saying): Value | undefined {
  const [first, second, third] = steps;
  if (first?.kind !== 'call' || third !== undefined) return undefined;
  if (second === undefined) return sayCall(first.name, first.arguments, saying);
  if (second.kind !== 'call') return undefined;
  const [argument] = second.arguments;
  if (typeof argument !== 'string') return undefined;
  if (second.name === 'config' && (first.name === 'scopeRoot' || first.name === 'root'))
    return saying.inputs.has(argument) ? saying.dialect.call('get_input', argument) : undefined;
  const id = lookups.has(first.name) ? first.arguments.at(-1) : undefined;
  const node = typeof id === 'string' ? saying.nodes.get(id) : undefined;
  return node === undefined || second.name !== 'attributeWhenReady' ? undefined : sayAttribute(node, argument, saying);
}

const lookups: ReadonlySet<string> = new Set(['entity', 'component', 'sibling', 'descendant', 'child']);

function sayCall(name: string, given: readonly Value[], saying: Saying): Value | undefined {
  const [first, ...rest] = given;
  if (typeof first !== 'string') return undefined;
  const [key, more] = rest;
  if (name === 'external' && typeof key === 'string' && more === undefined)
    return saying.dialect.text(externalText(first, key));
  if (name === 'attributeWhenReady' && saying.self !== undefined) return sayAttribute(saying.self, first, saying);
  return name === 'formatString' ? sayFormat(first, rest, saying) : undefined;
}

/** Sensors that the normative types have an attribute for. */
const attributeNames: Readonly<Record<string, string>> = {
  'host.subnet.address': 'private_address',
  'host.address': 'public_address',
  'service.state': 'state',
};

function sayAttribute(node: string, sensor: string, saying: Saying): Value {
  const name = Object.hasOwn(attributeNames, sensor) ? (attributeNames[sensor] ?? sensor) : sensor;
  if (name !== 'state') saying.attribute(node, name);
  return saying.dialect.call('get_attribute', [node === saying.self ? 'SELF' : node, name]);
}

/** `%s:%s` is a concatenation; any other verb would format. */
function sayFormat(format: string, values: readonly Value[], saying: Saying): Value | undefined {
  if (/%(?![s%])/.test(format)) return undefined;
  const texts = format.split('%s').map((text) => text.replaceAll('%%', '%'));
  if (texts.length !== values.length + 1) return undefined;
  const parts: Value[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== '') parts.push(saying.dialect.text(text));
    const value = values[index];
    const said = value === undefined ? undefined : say(value, saying);
    if (index < values.length && said === undefined) return undefined;
    if (said !== undefined) parts.push(said);
  }
  return saying.dialect.call('concat', parts);
}
