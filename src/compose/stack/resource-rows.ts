/** Networks, volumes, secrets and configs on a swarm. */
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { ResourceSection } from '../model/names.ts';
import { entriesOf, mapOf, mapValue } from '../model/values.ts';
import { eachMap, pickParts } from './parts.ts';
import type { Part, Parts, Picked } from './parts.ts';
import { adaptedPart, lostPart } from './row.ts';
import type { Marked } from './row.ts';

const noWord = 'A stack file has no word for it.';

const pools: Part = (value, path) => {
  const items = eachMap(value, new Map<string, Part>([['subnet', true]]), noWord);
  return { value: items.value, marks: items.marks.map(({ path: at, mark }) => ({ path: [...path, ...at], mark })) };
};

const ipam: Part = (value, path) => {
  const picked = pickParts(
    mapValue(value),
    new Map<string, Part>([
      ['driver', true],
      ['config', pools],
    ]),
    noWord,
    path,
  );
  return picked.value.size === 0 ? { marks: picked.marks } : picked;
};

const always = (...keys: readonly string[]): [string, Part][] => keys.map((key) => [key, true]);

const tables: Readonly<Record<ResourceSection, Parts>> = {
  networks: new Map<string, Part>([
    ...always('name', 'driver', 'driver_opts', 'external', 'internal', 'attachable', 'labels'),
    ['ipam', ipam],
  ]),
  volumes: new Map(always('name', 'driver', 'driver_opts', 'external', 'labels', 'x-cluster-spec')),
  secrets: new Map(always('name', 'file', 'external', 'labels', 'driver', 'driver_opts', 'template_driver')),
  configs: new Map(always('name', 'file', 'external', 'labels', 'template_driver')),
  models: new Map(),
};

/** One entry of a section as a stack file says it. */
export function stackResource(section: ResourceSection, key: string, entry: ValueMap, project: string): Picked {
  const extensions = entriesOf(entry).flatMap(([name]): [string, Part][] =>
    name.startsWith('x-') ? [[name, true]] : [],
  );
  const picked = pickParts(entry, new Map([...tables[section], ...extensions]), noWord);
  const marks: Marked[] = [...picked.marks];
  const value = picked.value;
  if (value.get('external') !== true && value.get('name') === `${project}_${key}`) {
    value.delete('name');
    marks.push(adaptedPart(['name'], 'Named after the stack it is deployed as.'));
  }
  if (section === 'networks') return { value, marks: [...marks, ...swarmNetwork(value, entry)] };
  if (section === 'secrets' || section === 'configs') return { value, marks: [...marks, ...madeBefore(value, entry)] };
  return { value, marks };
}

/** Clocker networks are local to each engine, so a stack can use one but not make it. */
function swarmNetwork(value: Map<string, Value>, entry: ValueMap): readonly Marked[] {
  const driver = entry.get('driver');
  if (driver === 'bridge' || driver === 'host' || driver === 'none' || driver === 'macvlan')
    return [
      lostPart(['driver'], `Swarm makes no ${driver} network for a stack.`, 'Leave the driver out for an overlay.'),
    ];
  if (typeof driver !== 'string' || driver !== 'clocker' || entry.get('external') === true) return [];
  const name = entry.get('name');
  const network = typeof name === 'string' ? name : 'NAME';
  value.clear();
  for (const [key, item] of mapOf({ name, external: true })) value.set(key, item);
  return [
    {
      path: [],
      mark: {
        fate: 'adapted',
        reason: 'A Clocker network is made before the stack that uses it.',
        hint: `Make it before the stack, on a manager: clocker network create --swarm ${network}`,
      },
    },
  ];
}

/** A stack reads secrets and configs from files only. */
function madeBefore(value: Map<string, Value>, entry: ValueMap): readonly Marked[] {
  const source = ['environment', 'content'].find((key) => entry.has(key));
  if (source === undefined || value.has('file') || isMap(value.get('external'))) return [];
  value.set('external', true);
  const name = entry.get('name');
  if (typeof name === 'string') value.set('name', name);
  const reason = 'A stack reads it from a file only, so it is to be made before.';
  return [{ path: [source], mark: { fate: 'adapted', reason, hint: 'Make it with docker secret|config create.' } }];
}
