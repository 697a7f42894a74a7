/** Interface types, and the interfaces that node, relationship and group types have. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { InterfaceDefinition, OperationDefinition } from '../definitions/interface.ts';
import {
  interfacesOf,
  notificationEntries,
  notificationsOfType,
  operationEntries,
  operationsOfType,
  refineInterfaces,
} from '../definitions/interface.ts';
import { isOperationBody } from '../definitions/operation-body.ts';
import { asMap } from '../definitions/schema.ts';
import { declaredAttributesOf, inputsOf, propertiesOf, refineValues } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { scopeOfType } from '../functions/scope.ts';
import { bodyOf } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { isA, lineageOf, textOf } from '../types/lineage.ts';
import { checkImplementation } from './artifacts.ts';
import { checkOnlyKnown } from './capabilities.ts';
import { requireType } from './names.ts';
import { checkValueSection } from './values.ts';
import { sectionFor } from '../sections.ts';

const definitionSection = (findings: Findings): string => sectionFor('interfaceDefinition', findings.version);

export function checkInterfaceType(type: TypeDeclaration, findings: Findings): void {
  const body = bodyOf(type);
  const scope = scopeOfType(type);
  const inputs = valueOf(body, 'inputs');
  if (!isOperationBody(inputs))
    checkValueSection(inputs, inputsOf(type), type.unit, findings, { kind: 'parameter', typeRequired: true, scope });
  for (const entry of operationEntries(body)) {
    checkOperation(entry, operationsOfType(type).get(nameOf(entry)), scope, findings);
    checkNoImplementation(entry, 'operation', findings);
  }
  for (const entry of notificationEntries(body)) {
    checkOperation(entry, notificationsOfType(type).get(nameOf(entry)), scope, findings);
    checkNoImplementation(entry, 'notification', findings);
  }
}

const nameOf = ({ key }: MapEntry): string => (key.kind === 'scalar' ? String(key.value) : '');

/** 2.0 §11.1: the type says what can be done, not how. */
function checkNoImplementation({ value }: MapEntry, title: string, findings: Findings): void {
  if (findings.version !== '2.0') return;
  const implementation = textOf(value) === undefined ? valueOf(value, 'implementation') : value;
  if (implementation !== undefined)
    findings.add(
      'InvalidImplementation',
      `An interface type can’t say how its ${title}s are carried out; a node or relationship type can.`,
      implementation.span,
      { section: '11.1' },
    );
}

function checkOperation(
  entry: MapEntry,
  definition: OperationDefinition | undefined,
  scope: FunctionScope,
  findings: Findings,
): void {
  const { value } = entry;
  const { unit } = scope;
  if (definition !== undefined)
    checkValueSection(valueOf(value, 'inputs'), definition.inputs, unit, findings, {
      kind: 'parameter',
      typeRequired: unit.version !== '2.0',
      scope,
    });
  const implementation = textOf(value) === undefined ? valueOf(value, 'implementation') : value;
  if (implementation !== undefined) checkImplementation(implementation, scope, findings);
}

export function checkInterfaceDefinitions(type: TypeDeclaration, findings: Findings): void {
  const all = interfacesOf(type);
  const [, parent] = lineageOf(type);
  const inherited = parent === undefined ? undefined : interfacesOf(parent);
  for (const entry of asMap(valueOf(bodyOf(type), 'interfaces'))?.entries ?? []) {
    const definition = all.get(nameOf(entry));
    if (definition !== undefined)
      checkInterfaceDefinition(entry, definition, inherited?.get(nameOf(entry)), scopeOfType(type), findings);
  }
}

function checkInterfaceDefinition(
  entry: MapEntry,
  definition: InterfaceDefinition,
  before: InterfaceDefinition | undefined,
  scope: FunctionScope,
  findings: Findings,
): void {
  const { value, key } = entry;
  const typeNode = valueOf(value, 'type');
  const section = definitionSection(findings);
  if (typeNode === undefined && before === undefined)
    findings.add('MissingRequiredKeyname', `The interface definition "${definition.name}" lacks "type".`, key.span, {
      section,
    });
  const own = requireType(typeNode, 'interface', scope.unit, findings);
  if (
    own !== undefined &&
    before?.type !== undefined &&
    !isA(own, before.type) &&
    typeNode !== undefined &&
    findings.isAfter('1.2')
  )
    findings.add(
      'InvalidRefinement',
      `The interface "${definition.name}" is of type "${before.type.name}"; it can only become a type derived from that.`,
      typeNode.span,
      { section },
    );
  checkValueSection(valueOf(value, 'inputs'), definition.inputs, scope.unit, findings, {
    kind: 'parameter',
    typeRequired: scope.unit.version !== '2.0',
    scope,
  });
  for (const operation of operationEntries(value)) {
    checkKnownOperation(operation, definition, 'operation', findings);
    checkOperation(operation, definition.operations.get(nameOf(operation)), scope, findings);
  }
  for (const notification of notificationEntries(value)) {
    checkKnownOperation(notification, definition, 'notification', findings);
    checkOperation(notification, definition.notifications.get(nameOf(notification)), scope, findings);
  }
}

/** Since 1.3 only interface types can have new operations. */
function checkKnownOperation(
  entry: MapEntry,
  { type, name }: InterfaceDefinition,
  what: 'operation' | 'notification',
  findings: Findings,
): void {
  if (type === undefined || !findings.isAfter('1.3')) return;
  const known = what === 'operation' ? operationsOfType(type) : notificationsOfType(type);
  if (known.has(nameOf(entry))) return;
  const hint = didYouMean(nameOf(entry), known.keys());
  findings.add(
    what === 'operation' ? 'UnknownOperation' : 'UnknownNotification',
    `The interface "${name}", of type "${type.name}", has no ${what} "${nameOf(entry)}".`,
    entry.key.span,
    {
      section: definitionSection(findings),
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

/** The relationship that a requirement definition describes in place. */
export function checkRelationshipDefinition(
  node: MapNode,
  relationship: TypeDeclaration | undefined,
  owner: TypeDeclaration,
  findings: Findings,
): void {
  const scope: FunctionScope = {
    ...scopeOfType(owner),
    self: relationship === undefined ? { kind: 'open' } : { kind: 'type', type: relationship },
  };
  const { unit } = owner;
  if (relationship !== undefined) {
    const properties: Node | undefined = valueOf(node, 'properties');
    const attributes: Node | undefined = valueOf(node, 'attributes');
    checkOnlyKnown(properties, propertiesOf(relationship), relationship.name, 'property', findings);
    checkOnlyKnown(attributes, declaredAttributesOf(relationship), relationship.name, 'attribute', findings);
    checkValueSection(properties, refineValues(propertiesOf(relationship), properties, unit, owner), unit, findings, {
      kind: 'property',
      typeRequired: false,
      scope,
    });
    checkValueSection(
      attributes,
      refineValues(declaredAttributesOf(relationship), attributes, unit, owner),
      unit,
      findings,
      { kind: 'attribute', typeRequired: false, scope },
    );
  }
  const interfaces = valueOf(node, 'interfaces');
  const inherited = relationship === undefined ? new Map() : interfacesOf(relationship);
  const all = refineInterfaces(inherited, interfaces, unit, owner);
  for (const entry of asMap(interfaces)?.entries ?? []) {
    const definition = all.get(nameOf(entry));
    const before: InterfaceDefinition | undefined =
      relationship === undefined ? definition : interfacesOf(relationship).get(nameOf(entry));
    if (definition !== undefined) checkInterfaceDefinition(entry, definition, before, scope, findings);
  }
}
