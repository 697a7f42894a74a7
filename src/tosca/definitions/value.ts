/** Properties, attributes and parameters: what a type says of each, its ancestors' word included. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { constructs } from '../grammar/constructs.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { bodyOf } from '../names/scope.ts';
import { lineageOf } from '../types/lineage.ts';
import type { Schema } from './schema.ts';
import { asMap, readSchema } from './schema.ts';

/** One place that says something of it. */
export type Mention = {
  readonly at: Span;
  readonly node: Node;
  readonly unit: Unit;
  readonly type: TypeDeclaration | undefined;
};

export type ValueDefinition = {
  readonly name: string;
  /** `undefined`: no type is given anywhere. */
  readonly schema: Schema | undefined;
  readonly required: boolean;
  readonly default: { readonly node: Node; readonly unit: Unit } | undefined;
  /** 2.0: given once and for all. */
  readonly fixed: { readonly node: Node; readonly unit: Unit } | undefined;
  /** The oldest first; the last is where it was last changed. */
  readonly mentions: readonly Mention[];
};

export type ValueDefinitions = ReadonlyMap<string, ValueDefinition>;

export const nothingDefined: ValueDefinitions = new Map();

export const lastMention = (definition: ValueDefinition): Mention | undefined => definition.mentions.at(-1);

/** Adds one section of definitions to what is inherited. */
export function refineValues(
  inherited: ValueDefinitions,
  section: Node | undefined,
  unit: Unit,
  type: TypeDeclaration | undefined,
): ValueDefinitions {
  const map = asMap(section);
  if (map === undefined || map.entries.length === 0) return inherited;
  const all = new Map(inherited);
  for (const { key, value } of map.entries) {
    if (key.kind !== 'scalar') continue;
    const name = String(key.value);
    all.set(name, refineValue(all.get(name), { name, at: key.span, node: value, unit, type }));
  }
  return all;
}

type Refinement = Mention & { readonly name: string };

function refineValue(inherited: ValueDefinition | undefined, { name, ...mention }: Refinement): ValueDefinition {
  const mentions = [...(inherited?.mentions ?? []), mention];
  const { node, unit } = mention;
  if (!isDefinition(node, inherited !== undefined, unit))
    return {
      name,
      schema: inherited?.schema,
      required: inherited?.required ?? true,
      default: inherited?.default,
      fixed: { node, unit },
      mentions,
    };
  const required = valueOf(node, 'required');
  const ownDefault = valueOf(node, 'default');
  const ownValue = valueOf(node, 'value');
  return {
    name,
    schema: readSchema(node, unit, inherited?.schema),
    required:
      required?.kind === 'scalar' && typeof required.value === 'boolean'
        ? required.value
        : (inherited?.required ?? true),
    default: ownDefault === undefined ? inherited?.default : { node: ownDefault, unit },
    fixed: ownValue === undefined ? inherited?.fixed : { node: ownValue, unit },
    mentions,
  };
}

const keynames = new Set(Object.keys(constructs.parameter.keys));

/** 2.0: what is inherited may be followed by its value alone (§9.4); a map with a keyname of definitions in it is one. */
export function isDefinition(node: Node, isInherited: boolean, unit: Unit): boolean {
  if (unit.version !== '2.0') return true;
  if (node.kind !== 'map') return !isInherited && node.kind !== 'list';
  if (!isInherited) return true;
  return node.entries.some(({ key }) => key.kind === 'scalar' && keynames.has(String(key.value)));
}

const inheritValues = (keyname: 'properties' | 'attributes' | 'inputs') =>
  memo(
    (type: TypeDeclaration): ValueDefinitions =>
      lineageOf(type).reduceRight<ValueDefinitions>(
        (inherited, one) => refineValues(inherited, valueOf(bodyOf(one), keyname), one.unit, one),
        nothingDefined,
      ),
  );

export const propertiesOf = inheritValues('properties');
export const inputsOf = inheritValues('inputs');
const declaredAttributesOf = inheritValues('attributes');

/** Every property is an attribute too: what it was found to be (2.0 §9.6, 1.x §3.6.12). */
export const attributesOf = memo(
  (type: TypeDeclaration): ValueDefinitions => new Map([...propertiesOf(type), ...declaredAttributesOf(type)]),
);
export { declaredAttributesOf };
