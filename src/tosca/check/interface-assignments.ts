/** Interfaces of templates: operations that exist, inputs that fit, files that can be run. */
import type { Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type {
  InterfaceDefinition,
  InterfaceDefinitions,
  OperationDefinition,
  OperationDefinitions,
} from '../definitions/interface.ts';
import { notificationEntries, operationEntries, refineInterfaces } from '../definitions/interface.ts';
import { asMap } from '../definitions/schema.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import { nothingDefined } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { isA, textOf } from '../types/lineage.ts';
import { checkImplementation } from './artifacts.ts';
import { checkAssignments, namesIn, requireAssignments } from './assignments.ts';
import { requireType } from './names.ts';
import { checkOutputs } from './operation-outputs.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('interfaceAssignment', findings.version);

export function checkInterfaceAssignments(
  section: Node | undefined,
  definitions: InterfaceDefinitions | undefined,
  owner: string,
  scope: FunctionScope,
  findings: Findings,
): void {
  for (const entry of asMap(section)?.entries ?? []) {
    const name = nameOf(entry);
    checkInterface(
      entry,
      definitions === undefined ? undefined : assigned(definitions, name, entry, scope, findings),
      definitions,
      owner,
      scope,
      findings,
    );
  }
}

const nameOf = ({ key }: MapEntry): string => (key.kind === 'scalar' ? String(key.value) : '');

/** Before 2.0 a template may give the interface another type, one that derives from the declared one. */
function assigned(
  definitions: InterfaceDefinitions,
  name: string,
  entry: MapEntry,
  scope: FunctionScope,
  findings: Findings,
): InterfaceDefinition | undefined {
  const before = definitions.get(name);
  const typeNode = valueOf(entry.value, 'type');
  if (typeNode === undefined) return before;
  const own = requireType(typeNode, 'interface', scope.unit, findings);
  if (own === undefined) return before;
  if (before?.type !== undefined && !isA(own, before.type))
    findings.add(
      'InvalidRefinement',
      `The interface "${name}" is of type "${before.type.name}"; it can only become a type derived from that.`,
      typeNode.span,
      { section: sectionOf(findings) },
    );
  const only = asMap(entry.value);
  if (only === undefined) return before;
  const typeOnly = {
    ...only,
    entries: only.entries.filter(({ key }) => key.kind === 'scalar' && key.value === 'type'),
  };
  const wrapped = { ...only, entries: [{ key: entry.key, value: typeOnly }] };
  return (
    refineInterfaces(before === undefined ? new Map() : new Map([[name, before]]), wrapped, scope.unit, undefined).get(
      name,
    ) ?? before
  );
}

function checkInterface(
  entry: MapEntry,
  definition: InterfaceDefinition | undefined,
  definitions: InterfaceDefinitions | undefined,
  owner: string,
  scope: FunctionScope,
  findings: Findings,
): void {
  const name = nameOf(entry);
  const { value } = entry;
  if (definition === undefined && definitions !== undefined) {
    const hint = didYouMean(name, definitions.keys());
    findings.add(
      definitions.size === 0 && findings.version === '2.0' ? 'UndeclaredInterface' : 'UnknownInterface',
      `"${owner}" has no interface "${name}".`,
      entry.key.span,
      {
        section: sectionOf(findings),
        ...(hint === undefined ? {} : { hint }),
      },
    );
  }
  const isKnown = definition?.type !== undefined;
  checkAssignments(valueOf(value, 'inputs'), isKnown ? definition.inputs : undefined, scope, findings, {
    kind: 'input',
    owner: `The interface "${name}" of "${owner}"`,
    at: entry.key.span,
    requireAll: false,
    open: true,
  });
  const given = valueOf(value, 'inputs');
  const inOperations = operationEntries(value).map((operation) => valueOf(operation.value, 'inputs'));
  if (isKnown)
    requireInputs(
      definition.inputs,
      [given, ...inOperations],
      `The interface "${name}" of "${owner}"`,
      entry.key.span,
      findings,
    );
  for (const operation of operationEntries(value))
    checkOperation(operation, definition, definition?.operations, 'operation', given, scope, findings);
  for (const notification of notificationEntries(value))
    checkOperation(notification, definition, definition?.notifications, 'notification', given, scope, findings);
}

function checkOperation(
  entry: MapEntry,
  owner: InterfaceDefinition | undefined,
  known: OperationDefinitions | undefined,
  what: 'operation' | 'notification',
  around: Node | undefined,
  scope: FunctionScope,
  findings: Findings,
): void {
  const name = nameOf(entry);
  const definition: OperationDefinition | undefined = known?.get(name);
  if (definition === undefined && owner?.type !== undefined && known !== undefined) {
    const hint = didYouMean(name, known.keys());
    findings.add(
      what === 'operation' ? 'UnknownOperation' : 'UnknownNotification',
      `The interface "${owner.name}" has no ${what} "${name}".`,
      entry.key.span,
      {
        section: sectionOf(findings),
        ...(hint === undefined ? {} : { hint }),
      },
    );
  }
  const { value } = entry;
  const implementation = textOf(value) === undefined ? valueOf(value, 'implementation') : value;
  if (implementation !== undefined) checkImplementation(implementation, scope, findings);
  const inputs: ValueDefinitions | undefined =
    owner?.type === undefined ? undefined : new Map([...owner.inputs, ...(definition?.inputs ?? nothingDefined)]);
  checkAssignments(valueOf(value, 'inputs'), inputs, scope, findings, {
    kind: 'input',
    owner: `The ${what} "${name}"`,
    at: entry.key.span,
    requireAll: false,
    open: true,
  });
  requireInputs(
    definition?.inputs,
    [valueOf(value, 'inputs'), around],
    `The ${what} "${name}"`,
    entry.key.span,
    findings,
  );
  checkOutputs(valueOf(value, 'outputs'), scope, findings);
}

/** What is required, and given neither here nor around it. Asked for only where the template speaks of the operation. */
function requireInputs(
  definitions: ValueDefinitions | undefined,
  sections: readonly (Node | undefined)[],
  owner: string,
  at: Span,
  findings: Findings,
): void {
  if (definitions === undefined) return;
  const given = new Set(sections.flatMap((section) => [...namesIn(section)]));
  requireAssignments(definitions, given, findings, { kind: 'input', owner, at, requireAll: true });
}
