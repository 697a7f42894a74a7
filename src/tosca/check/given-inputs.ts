/** Values given for inputs from outside: whether there are such inputs, and whether the values are what these want. */
import type { Checked, Problem, Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { parseDocument } from '../../document/parse.ts';
import type { Value } from '../../model/value.ts';
import { checkValue } from '../data/check-value.ts';
import { nodeOfValue, valueOfNode } from '../data/node-value.ts';
import type { ValueDefinition } from '../definitions/value.ts';
import { lastMention } from '../definitions/value.ts';
import { collectFindings } from '../findings.ts';
import { scopeOfTopology } from '../functions/scope.ts';
import type { Unit } from '../load/unit.ts';
import type { Topology } from '../topology/topology.ts';
import { topologyOf } from '../topology/topology.ts';
import { baseOf } from '../types/data-type.ts';

export function checkGiven(
  unit: Unit | undefined,
  given: ReadonlyMap<string, Value>,
  requireAll: boolean,
): Checked<ReadonlyMap<string, Value>> {
  const topology = unit === undefined ? undefined : topologyOf(unit);
  const values = new Map<string, Value>();
  const problems: Problem[] = [];
  if (topology === undefined) return { value: values, problems };
  for (const [name, value] of given) {
    const definition = topology.inputs.get(name);
    if (definition === undefined) problems.push(...unknownInput(name, topology));
    else values.set(name, readGiven(definition, value, topology, problems));
  }
  if (requireAll) requireInputs(topology, values, problems);
  return { value: values, problems };
}

function unknownInput(name: string, topology: Topology): readonly Problem[] {
  const problems: Problem[] = [];
  const hint = didYouMean(name, topology.inputs.keys());
  collectFindings(topology.unit.version, problems).add(
    'UnknownInput',
    `A value is given for the input "${name}", and the template has no such input.`,
    topology.at,
    hint === undefined ? {} : { hint },
  );
  return problems;
}

const placeOf = (definition: ValueDefinition, topology: Topology): Span => lastMention(definition)?.at ?? topology.at;

function readGiven(definition: ValueDefinition, value: Value, topology: Topology, problems: Problem[]): Value {
  const at = placeOf(definition, topology);
  const node = nodeOfGiven(definition, value, at);
  const found: Problem[] = [];
  checkValue(node, definition.schema, scopeOfTopology(topology), collectFindings(topology.unit.version, found));
  for (const problem of found)
    problems.push({
      ...problem,
      at,
      message: `The value given for the input "${definition.name}": ${problem.message}`,
    });
  return valueOfNode(node);
}

/** A text, as flags are, is YAML unless a text is wanted. */
function nodeOfGiven(definition: ValueDefinition, value: Value, at: Span): Node {
  const type = definition.schema?.type;
  const base = type === undefined ? undefined : baseOf(type);
  if (typeof value !== 'string' || base === undefined || base === 'string') return nodeOfValue(value, at);
  const parsed = parseDocument(value, at.file, { schema: 'core' });
  return parsed.problems.length > 0 ? nodeOfValue(value, at) : nodeOfValue(valueOfNode(parsed.value), at);
}

function requireInputs(topology: Topology, values: ReadonlyMap<string, Value>, problems: Problem[]): void {
  for (const definition of topology.inputs.values()) {
    const isThere = values.has(definition.name) || definition.default !== undefined || definition.fixed !== undefined;
    if (isThere || !definition.required) continue;
    collectFindings(topology.unit.version, problems).add(
      'MissingRequiredInput',
      `The input "${definition.name}" needs a value.`,
      placeOf(definition, topology),
      { hint: `Say --input ${definition.name}=VALUE.` },
    );
  }
}
