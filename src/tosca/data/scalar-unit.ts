/** `10 GB`: scalars with a unit, of the four built-in kinds of 1.x and of the types 2.0 lets people declare. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { inheritedNode, lineageOf, textOf } from '../types/lineage.ts';
import type { Builtin, DataType } from '../types/data-type.ts';
import { baseOf, builtin, findDataType } from '../types/data-type.ts';

export type Units = {
  /** Factor to the canonical unit. */
  readonly factors: ReadonlyMap<string, number>;
  readonly ignoreCase: boolean;
  /** What the number in front has to be. */
  readonly number: DataType;
};

type OldUnit = 'scalar-unit.size' | 'scalar-unit.time' | 'scalar-unit.frequency' | 'scalar-unit.bitrate';

const oldUnits: Readonly<Record<OldUnit, readonly (readonly [string, number])[]>> = {
  'scalar-unit.size': [
    ['B', 1],
    ['kB', 1e3],
    ['KiB', 2 ** 10],
    ['MB', 1e6],
    ['MiB', 2 ** 20],
    ['GB', 1e9],
    ['GiB', 2 ** 30],
    ['TB', 1e12],
    ['TiB', 2 ** 40],
  ],
  'scalar-unit.time': [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
    ['ms', 1e-3],
    ['us', 1e-6],
    ['ns', 1e-9],
  ],
  'scalar-unit.frequency': [
    ['Hz', 1],
    ['kHz', 1e3],
    ['MHz', 1e6],
    ['GHz', 1e9],
  ],
  'scalar-unit.bitrate': [
    ['bps', 1],
    ['Kbps', 1e3],
    ['Kibps', 2 ** 10],
    ['Mbps', 1e6],
    ['Mibps', 2 ** 20],
    ['Gbps', 1e9],
    ['Gibps', 2 ** 30],
    ['Tbps', 1e12],
    ['Tibps', 2 ** 40],
    ['Bps', 8],
    ['KBps', 8e3],
    ['KiBps', 2 ** 13],
    ['MBps', 8e6],
    ['MiBps', 2 ** 23],
    ['GBps', 8e9],
    ['GiBps', 2 ** 33],
    ['TBps', 8e12],
    ['TiBps', 2 ** 43],
  ],
};

const isOldUnit = (name: Builtin): name is OldUnit => Object.hasOwn(oldUnits, name);

/** Units of a type, or `undefined` for a type that has none. */
export function unitsOf(type: DataType): Units | undefined {
  const base = baseOf(type);
  if (base === 'scalar') return type.kind === 'declared' ? declaredUnits(type.type) : undefined;
  if (base === undefined || base === 'complex' || !isOldUnit(base)) return undefined;
  return { factors: new Map(oldUnits[base]), ignoreCase: base !== 'scalar-unit.bitrate', number: builtin('float') };
}

/** 2.0 §9.1.2.2: units, each also behind each prefix. */
const declaredUnits = memo((type: TypeDeclaration): Units => {
  const factors = new Map<string, number>();
  const prefixes = inheritedFactors(type, 'prefixes');
  for (const [unit, factor] of inheritedFactors(type, 'units')) {
    if (prefixes.size === 0) factors.set(unit, factor);
    for (const [prefix, times] of prefixes) factors.set(prefix + unit, factor * times);
  }
  const number = inheritedNode(type, 'data_type');
  const name = textOf(number?.node);
  const found = name === undefined || number === undefined ? undefined : findDataType(number.from.unit, name);
  return { factors, ignoreCase: false, number: found ?? builtin('float') };
});

/** Derived types add to the units and prefixes they inherit. */
export const inheritedFactors = (type: TypeDeclaration, keyname: 'units' | 'prefixes'): ReadonlyMap<string, number> =>
  new Map(
    lineageOf(type)
      .toReversed()
      .flatMap((one) => [...readFactors(valueOf(one.node, keyname))]),
  );

function readFactors(node: Node | undefined): ReadonlyMap<string, number> {
  const factors = new Map<string, number>();
  if (node?.kind !== 'map') return factors;
  for (const { key, value } of node.entries)
    if (key.kind === 'scalar' && value.kind === 'scalar') factors.set(key.text, Number(value.value));
  return factors;
}

export type ScalarReading =
  | {
      readonly kind: 'scalar';
      readonly number: number;
      readonly numberText: string;
      readonly unit: string;
      readonly canonical: number;
    }
  | { readonly kind: 'no-unit' }
  | { readonly kind: 'no-number' }
  | { readonly kind: 'unknown-unit'; readonly unit: string };

const scalarText = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+(?=[\s\d]|$))?)\s*(.*)$/s;

export function readScalar(text: string, units: Units): ScalarReading {
  const trimmed = text.trim();
  if (trimmed.length > 256) return { kind: 'no-number' };
  const match = scalarText.exec(trimmed);
  if (match === null) return { kind: 'no-number' };
  const [, numberText = '', unit = ''] = match;
  if (unit === '') return { kind: 'no-unit' };
  const factor = units.factors.get(unit) ?? (units.ignoreCase ? anyCase(unit, units.factors) : undefined);
  if (factor === undefined) return { kind: 'unknown-unit', unit };
  const number = Number(numberText);
  return { kind: 'scalar', number, numberText, unit, canonical: number * factor };
}

function anyCase(unit: string, factors: ReadonlyMap<string, number>): number | undefined {
  const wanted = unit.toLowerCase();
  for (const [name, factor] of factors) if (name.toLowerCase() === wanted) return factor;
  return undefined;
}
