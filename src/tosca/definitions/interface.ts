/** Interfaces of a node, relationship or group type, and their operations and notifications. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { constructs } from '../grammar/constructs.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { bodyOf, findType } from '../names/scope.ts';
import { lineageOf, textOf } from '../types/lineage.ts';
import { asMap } from './schema.ts';
import type { ValueDefinitions } from './value.ts';
import { inputsOf, nothingDefined, refineValues } from './value.ts';

export type OperationDefinition = {
  readonly name: string;
  readonly inputs: ValueDefinitions;
  /** The nearest implementation, with the file its paths are relative to. */
  readonly implementation: { readonly node: Node; readonly unit: Unit } | undefined;
  readonly outputs: { readonly node: Node; readonly unit: Unit } | undefined;
  readonly mentions: readonly {
    readonly at: Span;
    readonly node: Node;
    readonly unit: Unit;
    readonly type: TypeDeclaration | undefined;
  }[];
};

export type OperationDefinitions = ReadonlyMap<string, OperationDefinition>;

export type InterfaceDefinition = {
  readonly name: string;
  readonly type: TypeDeclaration | undefined;
  readonly typeName: string | undefined;
  readonly inputs: ValueDefinitions;
  readonly operations: OperationDefinitions;
  readonly notifications: OperationDefinitions;
};

export type InterfaceDefinitions = ReadonlyMap<string, InterfaceDefinition>;

const noOperations: OperationDefinitions = new Map();

/** Operations of an interface: below `operations`, or directly, as before 1.3. */
export function operationEntries(node: Node | undefined): readonly MapEntry[] {
  const nested = asMap(valueOf(node, 'operations'));
  if (nested !== undefined) return nested.entries;
  const known = constructs.interfaceType.keys;
  return (asMap(node)?.entries ?? []).filter(
    ({ key }) => key.kind === 'scalar' && !Object.hasOwn(known, String(key.value)) && key.value !== 'type',
  );
}

export const notificationEntries = (node: Node | undefined): readonly MapEntry[] =>
  asMap(valueOf(node, 'notifications'))?.entries ?? [];

function refineOperations(
  inherited: OperationDefinitions,
  entries: readonly MapEntry[],
  unit: Unit,
  type: TypeDeclaration | undefined,
): OperationDefinitions {
  if (entries.length === 0) return inherited;
  const all = new Map(inherited);
  for (const { key, value } of entries) {
    if (key.kind !== 'scalar') continue;
    const name = String(key.value);
    const known = all.get(name);
    const implementation = textOf(value) === undefined ? valueOf(value, 'implementation') : value;
    const outputs = valueOf(value, 'outputs');
    all.set(name, {
      name,
      inputs: refineValues(known?.inputs ?? nothingDefined, valueOf(value, 'inputs'), unit, type),
      implementation: implementation === undefined ? known?.implementation : { node: implementation, unit },
      outputs: outputs === undefined ? known?.outputs : { node: outputs, unit },
      mentions: [...(known?.mentions ?? []), { at: key.span, node: value, unit, type }],
    });
  }
  return all;
}

/** Operations of an interface type, inherited ones included. */
export const operationsOfType = memo(
  (type: TypeDeclaration): OperationDefinitions =>
    lineageOf(type).reduceRight<OperationDefinitions>(
      (inherited, one) => refineOperations(inherited, operationEntries(bodyOf(one)), one.unit, one),
      noOperations,
    ),
);

export const notificationsOfType = memo(
  (type: TypeDeclaration): OperationDefinitions =>
    lineageOf(type).reduceRight<OperationDefinitions>(
      (inherited, one) => refineOperations(inherited, notificationEntries(bodyOf(one)), one.unit, one),
      noOperations,
    ),
);

/** Interfaces of a type that has them; group types had them before 1.3. */
export const interfacesOf = memo(
  (type: TypeDeclaration): InterfaceDefinitions =>
    lineageOf(type).reduceRight<InterfaceDefinitions>(
      (inherited, one) => refineInterfaces(inherited, valueOf(bodyOf(one), 'interfaces'), one.unit, one),
      new Map(),
    ),
);

export function refineInterfaces(
  inherited: InterfaceDefinitions,
  section: Node | undefined,
  unit: Unit,
  from: TypeDeclaration | undefined,
): InterfaceDefinitions {
  const entries = asMap(section)?.entries ?? [];
  if (entries.length === 0) return inherited;
  const all = new Map(inherited);
  for (const { key, value } of entries) {
    if (key.kind !== 'scalar') continue;
    const name = String(key.value);
    all.set(name, refineInterface(all.get(name), name, value, unit, from));
  }
  return all;
}

function refineInterface(
  inherited: InterfaceDefinition | undefined,
  name: string,
  node: Node,
  unit: Unit,
  from: TypeDeclaration | undefined,
): InterfaceDefinition {
  const ownName = textOf(valueOf(node, 'type'));
  const type = ownName === undefined ? inherited?.type : findType(unit, 'interface', ownName);
  const changed = type !== inherited?.type && type !== undefined;
  const operations = merge(changed ? operationsOfType(type) : noOperations, inherited?.operations);
  const notifications = merge(changed ? notificationsOfType(type) : noOperations, inherited?.notifications);
  const inputs = new Map([...(changed ? inputsOf(type) : nothingDefined), ...(inherited?.inputs ?? nothingDefined)]);
  return {
    name,
    type,
    typeName: ownName ?? inherited?.typeName,
    inputs: refineValues(inputs, valueOf(node, 'inputs'), unit, from),
    operations: refineOperations(operations, operationEntries(node), unit, from),
    notifications: refineOperations(notifications, notificationEntries(node), unit, from),
  };
}

const merge = (base: OperationDefinitions, over: OperationDefinitions | undefined): OperationDefinitions =>
  over === undefined || over.size === 0 ? base : new Map([...base, ...over]);
