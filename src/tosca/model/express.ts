/** Values of a template as values of the model: static ones as they are, others in the `$brooklyn:` DSL. */
import type { Node } from '../../document/node.ts';
import type { DslChain, DslStep, Value } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import { deployedAs } from '../definitions/artifact.ts';
import type { Call } from '../functions/call.ts';
import { readCall, unescape } from '../functions/call.ts';
import { computeFunction } from '../functions/compute.ts';
import type { Context } from '../functions/context.ts';
import { contextOfSelf, targetOf } from '../functions/context.ts';
import { evaluate } from '../functions/evaluate.ts';
import { queryInput, queryMember } from '../functions/query.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { carryOver } from '../functions/scope.ts';
import { readExternal } from './external.ts';
import { isNewFunction, isOldFunction } from '../functions/table.ts';
import type { Template } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { artifactsOfTemplate } from './kind.ts';

const call = (name: string, ...given: readonly Value[]): DslStep => ({ kind: 'call', name, arguments: given });
export const dsl = (...steps: readonly DslStep[]): DslChain => ({ kind: 'dsl', steps });

const inputValue = (name: string): DslChain => dsl(call('scopeRoot'), call('config', name));

/** What a sensor of an entity says once it says anything; without an id, of the entity that has the value. */
/** Of a template's entity, seen from the entity that has the value. */
const sensorOf = (owner: Template, sensor: string, scope: FunctionScope, home: Template | undefined): DslChain =>
  sensorValue(owner === home ? undefined : `${scope.prefix ?? ''}${owner.name}`, sensorName(sensor));

export const sensorValue = (id: string | undefined, sensor: string): DslChain =>
  id === undefined
    ? dsl(call('attributeWhenReady', sensor))
    : dsl(call('entity', id), call('attributeWhenReady', sensor));

/** Attributes of the normative types, as sensors have them. */
const sensorNames: Readonly<Record<string, string>> = {
  private_address: 'host.subnet.address',
  public_address: 'host.address',
  ip_address: 'host.address',
  state: 'service.state',
  tosca_id: 'entity.id',
  tosca_name: 'entity.name',
};

export const sensorName = (attribute: string): string =>
  Object.hasOwn(sensorNames, attribute) ? (sensorNames[attribute] ?? attribute) : attribute;

const deepest = 64;

/** `home`: the node whose entity has the value. `undefined`: there is no way to say it. */
export function express(node: Node, scope: FunctionScope, home: Template | undefined, depth = 0): Value | undefined {
  if (depth > deepest) return undefined;
  const found = readCall(node, scope.unit.version);
  if (found?.kind === 'malformed') return undefined;
  if (found !== undefined) return expressCall(found, scope, home, depth);
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string') return node.value;
    const text = unescape(node.value, scope.unit.version);
    return readExternal(text) ?? text;
  }
  if (node.kind === 'list') {
    const items = node.items.map((item) => express(item, scope, home, depth + 1));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const map = new Map<string, Value>();
  for (const { key, value } of node.entries) {
    const inner = express(value, scope, home, depth + 1);
    if (inner === undefined) return undefined;
    map.set(unescape(keyText(key), scope.unit.version), inner);
  }
  return map;
}

function expressCall(found: Call, scope: FunctionScope, home: Template | undefined, depth: number): Value | undefined {
  switch (found.name) {
    case 'get_input':
      return expressInput(found, scope);
    case 'get_property':
      return expressProperty(found, scope, home, depth);
    case 'get_attribute':
      return expressAttribute(found, scope, home, depth);
    case 'get_operation_output':
      return expressOutput(found, scope, home);
    case 'get_nodes_of_type':
      return nodesOfType(found, scope);
    case 'get_artifact':
      return expressArtifact(found, scope);
    case 'node_index':
      return dsl(call('config', 'cluster.member.index'));
    default:
      return expressComputed(found, scope, home, depth);
  }
}

function expressInput(found: Call, scope: FunctionScope): Value | undefined {
  const input = queryInput(found, scope);
  if (input.kind !== 'input') return undefined;
  // A template in another one gets its inputs from there; what is given may itself be known later.
  const inlined = scope.prefix === undefined ? undefined : scope.given?.get(input.definition.name);
  if (inlined !== undefined && input.nested.length === 0) return inlined;
  if (input.nested.length === 0 && scope.topology?.inputs.has(input.definition.name) === true)
    return inputValue(input.definition.name);
  return evaluate(found.node, scope)?.value;
}

function expressProperty(
  found: Call,
  scope: FunctionScope,
  home: Template | undefined,
  depth: number,
): Value | undefined {
  const property = queryMember(found, 'properties', scope);
  if (property.kind !== 'found' || property.value === undefined) return undefined;
  const { node, scope: place } = property.value;
  const whole = express(node, carryOver(scope, place), home, depth + 1);
  if (property.nested.length === 0) return whole;
  return evaluate(found.node, scope)?.value;
}

function expressAttribute(
  found: Call,
  scope: FunctionScope,
  home: Template | undefined,
  depth: number,
): Value | undefined {
  const attribute = queryMember(found, 'attributes', scope);
  if (attribute.kind === 'wrong') return undefined;
  if (attribute.kind === 'found') {
    // What is assigned is where the attribute begins, and nothing of ours changes it.
    if (attribute.value !== undefined && isOfTemplate(attribute.context))
      return express(attribute.value.node, carryOver(scope, attribute.value.scope), home, depth + 1);
    const owner = ownerOf(attribute.context);
    return owner === undefined ? undefined : sensorOf(owner, attribute.name, scope, home);
  }
  return expressUnknown(found, scope, home);
}

const isOfTemplate = (context: Context): boolean => context.kind === 'node' || context.kind === 'capability';

/** The node whose sensors tell it: of a capability its node, of a relationship its source. */
function ownerOf(context: Context): Template | undefined {
  if (context.kind === 'node') return context.template;
  if (context.kind === 'capability') return context.template;
  if (context.kind === 'relationship') return context.requirement?.source;
  return undefined;
}

/** An attribute that no type declares: of the entity named, under the last name. */
function expressUnknown(found: Call, scope: FunctionScope, home: Template | undefined): Value | undefined {
  const [first, ...rest] = found.arguments.map(textOf);
  const name = rest.filter((step) => step !== undefined).at(-1);
  const self = contextOfSelf(scope.self);
  const context =
    first === 'SELF' || first === 'SOURCE'
      ? self
      : first === 'TARGET' && self !== undefined
        ? targetOf(self)
        : undefined;
  const owner = context === undefined ? scope.topology?.nodes.get(first ?? '') : ownerOf(context);
  return owner === undefined || name === undefined ? undefined : sensorOf(owner, name, scope, home);
}

/** `interface.operation.output` is the sensor an effector of ours would publish. */
function expressOutput(found: Call, scope: FunctionScope, home: Template | undefined): Value | undefined {
  const [entity, ...path] = found.arguments.map(textOf);
  const owner =
    entity === 'SELF' && scope.self.kind === 'node' ? scope.self.template : scope.topology?.nodes.get(entity ?? '');
  return owner === undefined || path.some((step) => step === undefined)
    ? undefined
    : sensorOf(owner, path.join('.'), scope, home);
}

/** Where its file is put; the name of one that nobody declares. */
function expressArtifact(found: Call, scope: FunctionScope): Value | undefined {
  const name = textOf(scope.unit.version === '2.0' ? found.arguments.at(-1) : found.arguments[1]);
  const [entity] = found.arguments.map(textOf);
  const self = contextOfSelf(scope.self);
  const owner = entity === 'SELF' ? self && ownerOf(self) : scope.topology?.nodes.get(entity ?? '');
  const artifact = owner === undefined ? undefined : artifactsOfTemplate(owner).get(name ?? '');
  return artifact === undefined ? name : deployedAs(artifact);
}

function nodesOfType(found: Call, scope: FunctionScope): Value | undefined {
  const name = textOf(found.arguments[0]);
  return name === undefined
    ? undefined
    : [...(scope.topology?.nodes.values() ?? [])].filter((node) => node.type?.name === name).map((node) => node.name);
}

function expressComputed(
  found: Call,
  scope: FunctionScope,
  home: Template | undefined,
  depth: number,
): Value | undefined {
  if (!isOldFunction(found.name) && !isNewFunction(found.name)) return undefined;
  const given = found.arguments.map((argument) => express(argument, scope, home, depth + 1));
  if (!given.every((value) => value !== undefined)) return undefined;
  if (!given.some(hasDeferred))
    return computeFunction(
      found.name,
      given.map((value) => ({ value, type: undefined })),
    )?.value;
  if (found.name === 'concat') return format(given);
  const [first, second, third] = given;
  if (found.name === 'join' && isList(first)) return format(between(first, second ?? ''));
  if (found.name === 'token' && first !== undefined && typeof second === 'string' && typeof third === 'number')
    return expressToken(first, second, third);
  return undefined;
}

export const hasDeferred = (value: Value): boolean => {
  if (isDeferred(value)) return true;
  if (isList(value)) return value.some(hasDeferred);
  return isMap(value) && [...value.values()].some(hasDeferred);
};

const between = (items: readonly Value[], delimiter: Value): readonly Value[] =>
  items.flatMap((item, index) => (index === 0 ? [item] : [delimiter, item]));

const format = (parts: readonly Value[]): DslChain =>
  dsl(call('formatString', parts.map(() => '%s').join(''), ...parts));

/** The DSL has no split: a pattern takes away what is before and behind the part. */
function expressToken(text: Value, separators: string, index: number): DslChain {
  const set = [...separators]
    .map((character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .join('');
  return dsl(call('regexReplacement', text, `^(?:[^${set}]*[${set}]){${index}}([^${set}]*).*$`, '$1'));
}
