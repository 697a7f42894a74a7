/** Mounts of a service on a swarm. */
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { mapOf, mapValue } from '../model/values.ts';
import { eachItem, pickParts } from './parts.ts';
import type { Part, Parts } from './parts.ts';
import { adaptedPart, lostPart } from './row.ts';
import type { Row } from './row.ts';

const noWord = 'A stack file has no word for it.';

/** A nested map, through a table; left out when nothing of it remains. */
const inner =
  (parts: Parts): Part =>
  (value, path) => {
    const picked = pickParts(mapValue(value), parts, noWord, path);
    return picked.value.size === 0 ? { marks: picked.marks } : picked;
  };

const createHostPath: Part = (_value, path) => ({
  marks: [lostPart(path, 'Swarm never makes the path: it must be there on each node.', 'Make it on each node first.')],
});

const sizeInBytes: Part = (value, path) => {
  const bytes = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return { value: bytes, marks: bytes === value ? [] : [adaptedPart(path, 'The same number of bytes, as a number.')] };
};

const parts: Parts = new Map<string, Part>([
  ['type', true],
  ['source', true],
  ['target', true],
  ['read_only', true],
  ['consistency', true],
  [
    'bind',
    inner(
      new Map<string, Part>([
        ['propagation', true],
        ['create_host_path', createHostPath],
      ]),
    ),
  ],
  [
    'volume',
    inner(
      new Map<string, Part>([
        ['nocopy', true],
        ['subpath', true],
      ]),
    ),
  ],
  ['tmpfs', inner(new Map<string, Part>([['size', sizeInBytes]]))],
]);

export const volumes: Row = (value, context) =>
  eachItem(value, (mount, path) => {
    if (!isMap(mount)) return { value: mount };
    if (mount.get('type') === 'image')
      return {
        marks: [lostPart(path, 'Swarm mounts no images.', 'Copy what is in it into a volume, or into the image.')],
      };
    const picked = pickParts(mount, parts, noWord, path);
    const target = context.written(['volumes', ...path, 'target']);
    if (target !== undefined) picked.value.set('target', target);
    if (mount.get('type') !== 'bind') return picked;
    // Marked at the source only, so that other parts of the mount stay carried.
    const hint = 'Have it on every node the service may run on, or pin the service with a placement constraint.';
    return { ...picked, marks: [...picked.marks, { path: [...path, 'source'], mark: { ...onEachNode, hint } }] };
  });

const onEachNode = {
  fate: 'adapted',
  reason: 'A path of whichever node the task runs on, not of this machine.',
} as const;

/** `tmpfs` is silently dropped by Docker's converter, so it is said as a mount too. */
export const tmpfs: Row = (value) => {
  const list = isList(value) ? value : [value];
  const mounts = list.flatMap((item): Value[] => (typeof item === 'string' ? [tmpfsMount(item)] : []));
  const reason = 'Swarm ignores `tmpfs`, so it is written as a mount of that type as well.';
  return { value, also: mapOf({ volumes: mounts }), marks: [{ path: [], mark: { fate: 'adapted', reason } }] };
};

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function tmpfsMount(text: string): Value {
  const [target = '', options = ''] = text.split(':');
  const [, number, unit = ''] = /(?:^|,)size=(\d+)([bkmg]?)/i.exec(options) ?? [];
  const bytes = number === undefined ? undefined : Number(number) * (units[unit.toLowerCase()] ?? 1);
  return mapOf({
    type: 'tmpfs',
    target,
    read_only: /(?:^|,)ro(?:,|$)/.test(options) ? true : undefined,
    tmpfs: bytes === undefined ? undefined : mapOf({ size: bytes }),
  });
}
