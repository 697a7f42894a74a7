/** What a value has to be: a type, clauses it must meet, and schemas of what is in it. */
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { DataType } from '../types/data-type.ts';
import { baseOf, builtin, findDataType } from '../types/data-type.ts';
import { lineageOf, textOf } from '../types/lineage.ts';

/** A constraint clause of 1.x, or a validation of 2.0. */
export type Clause = { readonly node: Node; readonly unit: Unit };

export type Schema = {
  /** `undefined`: its name is unknown, which was told where it stands; then nothing is judged by it. */
  readonly type: DataType | undefined;
  readonly typeName: string;
  readonly clauses: readonly Clause[];
  readonly keySchema: Schema | undefined;
  readonly entrySchema: Schema | undefined;
};

export const plainSchema = (type: DataType): Schema => ({
  type,
  typeName: type.kind === 'builtin' ? type.name : type.type.name,
  clauses: [],
  keySchema: undefined,
  entrySchema: undefined,
});

const textSchema = plainSchema(builtin('string'));

/** A schema, or a definition that has its keynames; what it leaves out is inherited. */
export function readSchema(node: Node | undefined, unit: Unit, inherited?: Schema): Schema | undefined {
  const short = textOf(node);
  const typeName = short ?? textOf(valueOf(node, 'type')) ?? inherited?.typeName;
  if (typeName === undefined) return undefined;
  const isOwn = short !== undefined || textOf(valueOf(node, 'type')) !== undefined;
  return {
    type: isOwn ? findDataType(unit, typeName) : inherited?.type,
    typeName,
    clauses: [...(inherited?.clauses ?? []), ...readClauses(node, unit)],
    keySchema: readSchema(valueOf(node, 'key_schema'), unit, inherited?.keySchema) ?? inherited?.keySchema,
    entrySchema: readSchema(valueOf(node, 'entry_schema'), unit, inherited?.entrySchema) ?? inherited?.entrySchema,
  };
}

function readClauses(node: Node | undefined, unit: Unit): readonly Clause[] {
  const constraints = valueOf(node, 'constraints');
  const nodes: readonly Node[] =
    constraints?.kind === 'list' ? constraints.items : constraints?.kind === 'map' ? [constraints] : [];
  const validation = valueOf(node, 'validation');
  return [...nodes, ...(validation === undefined ? [] : [validation])].map((clause) => ({ node: clause, unit }));
}

/** Clauses a data type and its ancestors put on every value of theirs, the oldest first. */
export const typeClauses = memo((type: TypeDeclaration): readonly Clause[] =>
  lineageOf(type)
    .toReversed()
    .flatMap((one) => readClauses(one.node, one.unit)),
);

/** What the entries of a list or map have to be: said here, or by the type. */
export function entrySchemaOf(schema: Schema): Schema | undefined {
  if (schema.entrySchema !== undefined || schema.type?.kind !== 'declared') return schema.entrySchema;
  return inheritedSchema(schema.type.type, 'entry_schema');
}

/** Texts, where nothing else is said (2.0 §9.1.3.2). */
export function keySchemaOf(schema: Schema): Schema {
  if (schema.keySchema !== undefined) return schema.keySchema;
  return (schema.type?.kind === 'declared' ? inheritedSchema(schema.type.type, 'key_schema') : undefined) ?? textSchema;
}

function inheritedSchema(type: TypeDeclaration, keyname: 'entry_schema' | 'key_schema'): Schema | undefined {
  let found: Schema | undefined;
  for (const one of lineageOf(type).toReversed())
    found = readSchema(valueOf(one.node, keyname), one.unit, found) ?? found;
  return found;
}

export const isCollection = (schema: Schema): boolean => {
  const base = schema.type === undefined ? undefined : baseOf(schema.type);
  return base === 'list' || base === 'map';
};

export const asMap = (node: Node | undefined): MapNode | undefined => (node?.kind === 'map' ? node : undefined);
