/** `build`: one key for each of its attributes. */
import type { ValueMap } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import type { Row } from './row.ts';
import { mapOf, mapValue } from './values.ts';

/** Attributes of `build` (compose-spec build.md). */
const attributes = {
  context: 'docker.build.context',
  dockerfile: 'docker.build.dockerfile',
  dockerfile_inline: 'docker.build.dockerfileInline',
  args: 'docker.build.args',
  target: 'docker.build.target',
  labels: 'docker.build.labels',
  tags: 'docker.build.tags',
  cache_from: 'docker.build.cacheFrom',
  cache_to: 'docker.build.cacheTo',
  network: 'docker.build.network',
  isolation: 'docker.build.isolation',
  extra_hosts: 'docker.build.extraHosts',
  shm_size: 'docker.build.shmSize',
  ulimits: 'docker.build.ulimits',
  platforms: 'docker.build.platforms',
  privileged: 'docker.build.privileged',
  pull: 'docker.build.pull',
  no_cache: 'docker.build.noCache',
  no_cache_filter: 'docker.build.noCacheFilter',
  additional_contexts: 'docker.build.additionalContexts',
  secrets: 'docker.build.secrets',
  ssh: 'docker.build.ssh',
  entitlements: 'docker.build.entitlements',
  provenance: 'docker.build.provenance',
  sbom: 'docker.build.sbom',
} as const satisfies Readonly<Record<string, ConfigName>>;

const pairs: readonly (readonly [string, ConfigName])[] = Object.entries(attributes);

/** In the normal form only an empty name is left out, and an absent one would be `Dockerfile`. */
const namesDockerfile = (build: ValueMap): boolean =>
  !build.has('context') || build.has('dockerfile') || build.has('dockerfile_inline');

export const build: Row = {
  keys: Object.values(attributes),
  encode(value) {
    const map = mapValue(value);
    const said = mapOf(Object.fromEntries(pairs.map(([attribute, name]) => [name, map.get(attribute)])));
    return namesDockerfile(map) ? said : new Map(said).set('docker.build.dockerfile', '');
  },
  decode(config) {
    const map = mapOf(Object.fromEntries(pairs.map(([attribute, name]) => [attribute, config.get(name)])));
    return map.size === 0 ? undefined : map;
  },
};
