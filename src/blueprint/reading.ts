/** What the reading functions share, and the shapes they ask of a node. */
import type { Problem, Span } from '../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../document/node.ts';
import type { Entity } from '../model/entity.ts';
import { blueprintProblem } from './problems.ts';
import type { BlueprintProblemCode } from './problems.ts';

export type Reading = {
  readonly problems: Problem[];
  /** Reads an entity: values hold entities (`$brooklyn:entitySpec`) and entities hold values. */
  readonly entity: (node: MapNode) => Entity;
};

export function report(r: Reading, code: BlueprintProblemCode, message: string, at: Span, hint?: string): void {
  r.problems.push(blueprintProblem(code, message, at, hint));
}

/** How a node's kind is called in a message. */
const kindWord = (node: Node): string =>
  node.kind === 'map' ? 'a map' : node.kind === 'list' ? 'a list' : node.value === null ? 'nothing' : 'one value';

function reportShape(r: Reading, node: Node, what: string, wanted: string): undefined {
  report(r, 'blueprint-shape', `${what} takes ${wanted} and has ${kindWord(node)}.`, node.span);
  return undefined;
}

const isEmpty = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

export function asMap(r: Reading, node: Node, what: string): MapNode | undefined {
  return node.kind === 'map' ? node : reportShape(r, node, what, 'a map');
}

/** An empty value is an empty list. */
export function asList(r: Reading, node: Node, what: string): readonly Node[] {
  if (node.kind === 'list') return node.items;
  if (!isEmpty(node)) reportShape(r, node, what, 'a list');
  return [];
}

/** The text of a scalar as written, so that a version `1.10` stays one. An empty value is no text. */
export function asText(r: Reading, node: Node, what: string): string | undefined {
  if (node.kind !== 'scalar') return reportShape(r, node, what, 'a text');
  return node.value === null ? undefined : node.text;
}

export const textOfKey = ({ key }: MapEntry): string | undefined => (key.kind === 'scalar' ? key.text : undefined);

export const isText = (node: Node): node is ScalarNode & { readonly value: string } =>
  node.kind === 'scalar' && typeof node.value === 'string';
