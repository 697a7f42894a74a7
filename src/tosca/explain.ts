/** Where a property, a capability's property or an operation of a node comes from: the template, or which of its types. */
import type { Span } from '../diagnostic/problem.ts';
import type { Node } from '../document/node.ts';
import type { Value } from '../model/value.ts';
import { valueOfNode } from './data/node-value.ts';
import { evaluate } from './functions/evaluate.ts';
import { capabilityMembers, operationsOf, propertyMembers } from './model/members.ts';
import type { Member, Operation } from './model/members.ts';
import type { Unit } from './load/unit.ts';
import type { TypeDeclaration } from './names/scope.ts';
import { topologyOf } from './topology/topology.ts';
import type { Template } from './topology/topology.ts';
import type { Validation } from './validate.ts';

export type MemberExplanation = {
  readonly value: Value;
  readonly at: Span;
  readonly steps: readonly { readonly text: string; readonly at?: Span }[];
};

/** `path`: steps below `node_templates`, as keys of the file. `undefined`: it names nothing of a node that has a value. */
export function explainMember(
  { loaded, given }: Validation,
  path: readonly (string | number)[],
): MemberExplanation | undefined {
  const topology = loaded.entry === undefined ? undefined : topologyOf(loaded.entry);
  const [name, section, ...rest] = path.map(String);
  const template = topology?.nodes.get(name ?? '');
  if (template === undefined || section === undefined) return undefined;
  const member = memberAt(template, section, rest);
  if (member !== undefined) return explainValue(member, given);
  const operation = section === 'interfaces' ? operationAt(template, rest) : undefined;
  return operation === undefined ? undefined : explainOperation(operation);
}

function memberAt(template: Template, section: string, rest: readonly string[]): Member | undefined {
  const [first, second, third, fourth] = rest;
  if (section === 'properties' && second === undefined)
    return propertyMembers(template).find((member) => member.name === first);
  if (section !== 'capabilities' || second !== 'properties' || fourth !== undefined) return undefined;
  const capability = capabilityMembers(template).find((one) => one.name === first);
  return capability?.members.find((member) => member.name === third);
}

function operationAt(template: Template, rest: readonly string[]): Operation | undefined {
  const [name, ...more] = rest;
  const operation = more[0] === 'operations' ? more[1] : more[0];
  return operationsOf(template).find((one) => one.interface === name && one.name === operation);
}

type Mentions = readonly { readonly at: Span; readonly type: TypeDeclaration | undefined }[];

/** From the type that spoke of it last to the one that declared it. */
const declarations = (mentions: Mentions): MemberExplanation['steps'] =>
  mentions
    .map(({ at, type }, index) => ({
      text: `${index === 0 ? 'declared' : 'refined'} by the type "${type?.name ?? ''}" at`,
      at,
    }))
    .reverse();

function explainValue(
  { node, scope, isOwn, definition }: Member,
  given: ReadonlyMap<string, Value>,
): MemberExplanation {
  const value = evaluate(node, { ...scope, given })?.value;
  const written = valueOfNode(node);
  const isComputed =
    value !== undefined && typeof written === 'object' && JSON.stringify(value) !== JSON.stringify(written);
  return {
    value: value ?? written,
    at: node.span,
    steps: [
      { text: isOwn ? 'said by the template' : whose(definition?.fixed !== undefined, scope.unit) },
      ...(isComputed ? [{ text: 'worked out of a function at', at: node.span }] : []),
      ...(value === undefined ? [{ text: 'only known when it runs' }] : []),
      ...declarations(definition?.mentions ?? []),
    ],
  };
}

const whose = (isFixed: boolean, { file }: Unit): string =>
  `nothing says it: ${isFixed ? 'fixed by its type' : 'the default of its type'}, in ${file}`;

function explainOperation({ implementation, definition, node }: Operation): MemberExplanation {
  const shown: Node | undefined = implementation?.node ?? node;
  const steps = declarations(definition?.mentions ?? []);
  if (shown === undefined) return { value: null, at: definition?.mentions.at(-1)?.at ?? nowhere, steps };
  const isOwn = node !== undefined && implementation !== undefined && isWithin(shown.span, node.span);
  return {
    value: valueOfNode(shown),
    at: shown.span,
    steps: [{ text: isOwn ? 'implemented by the template' : 'implemented by its type' }, ...steps],
  };
}

const isWithin = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && inner.start.offset >= outer.start.offset && inner.end.offset <= outer.end.offset;

const nowhere: Span = {
  file: '',
  start: { offset: 0, line: 1, column: 1 },
  end: { offset: 0, line: 1, column: 1 },
};
