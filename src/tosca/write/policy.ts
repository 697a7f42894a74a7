/** Policies of entities: the autoscaler as a scaling policy, others under Brooklyn's own names. */
import { policyType } from '../../model/entity-types.ts';
import type { Adjunct, Entity } from '../../model/entity.ts';
import { textEntries } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred } from '../../model/value.ts';
import type { NodeDraft, Writing } from './draft.ts';
import { sayFor, tell } from './draft.ts';
import type { Schema } from './schema.ts';
import { schemaOf } from './schema.ts';
import { scalingType } from './types.ts';

export function writePolicies(draft: NodeDraft, { policies }: Entity, writing: Writing): void {
  for (const policy of policies)
    if (policy.type === policyType.autoScaler) writeScaling(draft, policy, writing);
    else if (policy.type.startsWith('org.apache.brooklyn.')) writeOther(draft, policy, writing);
    else tell(writing, `${draft.name}.${policy.type}`, 'lost', 'No type of policy is called so.');
}

const scalingProperties: Readonly<Record<string, string>> = {
  'autoscaler.metric': 'metric',
  'autoscaler.metricLowerBound': 'metric_lower_bound',
  'autoscaler.metricUpperBound': 'metric_upper_bound',
  'autoscaler.minPoolSize': 'min_instances',
  'autoscaler.maxPoolSize': 'max_instances',
  'autoscaler.resizeUpIterationIncrement': 'increment',
};

/** `$brooklyn:sensor("x")`, or the name of one. */
function sensorName(value: Value): Value {
  const [step] = isDeferred(value) && value.kind === 'dsl' ? value.steps : [];
  const name = step?.kind === 'call' && step.name === 'sensor' ? step.arguments.at(-1) : undefined;
  return name ?? value;
}

function writeScaling(draft: NodeDraft, policy: Adjunct, writing: Writing): void {
  const values = new Map<string, Value>();
  for (const [key, value] of textEntries(policy.config)) {
    const name = scalingProperties[key];
    if (name === undefined) tell(writing, `${draft.name}.${key}`, 'lost', 'The scaling policy has no such property.');
    else values.set(name, key === 'autoscaler.metric' ? sensorName(value) : value);
  }
  put(draft, policy, scalingType, 'Scaling', values, writing);
}

function writeOther(draft: NodeDraft, policy: Adjunct, writing: Writing): void {
  put(
    draft,
    policy,
    policy.type,
    writing.dialect.version === '1.3' ? 'Root' : undefined,
    new Map(textEntries(policy.config)),
    writing,
  );
}

function put(
  draft: NodeDraft,
  policy: Adjunct,
  type: string,
  /** The profile of 2.0 has no root of policies. */
  base: string | undefined,
  values: ReadonlyMap<string, Value>,
  writing: Writing,
): void {
  const properties = new Map<string, Value>();
  const declared = declaredIn(writing.policyTypes.get(type));
  for (const [key, value] of values) {
    const said = sayFor(value, draft.name, writing);
    const schema = said === undefined ? undefined : schemaOf(value, `${type}.${key}`, writing.dataTypes);
    const path = `${draft.name}.${policy.id ?? policy.type}.${key}`;
    const known = declared.get(key);
    if (
      said === undefined ||
      schema === undefined ||
      (known !== undefined && known.get('type') !== schema.get('type'))
    ) {
      tell(writing, path, 'lost', 'A property of a policy has one type, and no function says this.');
      continue;
    }
    declared.set(key, new Map<string, Value>([...schema, ['required', false]]));
    properties.set(key, said);
    tell(writing, path, 'carried');
  }
  writing.policyTypes.set(
    type,
    new Map<string, Value>([
      ...(base === undefined ? [] : [['derived_from', writing.dialect.type('policies', base)] as const]),
      ...(declared.size === 0 ? [] : [['properties', declared] as const]),
    ]),
  );
  const name = freeName(policy.id ?? `${draft.name}_${type.slice(type.lastIndexOf('.') + 1)}`, writing);
  writing.policies.set(
    name,
    new Map<string, Value>([
      ['type', type],
      ...(properties.size === 0 ? [] : [['properties', properties] as const]),
      ['targets', [draft.name]],
    ]),
  );
}

function declaredIn(type: Value | undefined): Map<string, Schema> {
  const properties = type instanceof Map ? (type as ReadonlyMap<string, Value>).get('properties') : undefined;
  return new Map(properties instanceof Map ? (properties as ReadonlyMap<string, Schema>) : []);
}

function freeName(wanted: string, { policies }: Writing): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!policies.has(name)) return name;
  }
}
