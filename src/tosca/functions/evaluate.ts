/** Values that are known before anything runs. What only the orchestrator can know is `undefined`. */
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import type { DataType } from '../types/data-type.ts';
import type { Call } from './call.ts';
import { readCall, unescape } from './call.ts';
import { computeFunction } from './compute.ts';
import { queryInput, queryMember } from './query.ts';
import type { FunctionScope } from './scope.ts';
import { isNewFunction, isOldFunction } from './table.ts';

export type Evaluated = { readonly value: Value; readonly type: DataType | undefined };

/** Carried along one evaluation: what it came through, so that a circle is seen, and whether one was. */
export type Trail = { readonly nodes: Set<Node>; circular: Node | undefined };

const newTrail = (): Trail => ({ nodes: new Set(), circular: undefined });

/** Functions in functions; deeper nesting is an attack. */
const deepest = 64;

export function evaluate(
  node: Node,
  scope: FunctionScope,
  type?: DataType,
  trail: Trail = newTrail(),
): Evaluated | undefined {
  if (trail.nodes.has(node)) {
    trail.circular ??= node;
    return undefined;
  }
  if (trail.nodes.size > deepest) return undefined;
  const call = readCall(node, scope.unit.version);
  if (call?.kind === 'malformed') return undefined;
  if (call === undefined && node.kind === 'scalar') return { value: scalarValue(node, scope), type };
  trail.nodes.add(node);
  const result = call === undefined ? evaluateCollection(node, scope, type, trail) : evaluateCall(call, scope, trail);
  trail.nodes.delete(node);
  return result;
}

const scalarValue = (node: Node & { kind: 'scalar' }, scope: FunctionScope): Value =>
  typeof node.value === 'string' ? unescape(node.value, scope.unit.version) : node.value;

function evaluateCollection(
  node: Node,
  scope: FunctionScope,
  type: DataType | undefined,
  trail: Trail,
): Evaluated | undefined {
  if (node.kind === 'list') {
    const items: Value[] = [];
    for (const item of node.items) {
      const found = evaluate(item, scope, undefined, trail);
      if (found === undefined) return undefined;
      items.push(found.value);
    }
    return { value: items, type };
  }
  if (node.kind === 'scalar') return undefined;
  const map = new Map<string, Value>();
  for (const { key, value } of node.entries) {
    const found = evaluate(value, scope, undefined, trail);
    if (found === undefined) return undefined;
    const name =
      readCall(key, scope.unit.version) === undefined ? keyText(key) : evaluate(key, scope, undefined, trail)?.value;
    if (typeof name !== 'string') return undefined;
    map.set(unescape(name, scope.unit.version), found.value);
  }
  return { value: map, type };
}

function evaluateCall(call: Call, scope: FunctionScope, trail: Trail): Evaluated | undefined {
  if (call.name === 'get_input') return evaluateInput(call, scope, trail);
  if (call.name === 'get_property') return evaluateProperty(call, scope, trail);
  if (call.name === 'value' && scope.unit.version === '2.0') return evaluateGivenValue(call, scope, trail);
  if (!isOldFunction(call.name) && !isNewFunction(call.name)) return undefined;
  const given: Evaluated[] = [];
  for (const argument of call.arguments) {
    const found = evaluate(argument, scope, undefined, trail);
    if (found === undefined) return undefined;
    given.push(found);
  }
  return computeFunction(call.name, given);
}

function evaluateInput(call: Call, scope: FunctionScope, trail: Trail): Evaluated | undefined {
  const found = queryInput(call, scope);
  if (found.kind !== 'input') return undefined;
  const type = found.definition.schema?.type;
  const given = scope.given?.get(found.definition.name);
  const fallback = found.definition.fixed ?? found.definition.default;
  const value =
    given !== undefined
      ? { value: given, type }
      : fallback === undefined
        ? undefined
        : evaluate(fallback.node, { ...scope, unit: fallback.unit }, type, trail);
  return pick(value, found.nested, scope, trail, found.schema?.type);
}

function evaluateProperty(call: Call, scope: FunctionScope, trail: Trail): Evaluated | undefined {
  const found = queryMember(call, 'properties', scope);
  if (found.kind !== 'found' || found.value === undefined) return undefined;
  const { node, scope: place } = found.value;
  const value = evaluate(
    node,
    scope.given === undefined ? place : { ...place, given: scope.given },
    found.definition.schema?.type,
    trail,
  );
  return pick(value, found.nested, scope, trail, found.schema?.type);
}

function evaluateGivenValue(call: Call, scope: FunctionScope, trail: Trail): Evaluated | undefined {
  return scope.value === undefined ? undefined : pick(scope.value, call.arguments, scope, trail, undefined);
}

/** What a path of names and indexes leads to inside a value. */
function pick(
  from: Evaluated | undefined,
  nested: readonly Node[],
  scope: FunctionScope,
  trail: Trail,
  type: DataType | undefined,
): Evaluated | undefined {
  if (from === undefined || nested.length === 0) return from;
  let { value } = from;
  for (const step of nested) {
    const name = evaluate(step, scope, undefined, trail)?.value;
    const place = typeof name === 'string' || typeof name === 'number' ? String(name) : '';
    const next: Value | undefined = isList(value) ? value[Number(place)] : isMap(value) ? value.get(place) : undefined;
    if (next === undefined) return undefined;
    value = next;
  }
  return { value, type };
}
