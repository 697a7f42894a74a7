/** What `get_property`, `get_attribute` and `get_input` lead to. */
import type { Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Schema } from '../definitions/schema.ts';
import { entrySchemaOf } from '../definitions/schema.ts';
import type { ValueDefinition, ValueDefinitions } from '../definitions/value.ts';
import { attributesOf, nothingDefined, propertiesOf } from '../definitions/value.ts';
import { sectionOf } from '../topology/topology.ts';
import type { Template } from '../topology/topology.ts';
import { baseOf } from '../types/data-type.ts';
import { textOf } from '../types/lineage.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';
import {
  capabilityOf,
  contextOfSelf,
  hostsOf,
  nodeTypeOf,
  requirementOf,
  sourceOf,
  targetCapability,
  targetOf,
} from './context.ts';
import { walkPath } from './path.ts';
import type { Wrong } from './start.ts';
import { namedTemplate, outOfPlace, wrong } from './start.ts';
import type { FunctionScope, Placed } from './scope.ts';
import { scopeOfRequirement, scopeOfTemplate } from './scope.ts';

export type Member = 'properties' | 'attributes';

export type Found = {
  readonly kind: 'found';
  readonly member: Member;
  readonly context: Context;
  readonly name: string;
  /** Names and indexes into the value. */
  readonly nested: readonly Node[];
  readonly definition: ValueDefinition;
  /** Of what is nested, where that can be told. */
  readonly schema: Schema | undefined;
  /** What is assigned, or the default. */
  readonly value: Placed | undefined;
};

/** `unknown`: it leads to something that only the orchestrator knows. */
export type QueryResult = Found | Wrong | { readonly kind: 'unknown' };

const unknown: QueryResult = { kind: 'unknown' };

export function queryMember(call: Call, member: Member, scope: FunctionScope): QueryResult {
  const [first, ...rest] = call.arguments;
  if (first === undefined || rest.length === 0)
    return wrong('InvalidFunction', `"${call.name}" takes an entity, and a name of one of its ${member}.`, call.at);
  if (scope.unit.version === '2.0') {
    const walked = walkPath(call, scope);
    return 'kind' in walked ? walked : findMember(walked.context, walked.rest, member, scope, call.at);
  }
  const start = startOf(first, scope);
  if (start === 'host') return findInHosts(rest, member, scope, first.span);
  return 'message' in start ? start : findMember(start, rest, member, scope, call.at);
}

/** SELF, SOURCE, TARGET, HOST, or the name of a template. */
function startOf(node: Node, scope: FunctionScope): Context | Wrong | 'host' {
  const name = textOf(node);
  const self = contextOfSelf(scope.self);
  if (name === undefined)
    return wrong('InvalidFunction', 'The entity has to be a name, SELF, SOURCE, TARGET or HOST.', node.span);
  if (name === 'HOST') return self === undefined ? outOfPlace(name, node.span) : 'host';
  if (name === 'SELF') return self ?? outOfPlace(name, node.span);
  if (name === 'SOURCE')
    return (self === undefined ? undefined : sourceOf(self)) ?? outOfPlace(name, node.span, 'a relationship');
  if (name === 'TARGET')
    return (self === undefined ? undefined : targetOf(self)) ?? outOfPlace(name, node.span, 'a relationship');
  return namedTemplate(name, node.span, scope);
}

function findInHosts(rest: readonly Node[], member: Member, scope: FunctionScope, at: Span): QueryResult {
  const self = contextOfSelf(scope.self);
  const start = self?.kind === 'relationship' ? sourceOf(self) : self;
  if (start?.kind !== 'node') return unknown;
  const hosts = hostsOf(start.template);
  if (hosts.length === 0) {
    const open = start.template.type === undefined;
    return open
      ? unknown
      : wrong('InvalidFunction', `"${start.template.name}" is hosted on no node of this topology.`, at);
  }
  let last: QueryResult = unknown;
  for (const template of hosts) {
    last = findMember({ kind: 'node', template }, rest, member, scope, at);
    if (last.kind !== 'wrong') return last;
  }
  return last;
}

/** Before 2.0 the name may be behind one of a capability or requirement; 2.0 still reads it so where nothing else fits. */
function findMember(
  context: Context,
  names: readonly Node[],
  member: Member,
  scope: FunctionScope,
  at: Span,
): QueryResult {
  const [first, ...rest] = names;
  if (first === undefined) return wrong('InvalidFunction', 'The path ends before the name of what is wanted.', at);
  if (context.kind === 'unknown') return unknown;
  const name = textOf(first);
  // A function or an index names it at run time.
  if (name === undefined)
    return first.kind === 'scalar' && first.value !== null
      ? memberNamed(context, first, String(first.value), rest, member, scope)
      : unknown;
  const through = rest.length === 0 ? undefined : behind(context, name, rest, member, scope, at);
  const direct = memberNamed(context, first, name, rest, member, scope);
  if (direct.kind === 'found' && (through === undefined || through.kind === 'wrong')) return direct;
  return through ?? direct;
}

function behind(
  context: Context,
  name: string,
  rest: readonly Node[],
  member: Member,
  scope: FunctionScope,
  at: Span,
): QueryResult | undefined {
  const requirement = requirementOf(context, name, 0);
  const capability = capabilityOf(context, name);
  if (requirement !== undefined) {
    const ofCapability = targetCapability(requirement) ?? { kind: 'unknown' as const };
    const found = findMember(ofCapability, rest, member, scope, at);
    if (found.kind === 'found') return found;
    const target = targetOf(requirement);
    const ofNode = target === undefined ? unknown : findMember(target, rest, member, scope, at);
    const ofRelationship = findMember(requirement, rest, member, scope, at);
    if (ofNode.kind === 'found') return ofNode;
    if (ofRelationship.kind === 'found') return ofRelationship;
    if (capability === undefined) return found.kind === 'unknown' || ofNode.kind === 'unknown' ? unknown : found;
  }
  return capability === undefined ? undefined : findMember(capability, rest, member, scope, at);
}

function memberNamed(
  context: Context,
  node: Node,
  name: string,
  nested: readonly Node[],
  member: Member,
  scope: FunctionScope,
): QueryResult {
  const definitions = definitionsOf(context, member);
  if (definitions === undefined) return unknown;
  const definition = definitions.get(name);
  if (definition === undefined) {
    const assigned = assignedIn(context, member, name);
    // Attributes may be given to a template without being declared; then nothing is known of them.
    if (assigned !== undefined && member === 'attributes') return unknown;
    const code = member === 'properties' ? 'UnknownProperty' : 'UnknownAttribute';
    const kind = member === 'properties' ? 'property' : 'attribute';
    return wrong(
      code,
      `${titleOf(context)} has no ${kind} "${name}".`,
      node.span,
      didYouMean(name, definitions.keys()),
    );
  }
  const schema = descend(definition.schema, nested);
  if (schema !== undefined && 'kind' in schema) return schema;
  return {
    kind: 'found',
    member,
    context,
    name,
    nested,
    definition,
    schema,
    value: assignedIn(context, member, name) ?? defaultOf(definition, context, scope),
  };
}

function definitionsOf(context: Context, member: Member): ValueDefinitions | undefined {
  if (context.kind === 'capability')
    return member === 'properties'
      ? context.capability.properties
      : context.capability.type === undefined
        ? undefined
        : new Map([...context.capability.properties, ...context.capability.attributes]);
  const type =
    context.kind === 'relationship' ? context.type : context.kind === 'unknown' ? undefined : typeOf(context);
  if (type === undefined) return undefined;
  return member === 'properties' ? propertiesOf(type) : attributesOf(type);
}

const typeOf = (context: Extract<Context, { kind: 'node' | 'node-type' | 'template' | 'type' }>) =>
  context.kind === 'template' ? context.template.type : context.kind === 'type' ? context.type : nodeTypeOf(context);

function titleOf(context: Context): string {
  if (context.kind === 'node' || context.kind === 'template') return `"${context.template.name}"`;
  if (context.kind === 'capability') return `The capability "${context.capability.name}"`;
  if (context.kind === 'relationship')
    return `The relationship${context.type === undefined ? '' : ` of type "${context.type.name}"`}`;
  return context.kind === 'unknown' ? 'It' : `"${context.type.name}"`;
}

/** What the template says; an attribute begins with the value of the property of its name. */
function assignedIn(context: Context, member: Member, name: string): Placed | undefined {
  const own = sectionIn(context, member, name);
  return own ?? (member === 'attributes' ? sectionIn(context, 'properties', name) : undefined);
}

function sectionIn(context: Context, member: Member, name: string): Placed | undefined {
  if (context.kind === 'node' || context.kind === 'template')
    return placedIn(context.template, sectionOf(context.template, member), name);
  if (context.kind === 'capability') {
    if (context.template === undefined) return undefined;
    const capability = valueOf(sectionOf(context.template, 'capabilities'), context.capability.name);
    return placedIn(context.template, valueOf(capability, member), name);
  }
  if (context.kind !== 'relationship') return undefined;
  const { requirement, template } = context;
  const inPlace = valueOf(valueOf(requirement?.relationship, member), name);
  if (inPlace !== undefined && requirement !== undefined)
    return { node: inPlace, scope: scopeOfRequirement(requirement) };
  return template === undefined ? undefined : placedIn(template, sectionOf(template, member), name);
}

function placedIn(template: Template, section: Node | undefined, name: string): Placed | undefined {
  const node = valueOf(section, name);
  return node === undefined ? undefined : { node, scope: scopeOfTemplate(template) };
}

/** A default is written in a type, and speaks of the template that has it. */
function defaultOf(definition: ValueDefinition, context: Context, scope: FunctionScope): Placed | undefined {
  const given = definition.fixed ?? definition.default;
  if (given === undefined) return undefined;
  const self =
    context.kind === 'node' || context.kind === 'template' ? scopeOfTemplate(context.template).self : scope.self;
  return { node: given.node, scope: { ...scope, unit: given.unit, self } };
}

/** The schema of what is nested; a `Wrong` where the path leaves it. */
function descend(schema: Schema | undefined, nested: readonly Node[]): Schema | Wrong | undefined {
  let current = schema;
  for (const step of nested) {
    if (current?.type === undefined) return undefined;
    // An index or key that a function gives is known at run time.
    if (step.kind !== 'scalar' || (typeof step.value === 'string' && step.value.startsWith('$'))) return undefined;
    const next = into(current, step, String(step.value));
    if (next !== undefined && 'kind' in next) return next;
    current = next;
  }
  return current;
}

function into(schema: Schema, step: Node, name: string): Schema | Wrong | undefined {
  const base = schema.type === undefined ? undefined : baseOf(schema.type);
  if (base === 'map') return entrySchemaOf(schema);
  if (base === 'list')
    return /^\d+$/.test(name) || name === 'ALL'
      ? entrySchemaOf(schema)
      : wrong('InvalidFunction', `An item of a list is named by its index, and "${name}" is none.`, step.span);
  if (base === 'complex' && schema.type?.kind === 'declared') {
    const members = propertiesOf(schema.type.type);
    const found = members.get(name);
    if (found !== undefined) return found.schema;
    // Some ancestor is unknown, or it is the root of all data types: nothing to judge by.
    if (members.size === 0) return undefined;
    return wrong(
      'UnknownProperty',
      `"${schema.typeName}" has no property "${name}".`,
      step.span,
      didYouMean(name, members.keys()),
    );
  }
  if (base === undefined || base === 'any' || base === 'complex') return undefined;
  return wrong(
    'InvalidFunction',
    `A value of type "${schema.typeName}" has nothing inside that "${name}" could name.`,
    step.span,
  );
}

export type InputResult =
  | {
      readonly kind: 'input';
      readonly definition: ValueDefinition;
      readonly schema: Schema | undefined;
      readonly nested: readonly Node[];
    }
  | Wrong
  | { readonly kind: 'unknown' };

export function queryInput(call: Call, scope: FunctionScope): InputResult {
  const [first, ...nested] = call.arguments;
  const name = textOf(first);
  if (first === undefined || name === undefined)
    return wrong('InvalidFunction', '"get_input" takes the name of an input.', call.at);
  if (
    nested.length > 0 &&
    (scope.unit.version === '1.0' || scope.unit.version === '1.1' || scope.unit.version === '1.2')
  ) {
    const known = scope.topology?.inputs.get(name)?.schema;
    const inside = descend(known, nested);
    if (known === undefined || (inside !== undefined && 'kind' in inside))
      return wrong(
        'InvalidFunction',
        '"get_input" takes one name; names of what is inside came with TOSCA 1.3.',
        call.at,
      );
  }
  if (scope.topology === undefined && scope.inputs === undefined) return { kind: 'unknown' };
  const definition = scope.inputs?.get(name) ?? scope.topology?.inputs.get(name);
  if (definition === undefined) {
    const names = [...(scope.inputs ?? nothingDefined).keys(), ...(scope.topology?.inputs ?? nothingDefined).keys()];
    return wrong('UnknownInput', `No input "${name}" is declared.`, first.span, didYouMean(name, names));
  }
  const schema = descend(definition.schema, nested);
  if (schema !== undefined && 'kind' in schema) return schema;
  return { kind: 'input', definition, schema, nested };
}
