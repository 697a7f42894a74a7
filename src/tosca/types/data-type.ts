/** Data types: the built-in ones and those derived from them, or from nothing. */
import type { Version } from '../version.ts';
import { isAtLeast } from '../version.ts';
import type { Unit } from '../load/unit.ts';
import { findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { lineageOf, parentNode, textOf } from './lineage.ts';

export const builtins = [
  'string',
  'integer',
  'float',
  'boolean',
  'bytes',
  'nil',
  'timestamp',
  'version',
  'range',
  'list',
  'map',
  'scalar',
  'scalar-unit.size',
  'scalar-unit.time',
  'scalar-unit.frequency',
  'scalar-unit.bitrate',
  /** Before 2.0 some wrote it for "whatever"; 2.0 has no such type. */
  'any',
] as const;
export type Builtin = (typeof builtins)[number];

export type DataType =
  | { readonly kind: 'builtin'; readonly name: Builtin }
  | { readonly kind: 'declared'; readonly type: TypeDeclaration };

const builtinTypes: ReadonlyMap<Builtin, DataType> = new Map(builtins.map((name) => [name, { kind: 'builtin', name }]));

export const builtin = (name: Builtin): DataType => builtinTypes.get(name) ?? { kind: 'builtin', name };

const common: readonly Builtin[] = ['string', 'integer', 'float', 'boolean', 'timestamp', 'version', 'list', 'map'];
const before20: readonly Builtin[] = ['range', 'scalar-unit.size', 'scalar-unit.time', 'scalar-unit.frequency'];

const builtinNames = (version: Version): ReadonlyMap<string, Builtin> => {
  // OASIS's own suite goes on using the units of 1.x in 2.0 without declaring them.
  const own: readonly Builtin[] =
    version === '2.0' ? ['bytes', 'nil', 'scalar', ...before20.slice(1), 'scalar-unit.bitrate'] : before20;
  const names = new Map<string, Builtin>([...common, ...own].map((name) => [name, name]));
  if (version === '2.0') return names;
  if (isAtLeast(version, '1.3')) names.set('scalar-unit.bitrate', 'scalar-unit.bitrate');
  names.set('null', 'nil').set('any', 'any');
  for (const [name, type] of [...names]) names.set(`tosca:${name.replace('scalar-unit.', '')}`, type);
  return names;
};

const namesByVersion: Readonly<Record<Version, ReadonlyMap<string, Builtin>>> = {
  '1.0': builtinNames('1.0'),
  '1.1': builtinNames('1.1'),
  '1.2': builtinNames('1.2'),
  '1.3': builtinNames('1.3'),
  '2.0': builtinNames('2.0'),
};

export const builtinDataTypes = (version: Version): readonly string[] => [...namesByVersion[version].keys()];

export function findDataType(unit: Unit, name: string): DataType | undefined {
  const declared = findType(unit, 'data', name);
  if (declared !== undefined) return { kind: 'declared', type: declared };
  const found = namesByVersion[unit.version].get(name);
  return found === undefined ? undefined : builtin(found);
}

/** The built-in type at the end of the line; `complex` for a type of properties; `undefined` where the line breaks. */
export function baseOf(type: DataType): Builtin | 'complex' | undefined {
  if (type.kind === 'builtin') return type.name;
  const last = lineageOf(type.type).at(-1) ?? type.type;
  const parent = textOf(parentNode(last));
  if (parent === undefined) return 'complex';
  const found = findDataType(last.unit, parent);
  return found?.kind === 'builtin' ? found.name : undefined;
}

/** The type is the other or derives from it. An integer may stand for a float only as a literal, so it is none here. */
export function isDataType(type: DataType, ancestor: DataType): boolean {
  if (ancestor.kind === 'builtin') return baseOf(type) === ancestor.name || ancestor.name === 'any';
  return type.kind === 'declared' && lineageOf(type.type).includes(ancestor.type);
}

export const dataTypeName = (type: DataType): string => (type.kind === 'builtin' ? type.name : type.type.name);
