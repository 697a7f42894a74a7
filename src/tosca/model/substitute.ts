/** Nodes that another template stands for: an application in the application, made of that template's nodes. */
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Entity } from '../../model/entity.ts';
import { typeName } from '../../model/entity-types.ts';
import type { Value } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import { asMap } from '../definitions/schema.ts';
import { hasErrors } from '../../diagnostic/problem.ts';
import { checkLoaded } from '../check/check.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import { findType } from '../names/scope.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { topologyOf } from '../topology/topology.ts';
import { isA, textOf } from '../types/lineage.ts';
import type { Draft } from './draft.ts';
import type { Published } from './outputs.ts';
import { propertyMembers } from './members.ts';
import type { Translating } from './translating.ts';
import { valueFor } from './translating.ts';

export function substitute(draft: Draft, t: Translating): void {
  const { template } = draft;
  draft.type = typeName.application;
  const found = findSubstitute(template, t);
  if (found === undefined) {
    t.findings.add(
      'LossyTranslation',
      `No template stands for "${template.name}", of type "${template.type?.name ?? ''}".`,
      template.at,
      {
        hint: 'Put one with substitution_mappings for that type beside this one.',
      },
    );
    return t.account.lost(template.node, 'No template stands for it.');
  }
  const inner = t.translateInner(found, inputsFor(found, template, t), `${draft.id}.`, outputNames(found));
  draft.inner.push(...inner.entities);
  draft.enrichers.push(...inner.published.enrichers);
  draft.initializers.push(...inner.published.initializers);
  for (const [capability, [name]] of mappings(found, 'capabilities')) {
    const answer = inner.drafts.get(name ?? '');
    if (answer !== undefined) draft.answers.set(capability, answer);
  }
  t.account.carried(template.node);
}

/** The first template of the files at hand that offers this type, or one derived from it, and does not contain itself. */
function findSubstitute({ type }: Template, t: Translating): Topology | undefined {
  if (type === undefined) return undefined;
  for (const unit of [...t.loaded.units, ...t.loaded.candidates.filter(isSound)]) {
    const topology = topologyOf(unit);
    if (topology?.substitution === undefined || t.standing.includes(topology)) continue;
    const offered = findType(unit, 'node', textOf(valueOf(topology.substitution, 'node_type')) ?? '');
    if (offered !== undefined && isA(offered, type)) return topology;
  }
  return undefined;
}

const isSound = memo(
  (unit: Unit): boolean => !hasErrors(checkLoaded({ entry: unit, others: [], units: [unit] }, undefined)),
);

/** Inputs of the inner template: properties of the node, by the mapping, or of the same name where there is none. */
function inputsFor(topology: Topology, template: Template, t: Translating): ReadonlyMap<string, Value> {
  const section = asMap(valueOf(topology.substitution, 'properties'));
  const byProperty = new Map<string, string>();
  for (const { key, value } of section?.entries ?? []) byProperty.set(keyText(key), inputName(value) ?? '');
  const given = new Map<string, Value>();
  for (const member of propertyMembers(template)) {
    const input = byProperty.get(member.name) ?? (topology.inputs.has(member.name) ? member.name : undefined);
    const value = input === undefined ? undefined : valueFor(member, template, t);
    if (input !== undefined && value !== undefined) given.set(input, value);
    t.account.carried(member.node);
  }
  return given;
}

/** `input`, `[ input ]`, or `{ mapping: [ input ] }`. */
function inputName(node: Node): string | undefined {
  const list = node.kind === 'list' ? node : valueOf(node, 'mapping');
  return textOf(list?.kind === 'list' ? list.items[0] : node);
}

/** Output -> attribute of the node that is stood for. */
function outputNames(topology: Topology): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { key, value } of asMap(valueOf(topology.substitution, 'attributes'))?.entries ?? []) {
    const output = textOf(value);
    if (output !== undefined) names.set(output, keyText(key));
  }
  return names;
}

/** Name -> `[node, member]`. */
function mappings(
  topology: Topology,
  keyname: 'capabilities' | 'requirements',
): ReadonlyMap<string, readonly (string | undefined)[]> {
  const section = valueOf(topology.substitution, keyname);
  const entries: readonly MapEntry[] =
    section?.kind === 'list'
      ? section.items.flatMap((item) => asMap(item)?.entries ?? [])
      : (asMap(section)?.entries ?? []);
  return new Map(
    entries.map(({ key, value }) => {
      const list = value.kind === 'list' ? value : valueOf(value, 'mapping');
      return [keyText(key), list?.kind === 'list' ? list.items.map(textOf) : [textOf(value)]];
    }),
  );
}

export type Inner = {
  readonly entities: readonly Entity[];
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly published: Published;
};
