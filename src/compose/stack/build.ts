/** `build`: a swarm builds nothing, but a stack file may say how the image is made. */
import type { Value } from '../../model/value.ts';
import { mapValue } from '../model/values.ts';
import { pickParts } from './parts.ts';
import type { Part } from './parts.ts';
import { adaptedPart } from './row.ts';
import type { Context, Row } from './row.ts';

const known = ['dockerfile', 'args', 'labels', 'cache_from', 'network', 'target', 'shm_size', 'extra_hosts'];
const otherwise = 'A stack file has no word for it.';

const howToBuild = 'Swarm builds nothing: build the image and push it to a registry the nodes reach.';

export const build: Row = (value, context) => {
  const parts = new Map<string, Part>([
    ...known.map((key): [string, Part] => [key, true]),
    ['context', (item) => ({ value: context.written(['build', 'context']) ?? item })],
  ]);
  const picked = pickParts(mapValue(value), parts, otherwise);
  const bare = context.bareArgs.map((name): [string, Value] => [name, null]);
  if (bare.length > 0) picked.value.set('args', new Map([...bare, ...mapValue(picked.value.get('args'))]));
  const builds = context.service.has('image') ? new Map<string, Value>() : defaultImage(context);
  return { value: picked.value, also: builds, marks: [adaptedPart([], howToBuild), ...picked.marks] };
};

/** The name Compose gives to what it builds; one with capitals no registry would take. */
const defaultImage = ({ project, key }: Context): Map<string, Value> =>
  new Map([['image', `${project}-${key}`.toLowerCase()]]);
