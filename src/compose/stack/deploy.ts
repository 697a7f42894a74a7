/** `deploy`, and the attributes of plain containers that a swarm says there. */
import type { Value } from '../../model/value.ts';
import { mapOf, mapValue } from '../model/values.ts';
import { pickParts } from './parts.ts';
import type { Part, Parts } from './parts.ts';
import { moved } from './row.ts';
import type { Row } from './row.ts';

const noWord = 'A stack file has no word for it.';

/** Numbers of CPUs are texts in a stack file. */
const cpusAsText: Part = (value) => ({ value: typeof value === 'number' ? String(value) : value });

const nested =
  (parts: Parts, otherwise = noWord): Part =>
  (value, path) => {
    const picked = pickParts(mapValue(value), parts, otherwise, path);
    return picked.value.size === 0 ? { marks: picked.marks } : picked;
  };

const noDevices = 'Swarm reserves devices as generic resources only.';

const resources = nested(
  new Map<string, Part>([
    [
      'limits',
      nested(
        new Map<string, Part>([
          ['cpus', cpusAsText],
          ['memory', true],
          ['pids', true],
        ]),
      ),
    ],
    [
      'reservations',
      nested(
        new Map<string, Part>([
          ['cpus', cpusAsText],
          ['memory', true],
          ['generic_resources', true],
          ['devices', noDevices],
        ]),
      ),
    ],
  ]),
);

const placement = nested(
  new Map<string, Part>([
    ['constraints', true],
    ['preferences', true],
    ['max_replicas_per_node', true],
  ]),
);

const parts: Parts = new Map<string, Part>([
  ['mode', true],
  ['replicas', true],
  ['labels', true],
  ['endpoint_mode', true],
  ['update_config', true],
  ['rollback_config', true],
  ['restart_policy', true],
  ['resources', resources],
  ['placement', placement],
]);

export const deploy: Row = (value) => {
  const picked = pickParts(mapValue(value), parts, noWord);
  return picked.value.size === 0 ? { marks: picked.marks } : picked;
};

const under = (path: readonly string[], value: Value): Value =>
  path.reduceRight<Value>((inner, key) => mapOf({ [key]: inner }), value);

/** Said by `deploy`, unless that says it already. */
export const inDeploy =
  (path: readonly [string, ...string[]], change: (value: Value) => Value = (value) => value): Row =>
  (value) =>
    moved(mapOf({ deploy: under(path, change(value)) }), `A swarm is told by deploy.${path.join('.')}.`);

export const asText = (value: Value): Value => (typeof value === 'number' ? String(value) : value);

/** `linux/arm64` as constraints; a variant has none. */
export const platform: Row = (value) => {
  const [os, arch] = typeof value === 'string' ? value.split('/') : [];
  const constraints = [
    ...(os === undefined || os === '' ? [] : [`node.platform.os == ${os}`]),
    ...(arch === undefined ? [] : [`node.platform.arch == ${archOfNode.get(arch) ?? arch}`]),
  ];
  return moved(
    mapOf({ deploy: mapOf({ placement: mapOf({ constraints }) }) }),
    'A swarm is told by placement constraints on the node’s platform.',
  );
};

/** Nodes tell their architecture as the kernel does. */
const archOfNode = new Map([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
]);
