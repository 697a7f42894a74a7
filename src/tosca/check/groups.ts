/** Groups: members that exist and are of the types the group's type allows. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { interfacesOf } from '../definitions/interface.ts';
import { declaredAttributesOf, propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import { findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { inheritedNode, isA, textOf } from '../types/lineage.ts';
import { checkAssignments } from './assignments.ts';
import { checkInterfaceAssignments } from './interface-assignments.ts';
import { requireType } from './names.ts';
import { sectionFor } from '../sections.ts';

const specOf = (findings: Findings): string => sectionFor('group', findings.version);

export function checkGroups(topology: Topology, findings: Findings): void {
  for (const group of topology.groups.values()) {
    const { type, at } = group;
    const scope = scopeOfTemplate(group);
    const owner = `"${group.name}"`;
    requireType(sectionOf(group, 'type'), 'group', topology.unit, findings);
    checkAssignments(
      sectionOf(group, 'properties'),
      type === undefined ? undefined : propertiesOf(type),
      scope,
      findings,
      { kind: 'property', owner, at, requireAll: true },
    );
    const attributes = type === undefined ? undefined : new Map([...propertiesOf(type), ...declaredAttributesOf(type)]);
    checkAssignments(sectionOf(group, 'attributes'), attributes, scope, findings, {
      kind: 'attribute',
      owner,
      at,
      requireAll: false,
    });
    checkInterfaceAssignments(
      sectionOf(group, 'interfaces'),
      type === undefined ? undefined : interfacesOf(type),
      group.name,
      scope,
      findings,
    );
    const members = sectionOf(group, 'members');
    if (members?.kind === 'list') checkMembers(members.items, group, findings);
  }
}

function checkMembers(items: readonly Node[], group: Template, findings: Findings): void {
  const { topology, type } = group;
  const allowed = type === undefined ? undefined : allowedTypes(type, 'members');
  const seen = new Set<string>();
  for (const item of items) {
    const name = textOf(item);
    if (name === undefined) continue;
    if (seen.has(name))
      findings.add('DuplicateName', `"${name}" is a member already.`, item.span, { section: specOf(findings) });
    seen.add(name);
    const member = topology.nodes.get(name) ?? topology.groups.get(name);
    if (member === undefined) {
      const hint = didYouMean(name, topology.nodes.keys());
      findings.add('UnknownMember', `No node template or group "${name}" is in this topology.`, item.span, {
        section: specOf(findings),
        ...(hint === undefined ? {} : { hint }),
      });
    } else checkAllowed(member, item, allowed, `The group type "${type?.name ?? ''}"`, specOf(findings), findings);
  }
}

/** The types a list of a type names, inherited lists included; `undefined` where it allows all. */
export function allowedTypes(
  type: TypeDeclaration,
  keyname: 'members' | 'targets',
): readonly TypeDeclaration[] | undefined {
  const list = inheritedNode(type, keyname);
  if (list?.node.kind !== 'list' || list.node.items.length === 0) return undefined;
  const found = list.node.items.flatMap((item) => {
    const name = textOf(item) ?? '';
    return findType(list.from.unit, 'node', name) ?? findType(list.from.unit, 'group', name) ?? [];
  });
  // With a name that is unknown the list is not known whole.
  return found.length < list.node.items.length ? undefined : found;
}

export function checkAllowed(
  member: Template,
  at: Node,
  allowed: readonly TypeDeclaration[] | undefined,
  title: string,
  section: string,
  findings: Findings,
): void {
  const { type } = member;
  if (allowed === undefined || type === undefined || allowed.some((one) => isA(type, one))) return;
  // A list of node types says nothing of groups that hold such nodes.
  if (member.kind === 'group' && allowed.every((one) => one.category === 'node') && title.startsWith('The group'))
    return;
  findings.add('InvalidTarget', `${title} does not take "${member.name}", which is a "${type.name}".`, at.span, {
    section,
    hint: `It takes ${allowed.map((one) => `"${one.name}"`).join(', ')}.`,
  });
}
