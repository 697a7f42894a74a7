/** Requirements between nodes: who waits for whom, and what the one is told of the other. */
import { readySensor, renderLatch } from '../../model/latches.ts';
import type { LatchCondition } from '../../model/latches.ts';
import type { Value } from '../../model/value.ts';
import { textEntries } from '../../model/read.ts';
import { isMap } from '../../model/value.ts';
import { isHosting, isNamed } from '../functions/context.ts';
import { scopeOfRequirement } from '../functions/scope.ts';
import { interfacesOf } from '../definitions/interface.ts';
import { valueOf } from '../../document/node.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { sectionOf } from '../topology/topology.ts';
import type { Draft } from './draft.ts';
import { extendMap } from './draft.ts';
import { sensorValue } from './express.ts';
import { capabilitiesNamed, capabilityMembers, operationsIn } from './members.ts';
import type { Operation } from './members.ts';
import { placeOf } from './network.ts';
import { fulfilledRequirements } from './requirements.ts';
import { readScript } from './script.ts';
import { withExports } from './exports.ts';
import type { Translating } from './translating.ts';
import { valueFor } from './translating.ts';
import { relationshipMembers, translateAttachment } from './volume.ts';

export function translateRequirements(draft: Draft, t: Translating): void {
  for (const requirement of fulfilledRequirements(draft.template)) translateRequirement(draft, requirement, t);
}

function translateRequirement(draft: Draft, requirement: RequirementAssignment, t: Translating): void {
  const { target, relationshipType } = requirement;
  if (target.kind !== 'template') {
    t.account.lost(
      requirement.node,
      'No node of this template is named as the target.',
      'Name one, or deploy what it needs beside it.',
    );
    return;
  }
  const other = t.drafts.get(target.template.name);
  t.account.adapted(valueOf(requirement.node, 'node_filter'), `Chooses "${target.template.name}".`);
  translateConfigure(draft, other, requirement, t);
  if (isHosting(requirement)) {
    if (other?.kind === 'runtime') return t.account.adapted(requirement.node, 'It runs on the hosts Clocker manages.');
    return t.account.carried(requirement.node);
  }
  if (other === undefined || other.kind === 'runtime')
    return t.account.adapted(requirement.node, 'Clocker itself is what it needs.');
  if (translateAttachment(draft, requirement, t)) return;
  if (other.kind === 'network') {
    t.account.adapted(requirement.node, 'It is on this network.');
    return;
  }
  if (other.kind !== 'volume') waitFor(draft, other);
  const connects =
    relationshipType === undefined
      ? requirement.capability?.type !== undefined && isNamed(requirement.capability.type, 'Endpoint')
      : isNamed(relationshipType, 'ConnectsTo') || isNamed(relationshipType, 'RoutesTo');
  if (connects) connect(draft, other, requirement, t);
  t.account.carried(requirement.node);
}

/** Software waits with what it runs in, unless the two run in the same place. */
function waitFor(draft: Draft, other: Draft): void {
  if (placeOf(draft) === other || isInside(other, draft) || isInside(draft, other)) return;
  draft.latches.push({ entity: other.id, sensor: readySensor.up });
}

const isInside = (inner: Draft, outer: Draft): boolean => {
  for (let one = inner.parent, step = 0; one !== undefined && step < 100; one = one.parent, step++)
    if (one === outer) return true;
  return false;
};

/** `DATABASE_ENDPOINT_HOST`, `…_PORT` and what else the target's capability and the relationship say. */
function connect(draft: Draft, other: Draft, requirement: RequirementAssignment, t: Translating): void {
  const prefix = requirement.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  const answer = answering(other, requirement);
  const environment: [string, Value][] = [[`${prefix}_HOST`, sensorValue(placeOf(answer).id, 'host.address')]];
  // Of a template that stands for the node, its own endpoint says where it listens.
  const capability =
    answer === other
      ? capabilityMembers(other.template).find(({ name }) => name === requirement.capability?.name)
      : capabilitiesNamed(answer.template, 'Endpoint')[0];
  for (const member of capability?.members ?? []) {
    if (!['port', 'protocol', 'url_path'].includes(member.name)) continue;
    const value = valueFor(member, draft.template, t);
    if (value !== undefined) environment.push([`${prefix}_${member.name.toUpperCase()}`, value]);
  }
  for (const member of relationshipMembers(requirement)) {
    const value = valueFor(member, draft.template, t);
    if (value === undefined) continue;
    const name = `${prefix}_${member.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;
    if (isMap(value))
      for (const [key, part] of textEntries(value))
        environment.push([`${name}_${key.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`, part]);
    else environment.push([name, value]);
    t.account.adapted(member.node, `Told to "${draft.id}" in its environment.`);
  }
  extendMap(
    draft,
    draft.kind === 'container' || draft.kind === 'compute' ? 'docker.container.environment' : 'shell.env',
    withoutOwn(draft, environment),
  );
}

/** Inside of a template that stands for the node, whoever has the capability that is meant. */
const answering = (other: Draft, { capability }: RequirementAssignment): Draft =>
  other.answers.get(capability?.name ?? '') ?? [...other.answers.values()][0] ?? other;

/** What the template sets itself is not set again. */
function withoutOwn(
  draft: Draft,
  environment: readonly (readonly [string, Value])[],
): readonly (readonly [string, Value])[] {
  const known = draft.config.get(
    draft.kind === 'container' || draft.kind === 'compute' ? 'docker.container.environment' : 'shell.env',
  );
  return environment.filter(([name]) => !isMap(known) || !known.has(name));
}

/** Phases of the two ends around a relationship (1.3 §5.8.4). */
const phases: Readonly<Record<string, readonly ['source' | 'target', string]>> = {
  pre_configure_source: ['source', 'pre.customize.command'],
  pre_configure_target: ['target', 'pre.customize.command'],
  post_configure_source: ['source', 'post.customize.command'],
  post_configure_target: ['target', 'post.customize.command'],
};

function translateConfigure(
  draft: Draft,
  other: Draft | undefined,
  requirement: RequirementAssignment,
  t: Translating,
): void {
  const { relationship, relationshipTemplate, relationshipType } = requirement;
  const section =
    valueOf(relationship, 'interfaces') ??
    (relationshipTemplate === undefined ? undefined : sectionOf(relationshipTemplate, 'interfaces'));
  if (section === undefined && relationshipType === undefined) return;
  if (section === undefined && relationshipType !== undefined && interfacesOf(relationshipType).size === 0) return;
  for (const operation of operationsIn(section, relationshipType, scopeOfRequirement(requirement))) {
    const phase = phases[operation.name];
    const end = phase?.[0] === 'target' ? other : draft;
    if (phase === undefined || end?.kind !== 'software') {
      t.account.lost(
        operation.implementation?.node,
        'Operations of relationships are run before and after software is configured, and at no other time.',
      );
      continue;
    }
    appendCommand(end, phase[1], operation, requirement, t);
  }
}

function appendCommand(
  end: Draft,
  key: string,
  operation: Operation,
  requirement: RequirementAssignment,
  t: Translating,
): void {
  const script = readScript(operation, requirement.source, t);
  if (script === undefined) return;
  const values = new Map<string, Value>();
  for (const input of operation.inputs) {
    const value = valueFor(input, end.template, t);
    if (value === undefined) continue;
    values.set(input.name, value);
    t.account.carried(input.node);
  }
  const command = withExports(values, script.command);
  const before = end.config.get(key);
  end.config.set(key, before === undefined ? command : joined(before, command));
  if (script.files.size > 0) extendMap(end, 'files.install', script.files);
  t.account.carried(operation.implementation?.node);
}

const joined = (first: Value, second: Value): Value =>
  typeof first === 'string' && typeof second === 'string'
    ? `${first}\n${second}`
    : { kind: 'dsl', steps: [{ kind: 'call', name: 'formatString', arguments: ['%s\n%s', first, second] }] };

/** A latch for everything waited for, but none that would close a circle: both would wait for ever. */
export function setLatches(drafts: Iterable<Draft>, t: Translating): void {
  const byId = new Map([...t.drafts.values()].map((draft) => [draft.id, draft]));
  const waits = new Map<string, Set<string>>();
  const reaches = (from: string, to: string, seen: Set<string>): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(waits.get(from) ?? [])].some((next) => reaches(next, to, seen));
  };
  for (const draft of drafts) {
    const own = placeOf(draft);
    const kept: LatchCondition[] = [];
    for (const latch of draft.latches) {
      const other = byId.get(latch.entity);
      const place = other === undefined ? latch.entity : placeOf(other).id;
      if (place === own.id || kept.some(({ entity }) => entity === latch.entity)) continue;
      if (reaches(place, own.id, new Set())) {
        t.findings.add(
          'LossyTranslation',
          `"${draft.id}" and "${latch.entity}" need each other, so "${draft.id}" does not wait.`,
          draft.template.at,
        );
        continue;
      }
      kept.push(latch);
      waits.set(own.id, (waits.get(own.id) ?? new Set()).add(place));
    }
    const [first, ...rest] = kept;
    if (first !== undefined) draft.config.set('latch.start', renderLatch([first, ...rest]));
  }
}
