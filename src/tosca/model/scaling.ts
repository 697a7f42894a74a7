/** How many there are of a node: the Scalable capability, `count`, and scaling policies. */
import type { Value } from '../../model/value.ts';
import { policyType } from '../../model/entity-types.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import { isNamed } from '../functions/context.ts';
import type { Template } from '../topology/topology.ts';
import { sectionOf, textsOf } from '../topology/topology.ts';
import type { Draft } from './draft.ts';
import { capabilitiesNamed, propertyMembers } from './members.ts';
import type { Member } from './members.ts';
import { placeOf } from './network.ts';
import type { Translating } from './translating.ts';
import { numberValue, staticValue, textValue, valueFor } from './translating.ts';

export function translateScale(draft: Draft, t: Translating): void {
  const count = sectionOf(draft.template, 'count');
  const fixed =
    count === undefined
      ? undefined
      : numberValue(staticValue({ node: count, scope: scopeOfTemplate(draft.template) }, t));
  if (count !== undefined && fixed !== undefined) {
    draft.replicas = { initial: fixed, least: fixed, most: fixed };
    t.account.carried(count);
  } else
    t.account.lost(count, 'How many there are has to be known when the template is read.', 'Give the input a value.');
  for (const { members } of capabilitiesNamed(draft.template, 'Scalable')) {
    const read = (name: string): number | undefined => {
      const member = members.find((one) => one.name === name);
      if (member?.isOwn === true) t.account.carried(member.node);
      return member === undefined ? undefined : numberValue(staticValue(member, t));
    };
    const [least, most] = [read('min_instances') ?? 1, read('max_instances') ?? 1];
    const initial = members.find(({ name, isOwn }) => name === 'default_instances' && isOwn);
    const wanted = initial === undefined ? least : (numberValue(staticValue(initial, t)) ?? least);
    t.account.carried(initial?.node);
    if (most > 1 || wanted > 1) draft.replicas ??= { initial: wanted, least, most };
  }
}

/** Words vendors use for the same things; the normative type has no properties at all. */
const bounds: Readonly<Record<string, 'least' | 'most' | 'initial'>> = {
  min_instances: 'least',
  min_inst: 'least',
  min: 'least',
  minPoolSize: 'least',
  min_vm_instances: 'least',
  min_container_instances: 'least',
  max_instances: 'most',
  max_inst: 'most',
  max: 'most',
  maxPoolSize: 'most',
  max_vm_instances: 'most',
  max_container_instances: 'most',
  default_instances: 'initial',
  initial: 'initial',
};

const scalerKeys: Readonly<Record<string, string>> = {
  metric: 'autoscaler.metric',
  metric_lower_bound: 'autoscaler.metricLowerBound',
  metricLowerBound: 'autoscaler.metricLowerBound',
  lower_bound: 'autoscaler.metricLowerBound',
  metric_upper_bound: 'autoscaler.metricUpperBound',
  metricUpperBound: 'autoscaler.metricUpperBound',
  upper_bound: 'autoscaler.metricUpperBound',
  increment: 'autoscaler.resizeUpIterationIncrement',
};

export const isScaling = (policy: Template): boolean => policy.type !== undefined && isNamed(policy.type, 'Scaling');

/** A policy that resizes each of its targets, which become clusters by it. */
export function translateScalingPolicy(policy: Template, t: Translating): void {
  const sizes: { least?: number; most?: number; initial?: number } = {};
  const config = new Map<string, Value>();
  for (const member of propertyMembers(policy)) translateScalingProperty(member, sizes, config, policy, t);
  const targets = textsOf(sectionOf(policy, 'targets')).flatMap((name) => t.drafts.get(name) ?? groupMembers(name, t));
  for (const target of targets) {
    const draft = placeOf(target);
    const least = sizes.least ?? draft.replicas?.least ?? 1;
    const most = sizes.most ?? draft.replicas?.most;
    const initial = sizes.initial ?? draft.replicas?.initial ?? least;
    draft.replicas = { initial, least, most };
    config.set('autoscaler.minPoolSize', least);
    if (most !== undefined) config.set('autoscaler.maxPoolSize', most);
    if (config.has('autoscaler.metric'))
      draft.policies.push({ type: policyType.autoScaler, id: policy.name, config: new Map(config) });
  }
  t.account.carried(sectionOf(policy, 'targets'));
  if (!config.has('autoscaler.metric'))
    t.account.adapted(
      sectionOf(policy, 'type'),
      'It says how many there may be; nothing says when to resize, so that is done by hand.',
    );
}

function translateScalingProperty(
  member: Member,
  sizes: { least?: number; most?: number; initial?: number },
  config: Map<string, Value>,
  policy: Template,
  t: Translating,
): void {
  const value = valueFor(member, policy, t);
  if (value === undefined) return;
  const bound = bounds[member.name];
  const key = scalerKeys[member.name];
  const number = numberValue(staticValue(member, t));
  if (bound !== undefined && number !== undefined) sizes[bound] = number;
  else if (key === 'autoscaler.metric')
    config.set(key, { kind: 'dsl', steps: [{ kind: 'call', name: 'sensor', arguments: [textValue(value) ?? ''] }] });
  else if (key !== undefined) config.set(key, value);
  else return t.account.lost(member.node, 'The autoscaler has no such setting.');
  t.account.carried(member.node);
}

/** Members of a group, where the target is one. */
export const groupMembers = (name: string, t: Translating): readonly Draft[] => {
  const group = t.topology.groups.get(name);
  return group === undefined
    ? []
    : textsOf(sectionOf(group, 'members')).flatMap((member) => t.drafts.get(member) ?? []);
};
