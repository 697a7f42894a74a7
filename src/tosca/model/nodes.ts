/** Every node template, by the kind of thing it becomes. */
import { valueOf } from '../../document/node.ts';
import { isList } from '../../model/value.ts';
import type { Template } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { translateCompute, translateContainer } from './container.ts';
import type { Draft } from './draft.ts';
import { newDraft } from './draft.ts';
import { translateAttributes, translateEffectors } from './effector.ts';
import { entityTypeOf, kindOfNode } from './kind.ts';
import type { NodeKind } from './kind.ts';
import { allPropertyMembers, propertyMembers, tagsProperty } from './members.ts';
import { translateNetwork, translatePort } from './network.ts';
import { translateRequirements } from './relationship.ts';
import { fulfilledHost } from './requirements.ts';
import { translateResources } from './resources.ts';
import { translateScale } from './scaling.ts';
import { translateSoftware } from './software.ts';
import { substitute } from './substitute.ts';
import type { Translating } from './translating.ts';
import { valueFor } from './translating.ts';
import { translateVolume } from './volume.ts';

const machineType = 'org.apache.brooklyn.entity.software.base.EmptySoftwareProcess';

export function draftNodes(topology: Translating['topology'], prefix: string): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  const kinds = kindsIn(topology);
  for (const template of topology.nodes.values())
    drafts.set(template.name, newDraft(template, kinds.get(template) ?? 'software', machineType, prefix));
  for (const draft of drafts.values()) {
    draft.description = textOf(sectionOf(draft.template, 'description'));
    const host = fulfilledHost(draft.template);
    draft.parent = host === undefined ? undefined : drafts.get(host.name);
  }
  for (const draft of drafts.values()) breakCircle(draft);
  return drafts;
}

/** A machine on which nothing runs but Docker is one of the hosts Clocker manages, not a container. */
function kindsIn(topology: Translating['topology']): ReadonlyMap<Template, NodeKind> {
  const kinds = new Map<Template, NodeKind>();
  for (const template of topology.nodes.values()) kinds.set(template, kindOfNode(template));
  const hosted = new Map<Template, NodeKind[]>();
  for (const [template, kind] of kinds) {
    const host = fulfilledHost(template);
    if (host !== undefined) hosted.set(host, [...(hosted.get(host) ?? []), kind]);
  }
  for (const [host, guests] of hosted)
    if (kinds.get(host) === 'compute' && guests.every((kind) => kind === 'runtime')) kinds.set(host, 'runtime');
  return kinds;
}

/** What is hosted in itself, by way of others, is hosted nowhere. */
function breakCircle(draft: Draft): void {
  const seen = new Set<Draft>([draft]);
  for (let one = draft.parent; one !== undefined; one = one.parent) {
    if (seen.has(one)) {
      draft.parent = undefined;
      return;
    }
    seen.add(one);
  }
}

type Rule = (draft: Draft, t: Translating) => void;

const rules: Readonly<Record<NodeKind, Rule>> = {
  container: translateContainer,
  compute: translateCompute,
  machine: (draft, t) => {
    draft.type = machineType;
    translateResources(draft, t);
    keepProperties(draft, t);
  },
  runtime: (draft, t) => t.account.adapted(draft.template.node, 'The Docker hosts Clocker manages are its runtime.'),
  software: translateSoftware,
  network: translateNetwork,
  port: () => undefined,
  volume: translateVolume,
  entity: (draft, t) => {
    draft.type = entityTypeOf(draft.template) ?? machineType;
    keepProperties(draft, t);
  },
  substituted: substitute,
  selected: (draft, t) =>
    t.account.lost(
      draft.template.node,
      'It exists elsewhere, and Clocker looks only in what it deployed itself.',
      'Make it part of the template, or give its address as an input.',
    ),
};

function keepProperties(draft: Draft, t: Translating): void {
  for (const member of propertyMembers(draft.template)) {
    const value = valueFor(member, draft.template, t);
    if (value === undefined) continue;
    draft.config.set(member.name, value);
    t.account.carried(member.node);
  }
}

function translateTags(draft: Draft, t: Translating): void {
  const member = allPropertyMembers(draft.template).find(({ name }) => name === tagsProperty);
  const value = member === undefined ? undefined : valueFor(member, draft.template, t);
  if (isList(value)) draft.tags.push(...value);
  if (value !== undefined) t.account.carried(member?.node);
}

export function translateNodes(t: Translating): void {
  for (const draft of t.drafts.values()) {
    rules[draft.kind](draft, t);
    translateScale(draft, t);
    if (draft.kind === 'container' || draft.kind === 'software' || draft.kind === 'compute' || draft.kind === 'machine')
      translateEffectors(draft, t);
    translateAttributes(draft, t);
    translateTags(draft, t);
    const { account } = t;
    account.carried(sectionOf(draft.template, 'description'));
    account.adapted(sectionOf(draft.template, 'type'), 'Decides what it becomes; the lineage of types is in the tags.');
    account.lost(
      sectionOf(draft.template, 'node_filter'),
      'Nothing is selected: what the template names is what is used.',
    );
    account.adapted(valueOf(draft.template.node, 'directives'), 'Applied when the template is read.');
    account.adapted(valueOf(draft.template.node, 'copy'), 'Applied when the template is read.');
  }
  for (const draft of t.drafts.values()) if (draft.kind === 'port') translatePort(draft.template, t);
  for (const draft of t.drafts.values())
    if (draft.kind !== 'port' && draft.kind !== 'selected' && draft.kind !== 'runtime') translateRequirements(draft, t);
}
