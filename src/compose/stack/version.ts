/** Which format of stack files a file needs: each key exists since one of them (docker/cli's schemas 3.0 to 3.13). */
import type { Value, ValueMap } from '../../model/value.ts';
import { textOf } from '../../model/read.ts';
import { isList, isMap } from '../../model/value.ts';
import { entriesOf, mapOf, mapValue } from '../model/values.ts';

/** Minor version by path; `*` is any name, `[]` any item. A path to a map or an item counts when it is one. */
const since: ReadonlyMap<string, number> = new Map([
  ['x-', 4],
  ['configs.*', 3],
  ['configs.*.name', 5],
  ['configs.*.template_driver', 8],
  ['configs.*.x-', 7],
  ['networks.*.attachable', 2],
  ['networks.*.name', 5],
  ['networks.*.x-', 7],
  ['secrets.*', 1],
  ['secrets.*.driver', 8],
  ['secrets.*.driver_opts', 8],
  ['secrets.*.name', 5],
  ['secrets.*.template_driver', 8],
  ['secrets.*.x-', 7],
  ['services.*.build.cache_from', 2],
  ['services.*.build.extra_hosts', 9],
  ['services.*.build.labels', 3],
  ['services.*.build.network', 4],
  ['services.*.build.shm_size', 5],
  ['services.*.build.target', 4],
  ['services.*.cgroupns_mode', 9],
  ['services.*.configs', 3],
  ['services.*.credential_spec', 3],
  ['services.*.credential_spec.config', 8],
  ['services.*.deploy.endpoint_mode', 2],
  ['services.*.deploy.placement.max_replicas_per_node', 8],
  ['services.*.deploy.placement.preferences', 3],
  ['services.*.deploy.resources.limits.pids', 9],
  ['services.*.deploy.resources.reservations.generic_resources', 5],
  ['services.*.deploy.rollback_config', 7],
  ['services.*.deploy.update_config.order', 4],
  ['services.*.healthcheck.start_interval', 12],
  ['services.*.healthcheck.start_period', 4],
  ['services.*.init', 7],
  ['services.*.isolation', 5],
  ['services.*.networks.*.driver_opts', 13],
  ['services.*.oom_score_adj', 13],
  ['services.*.ports[].target', 2],
  ['services.*.secrets', 1],
  ['services.*.volumes[].tmpfs.size', 6],
  ['services.*.volumes[].type', 2],
  ['services.*.x-', 7],
  ['volumes.*.name', 4],
  ['volumes.*.x-', 7],
]);

/** Below these every key is a name somebody chose. */
const named = new Set(['services', 'networks', 'volumes', 'secrets', 'configs', 'services.*.networks']);

function neededBy(value: Value, path: string): number {
  const own = since.get(path) ?? 0;
  if (isList(value)) return value.reduce<number>((most, item) => Math.max(most, neededBy(item, `${path}[]`)), own);
  return entriesOf(value).reduce((most, [key, item]) => {
    const step = named.has(path) ? '*' : key.startsWith('x-') ? 'x-' : key;
    return Math.max(most, neededBy(item, path === '' ? step : `${path}.${step}`));
  }, own);
}

const latestVersion = '3.13';

/** The last format that Docker 20.10 knows. */
const oldestInUse = 9;

/** `earliest`: whatever the file says, the first version that has all of it. */
export type VersionWish = { readonly said: string | undefined; readonly earliest: boolean };

/**
 * The stack file in the version the compose file says, if that can say it all. Where it says none, in the first one if
 * that can say it all: as `3` every Docker takes it, and the newer ones read it as their latest.
 */
export function versionedStack({ said, earliest }: VersionWish, stack: ValueMap): ValueMap {
  const minor = earliest ? undefined : /^3\.(\d{1,2})$/.exec(said ?? '')?.[1];
  const first = inVersion(0, stack);
  if (minor === undefined && first !== undefined) return new Map([['version', '3'], ...first]);
  const candidates = minor !== undefined ? [Number(minor)] : earliest ? [...Array(oldestInUse + 1).keys()] : [];
  for (const candidate of candidates) {
    const fitting = inVersion(candidate, stack);
    if (fitting !== undefined) return new Map([['version', `3.${candidate}`], ...fitting]);
  }
  return new Map([['version', latestVersion], ...stack]);
}

/** `undefined`: that version can't say it all. */
function inVersion(minor: number, stack: ValueMap): ValueMap | undefined {
  const named = minor < 5 ? withOldNames(stack) : stack;
  const fitting = minor < 2 ? withShortForms(named) : named;
  return neededBy(fitting, '') <= minor ? fitting : undefined;
}

/** Versions before 3.4 (volumes) and 3.5 name what is external inside `external`, where it isn't the key. */
function withOldNames(stack: ValueMap): ValueMap {
  const whole = new Map(stack);
  for (const section of ['networks', 'volumes', 'secrets', 'configs']) {
    const entries = entriesOf(stack.get(section)).map(([key, entry]): [string, Value] => {
      const map = mapValue(entry);
      const name = map.get('name');
      if (map.get('external') !== true || name === undefined) return [key, entry];
      const old = new Map(map).set('external', name === key ? true : mapOf({ name }));
      old.delete('name');
      return [key, old];
    });
    if (entries.length > 0) whole.set(section, new Map(entries));
  }
  return whole;
}

/** Versions before 3.2 have ports and mounts as texts only. */
function withShortForms(stack: ValueMap): ValueMap {
  const services = entriesOf(stack.get('services')).map(([key, service]): [string, Value] => {
    const short = new Map(entriesOf(service));
    for (const [name, shorten] of shorteners) {
      const list = short.get(name);
      if (isList(list))
        short.set(
          name,
          list.map((item) => (isMap(item) ? (shorten(item) ?? item) : item)),
        );
    }
    return [key, short];
  });
  return new Map(stack).set('services', new Map(services));
}

/** `undefined` where a text can't say it. */
const shorteners: readonly (readonly [string, (item: ValueMap) => string | undefined])[] = [
  [
    'volumes',
    (mount) => {
      const texts = [mount.get('source'), mount.get('target'), mount.get('read_only') === true ? 'ro' : undefined];
      const said = texts.flatMap((text) => textOf(text) ?? []);
      const known = ['type', 'source', 'target', 'read_only'];
      return hasOnly(mount, known) && ['volume', 'bind'].includes(textOf(mount.get('type')) ?? '')
        ? said.join(':')
        : undefined;
    },
  ],
  [
    'ports',
    (port) => {
      const sides = [port.get('published'), port.get('target')].flatMap((number) => textOf(number) ?? []).join(':');
      const isPlain = hasOnly(port, ['mode', 'target', 'published', 'protocol']) && port.get('mode') === 'ingress';
      return isPlain ? `${sides}/${textOf(port.get('protocol')) ?? 'tcp'}` : undefined;
    },
  ],
];

const hasOnly = (map: ValueMap, keys: readonly string[]): boolean =>
  [...map.keys()].every((key) => typeof key === 'string' && keys.includes(key));
