/** `deploy` and `scale`: size of a cluster, resources, placement, and how a swarm handles the service. */
import type { Value, ValueMap } from '../../model/value.ts';
import { isList } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import { entry, nothing } from './row.ts';
import type { Row } from './row.ts';
import { mapOf, mapValue } from './values.ts';

/** Path within `deploy`, and the key that says it. */
const said: readonly (readonly [path: readonly string[], name: ConfigName])[] = [
  [['mode'], 'docker.service.mode'],
  [['replicas'], 'cluster.initial.size'],
  [['labels'], 'docker.service.labels'],
  [['endpoint_mode'], 'docker.service.endpointMode'],
  [['update_config'], 'docker.service.update'],
  [['rollback_config'], 'docker.service.rollback'],
  [['restart_policy'], 'docker.service.restartPolicy'],
  [['resources', 'limits'], 'docker.resources.limits'],
  [['resources', 'reservations'], 'docker.resources.reservations'],
  [['placement', 'constraints'], 'docker.constraint.expressions'],
  [['placement', 'preferences'], 'docker.constraint.spread'],
  [['placement', 'max_replicas_per_node'], 'docker.constraint.maxPerHost'],
];

/** Preferences are `{spread: label}`; the key lists the labels. */
const spreadLabels = (value: Value): Value =>
  isList(value) ? value.map((item) => mapValue(item).get('spread') ?? item) : value;
const preferences = (value: Value): Value => (isList(value) ? value.map((label) => mapOf({ spread: label })) : value);

const at = (value: Value, path: readonly string[]): Value | undefined =>
  path.reduce<Value | undefined>((inner, key) => mapValue(inner).get(key), value);

/** How the size was written, where not as `deploy.replicas`. */
const sizeWritten = (config: ValueMap): Value | undefined => mapValue(config.get('clocker.compose')).get('scale');

function decodeDeploy(config: ValueMap): Value | undefined {
  const deploy = new Map<string, Value>();
  const inner = { resources: new Map<string, Value>(), placement: new Map<string, Value>() };
  let any = false;
  for (const [[first = '', second], name] of said) {
    const value = config.get(name);
    if (value === undefined || (first === 'replicas' && sizeWritten(config) === 'instead')) continue;
    any = true;
    if (second === undefined) deploy.set(first, value);
    else if (first === 'resources') inner.resources.set(second, value);
    else inner.placement.set(second, name === 'docker.constraint.spread' ? preferences(value) : value);
  }
  return any ? deploy.set('resources', inner.resources).set('placement', inner.placement) : undefined;
}

export const deploy: Row = {
  keys: said.map(([, name]) => name),
  encode: (value) =>
    new Map(
      said.flatMap(([path, name]) => {
        const inner = at(value, path);
        return inner === undefined ? [] : [[name, name === 'docker.constraint.spread' ? spreadLabels(inner) : inner]];
      }),
    ),
  decode: decodeDeploy,
};

/** `scale` is the size too; which of the two words was used is kept apart, the size itself only once. */
export const scale: Row = {
  keys: ['cluster.initial.size', 'clocker.compose'],
  encode: (value) =>
    typeof value === 'number'
      ? new Map([...entry('cluster.initial.size', value), ...entry('clocker.compose', mapOf({ scale: 'instead' }))])
      : nothing,
  decode: (config) => (sizeWritten(config) === undefined ? undefined : config.get('cluster.initial.size')),
};
