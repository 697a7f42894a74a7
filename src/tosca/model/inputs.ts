/** Inputs: parameters of the application. */
import { valueOf } from '../../document/node.ts';
import type { Parameter } from '../../model/entity.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { valueOfNode } from '../data/node-value.ts';
import type { Clause } from '../definitions/schema.ts';
import type { ValueDefinition } from '../definitions/value.ts';
import { lastMention } from '../definitions/value.ts';
import { scopeOfTopology } from '../functions/scope.ts';
import { baseOf } from '../types/data-type.ts';
import { textOf } from '../types/lineage.ts';
import type { Translating } from './translating.ts';
import { staticValue } from './translating.ts';

/** What Brooklyn calls the built-in types. */
const types: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'integer',
  float: 'double',
  boolean: 'boolean',
  list: 'list',
  map: 'map',
  complex: 'map',
};

export function translateInputs(t: Translating): {
  readonly parameters: readonly Parameter[];
  readonly config: ValueMap;
} {
  const parameters: Parameter[] = [];
  const config = new Map<string, Value>();
  for (const definition of t.topology.inputs.values()) {
    parameters.push(parameterOf(definition, t));
    const value = t.given.get(definition.name) ?? defaultOf(definition, t);
    if (value !== undefined) config.set(definition.name, value);
    for (const { node } of definition.mentions) t.account.carried(node);
  }
  return { parameters, config };
}

function defaultOf(definition: ValueDefinition, t: Translating): Value | undefined {
  const given = definition.fixed ?? definition.default;
  return given === undefined ? undefined : staticValue({ node: given.node, scope: scopeOfTopology(t.topology) }, t);
}

function parameterOf(definition: ValueDefinition, t: Translating): Parameter {
  const description = textOf(valueOf(lastMention(definition)?.node, 'description'));
  const base = definition.schema?.type === undefined ? undefined : baseOf(definition.schema.type);
  const value = defaultOf(definition, t);
  const constraints = [
    ...(definition.required && value === undefined ? ['required'] : []),
    ...(definition.schema?.clauses ?? []).flatMap(constraintOf),
  ];
  return {
    name: definition.name,
    type: types[base ?? 'string'] ?? 'string',
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { default: value }),
    ...(constraints.length === 0 ? {} : { constraints }),
  };
}

/** A pattern, or a choice of texts, is a regular expression to Brooklyn too; other clauses are checked when the template is read. */
function constraintOf({ node }: Clause): readonly Value[] {
  const pattern = textOf(valueOf(node, 'pattern'));
  if (pattern !== undefined) return [new Map<string, Value>([['regex', pattern]])];
  const choice = valueOf(node, 'valid_values');
  const values = choice === undefined ? [] : valueOfNode(choice);
  if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === 'string')) return [];
  return [
    new Map<string, Value>([
      ['regex', values.map((value) => String(value).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')],
    ]),
  ];
}
