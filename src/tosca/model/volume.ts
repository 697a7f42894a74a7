/** Storage: a volume, mounted where it is attached. */
import { typeName } from '../../model/entity-types.ts';
import { isNamed } from '../functions/context.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { sectionOf } from '../topology/topology.ts';
import { nothingDefined, propertiesOf } from '../definitions/value.ts';
import { scopeOfRequirement } from '../functions/scope.ts';
import { valueOf } from '../../document/node.ts';
import type { Draft } from './draft.ts';
import { extendList } from './draft.ts';
import { membersOf, propertyMembers } from './members.ts';
import type { Member } from './members.ts';
import { placeOf } from './network.ts';
import type { Translating } from './translating.ts';
import { staticValue, textValue, valueFor } from './translating.ts';

export function translateVolume(draft: Draft, t: Translating): void {
  draft.type = typeName.volume;
  for (const member of propertyMembers(draft.template)) {
    const value = valueFor(member, draft.template, t);
    if (value === undefined || !member.isOwn) continue;
    if (member.name === 'volume_id') {
      draft.config.set('volume.id', value);
      draft.config.set('volume.external', true);
      t.account.adapted(member.node, 'It exists already: it is used, and neither made nor removed.');
    } else if (member.name === 'name' || member.name.startsWith('volume.')) {
      draft.config.set(member.name === 'name' ? 'volume.id' : member.name, value);
      t.account.carried(member.node);
    } else t.account.lost(member.node, 'Volumes of the engine have no size, and begin empty.');
  }
}

/** Properties of a relationship: given in place, by a template, or by default of its type. */
export function relationshipMembers(requirement: RequirementAssignment): readonly Member[] {
  const { relationship, relationshipTemplate, relationshipType } = requirement;
  const section =
    valueOf(relationship, 'properties') ??
    (relationshipTemplate === undefined ? undefined : sectionOf(relationshipTemplate, 'properties'));
  return membersOf(
    section,
    relationshipType === undefined ? nothingDefined : propertiesOf(relationshipType),
    scopeOfRequirement(requirement),
  );
}

/** Mounts the volume at `location`; true where the requirement is such an attachment. */
export function translateAttachment(source: Draft, requirement: RequirementAssignment, t: Translating): boolean {
  const { target, relationshipType } = requirement;
  if (target.kind !== 'template') return false;
  const volume = t.drafts.get(target.template.name);
  if (volume?.kind !== 'volume') return false;
  if (
    relationshipType !== undefined &&
    !isNamed(relationshipType, 'AttachesTo') &&
    isNamed(relationshipType, 'ConnectsTo')
  )
    return false;
  const members = relationshipMembers(requirement);
  const location = members.find(({ name }) => name === 'location');
  const path = location === undefined ? undefined : textValue(staticValue(location, t));
  if (path === undefined) {
    t.account.lost(
      requirement.node,
      'Nothing says where the volume is mounted.',
      'Give the relationship a "location".',
    );
    return true;
  }
  const id = textValue(volume.config.get('volume.id')) ?? volume.id;
  extendList(placeOf(source), 'docker.container.volumes', [`${id}:${path}`]);
  for (const member of members)
    if (member.name === 'device') t.account.lost(member.node, 'A volume of the engine is no device.');
  t.account.carried(requirement.node);
  return true;
}
