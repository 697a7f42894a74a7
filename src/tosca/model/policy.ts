/** Policies: scaling, placement, and what is recorded without being enforced. */
import type { Value } from '../../model/value.ts';
import { isList } from '../../model/value.ts';
import { policyType } from '../../model/entity-types.ts';
import { valueOf } from '../../document/node.ts';
import { asMap } from '../definitions/schema.ts';
import { isNamed } from '../functions/context.ts';
import type { Template } from '../topology/topology.ts';
import { sectionOf, textsOf } from '../topology/topology.ts';
import { lineageOf, textOf } from '../types/lineage.ts';
import type { Draft } from './draft.ts';
import { extendList } from './draft.ts';
import { propertyMembers } from './members.ts';
import { placeOf } from './network.ts';
import { groupMembers, isScaling, translateScalingPolicy } from './scaling.ts';
import type { Translating } from './translating.ts';
import { textValue, valueFor } from './translating.ts';

export function translatePolicies(t: Translating): void {
  for (const policy of t.topology.policies) {
    if (isScaling(policy)) translateScalingPolicy(policy, t);
    else if (policy.type !== undefined && isNamed(policy.type, 'Placement')) translatePlacement(policy, t);
    else if (policy.type !== undefined && isBrooklyn(policy)) translateBrooklynPolicy(policy, t);
    else recordPolicy(policy, t);
    translateTriggers(policy, t);
  }
}

const targetsOf = (policy: Template, t: Translating): readonly Draft[] =>
  textsOf(sectionOf(policy, 'targets')).flatMap((name) => t.drafts.get(name) ?? groupMembers(name, t));

const isBrooklyn = (policy: Template): boolean =>
  policy.type !== undefined && lineageOf(policy.type).some(({ name }) => name.startsWith('org.apache.brooklyn.'));

/** A policy type of Brooklyn's, asked for by its name. */
function translateBrooklynPolicy(policy: Template, t: Translating): void {
  const type =
    policy.type === undefined
      ? undefined
      : lineageOf(policy.type).find(({ name }) => name.startsWith('org.apache.brooklyn.'))?.name;
  const config = new Map<string, Value>();
  for (const member of propertyMembers(policy)) {
    const value = valueFor(member, policy, t);
    if (value !== undefined) config.set(member.name, value);
    t.account.carried(member.node);
  }
  for (const target of targetsOf(policy, t)) target.policies.push({ type: type ?? '', id: policy.name, config });
  t.account.carried(policy.node);
}

/** Rules that hosts are chosen by. Names of types and properties are the vendors': the normative type has none. */
function translatePlacement(policy: Template, t: Translating): void {
  const targets = targetsOf(policy, t).map(placeOf);
  const name = policy.type?.name.toLowerCase() ?? '';
  const apart = /anti|spread|separate|exclusive/.test(name);
  const together = !apart && /affinity|colocat|together/.test(name);
  for (const member of propertyMembers(policy)) {
    const value = valueFor(member, policy, t);
    if (value === undefined || !member.isOwn) continue;
    const said = targets.map((target) => place(target, member.name, value));
    if (said.length > 0 && said.every(Boolean)) t.account.carried(member.node);
    else
      t.account.lost(
        member.node,
        'No rule of placement says this.',
        'Use strategy, labels, hostname, constraints or affinity.',
      );
  }
  for (const target of targets) {
    const others = targets.filter((other) => other !== target);
    if (together)
      extendList(
        target,
        'affinity.rules',
        others.map((other) => `NAME ${other.id}`),
      );
    if (apart)
      extendList(
        target,
        'affinity.rules',
        others.map((other) => `NOT NAME ${other.id}`),
      );
    if (apart && target.replicas !== undefined) target.config.set('docker.constraint.maxPerHost', 1);
  }
  t.account.carried(sectionOf(policy, 'targets'));
  if (together || apart)
    t.account.adapted(
      sectionOf(policy, 'type'),
      `Its targets run on ${apart ? 'different hosts' : 'one host'}, by affinity rules.`,
    );
}

const strategies = new Set([
  'BreadthFirst',
  'DepthFirst',
  'Random',
  'LeastContainers',
  'MaxContainers',
  'LowestCpuUsage',
  'MaxCpuUsage',
  'Hostname',
  'Label',
  'Group',
]);

function place(target: Draft, name: string, value: Value): boolean {
  const text = textValue(value);
  switch (name) {
    case 'strategy':
      if (text === undefined || !strategies.has(text.replace(/PlacementStrategy$/, ''))) return false;
      extendList(target, 'docker.container.strategies', [strategyOf(text)]);
      return true;
    case 'labels':
      extendList(target, 'docker.constraint.labels', isList(value) ? value : [value]);
      return true;
    case 'hostname':
    case 'host':
      target.config.set('docker.constraint.hostname', value);
      return true;
    case 'constraints':
      extendList(target, 'docker.constraint.expressions', isList(value) ? value : [value]);
      return true;
    case 'affinity':
      extendList(target, 'affinity.rules', isList(value) ? value : [value]);
      return true;
    case 'max_per_host':
      target.config.set('docker.constraint.maxPerHost', value);
      return true;
    default:
      return false;
  }
}

const strategyOf = (name: string): Value => ({
  kind: 'object',
  fields: new Map<string, Value>([
    ['type', `clocker.docker.location.strategy.basic.${name.replace(/PlacementStrategy$/, '')}PlacementStrategy`],
  ]),
});

/** Update, performance and vendors' own: told in the tags, for whoever knows them. */
function recordPolicy(policy: Template, t: Translating): void {
  const reason = 'Recorded in the tags of its targets, and not enforced.';
  const properties = new Map<string, Value>();
  for (const member of propertyMembers(policy)) {
    const value = valueFor(member, policy, t);
    if (value !== undefined) properties.set(member.name, value);
    t.account.adapted(member.node, reason);
  }
  const record = new Map<string, Value>([
    ['name', policy.name],
    ['type', policy.type?.name ?? ''],
    ...(properties.size === 0 ? [] : [['properties', properties] as const]),
  ]);
  for (const target of targetsOf(policy, t)) target.tags.push(new Map<string, Value>([['tosca.policy', record]]));
  t.account.adapted(policy.node, reason);
  t.findings.add('LossyTranslation', `The policy "${policy.name}" is recorded, and not enforced.`, policy.at);
}

/** An event, as a sensor, invokes the operation an action calls. */
function translateTriggers(policy: Template, t: Translating): void {
  for (const { value } of asMap(sectionOf(policy, 'triggers'))?.entries ?? []) {
    const event = textOf(valueOf(value, 'event'));
    const action = valueOf(value, 'action');
    const operations = (action?.kind === 'list' ? action.items : []).flatMap((item) => {
      const called = valueOf(item, 'call_operation');
      return textOf(called) ?? textOf(valueOf(called, 'operation')) ?? [];
    });
    const filtered = textOf(valueOf(valueOf(value, 'target_filter'), 'node'));
    const targets = filtered === undefined ? targetsOf(policy, t) : [t.drafts.get(filtered) ?? []].flat();
    if (event === undefined || operations.length === 0) {
      t.account.lost(value, 'A trigger that calls no operation does nothing here.');
      continue;
    }
    for (const target of targets)
      for (const operation of operations)
        target.policies.push({
          type: policyType.invokeEffectorOnSensorChange,
          config: new Map<string, Value>([
            ['sensor', event],
            ['effector', operation],
          ]),
        });
    t.account.adapted(value, 'The event is a sensor; each change of it invokes the effector.');
    t.account.lost(valueOf(value, 'condition'), 'Every change of the sensor invokes the effector.');
  }
}
