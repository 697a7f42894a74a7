/** The image a container runs: built, pulled, or there already. */
import { imageOfType, parseImageReference, renderImageReference } from '../model/image-reference.ts';
import { readBoolean, readList, readString, readTexts, textOf } from '../model/read.ts';
import type { ValueMap } from '../model/value.ts';
import { buildContextOf, isRemoteContext } from './build-context.ts';
import { asBytes, asTextMap, asTexts } from './container/readers.ts';
import { asUlimits } from './container/resources.ts';
import { hashOf } from './hash.ts';
import { buildLabel } from './labels.ts';
import type { Materials } from './materials.ts';
import { nameOf } from './names.ts';
import type { Complain } from './problems.ts';
import { parseDuration } from './quantities.ts';

export type PullPolicy =
  | { readonly kind: 'always' | 'missing' | 'never' }
  /** When it was pulled longer ago than so many milliseconds. */
  | { readonly kind: 'older-than'; readonly age: number };

export type WantedBuild = {
  /** Digest of an uploaded context; absent where the engine fetches it. */
  readonly context?: string;
  /** Of `POST /build`. */
  readonly query: Readonly<Record<string, string>>;
  /** Of the context and the query. */
  readonly hash: string;
  /** Build even when an image with this hash is there. */
  readonly always: boolean;
  readonly tags: readonly string[];
};

export type WantedImage = {
  /** With its tag: `redis:7`. */
  readonly reference: string;
  readonly platform?: string;
  readonly pull: PullPolicy;
  readonly build?: WantedBuild;
};

const intervals: ReadonlyMap<string, string> = new Map([
  ['daily', '1d'],
  ['weekly', '1w'],
]);

function pullPolicyOf(config: ValueMap, complain: Complain): PullPolicy {
  const said = readString(config, 'docker.image.pullPolicy') ?? 'missing';
  if (said === 'always' || said === 'never') return { kind: said };
  if (said === 'missing' || said === 'if_not_present' || said === 'build') return { kind: 'missing' };
  const age = parseDuration(intervals.get(said) ?? /^every_(.+)$/.exec(said)?.[1] ?? (said === 'refresh' ? '0s' : ''));
  if (age !== undefined) return { kind: 'older-than', age };
  complain(
    'deploy-value',
    `"${said}" is no policy to pull images by.`,
    'There are always, never, missing, build, daily, weekly, every_<n>[wdhms].',
  );
  return { kind: 'missing' };
}

/** An image without a tag is its `latest`; by digest it needs none. */
function withTag(reference: string): string {
  const parsed = parseImageReference(reference);
  if (parsed.tag !== undefined || parsed.digest !== undefined || /^sha256:[0-9a-f]+$/.test(reference)) return reference;
  return `${reference}:latest`;
}

function referenceOf(type: string, config: ValueMap): string | undefined {
  const id = readString(config, 'docker.image.id');
  if (id !== undefined) return id;
  const inType = imageOfType(type);
  const said = readString(config, 'docker.image.name');
  const name = said ?? (inType?.name === '' ? undefined : inType?.name);
  if (name === undefined) return undefined;
  const registry = readString(config, 'docker.registry.url')
    ?.replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  // A name that says its own tag keeps it.
  const named = parseImageReference(name);
  const tag = textOf(config.get('docker.image.tag')) ?? named.tag ?? (said === undefined ? inType?.tag : undefined);
  const digest =
    readString(config, 'docker.image.digest') ?? named.digest ?? (said === undefined ? inType?.digest : undefined);
  return renderImageReference({
    name: registry === undefined || registry === '' ? named.name : `${registry}/${named.name}`,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
}

const entriesOf = (config: ValueMap, key: string, complain: Complain) => {
  const value = config.get(key);
  return value === undefined || value === null ? undefined : asTextMap(value, complain);
};

/** Options of the classic builder, as the query of `POST /build` (Engine API, ImageBuild). */
function buildQuery(config: ValueMap, materials: Materials, complain: Complain): Record<string, string> {
  const query: Record<string, string> = { rm: 'true', forcerm: 'true' };
  const args = entriesOf(config, 'docker.build.args', complain);
  if (args !== undefined) {
    const given = [...args].flatMap(([name, value]) => {
      const text = value ?? materials.environment.get(name);
      return text === undefined ? [] : [[name, text] as const];
    });
    query['buildargs'] = JSON.stringify(Object.fromEntries(given));
  }
  const texts = [
    ['docker.build.target', 'target'],
    ['docker.build.network', 'networkmode'],
    ['docker.build.isolation', 'isolation'],
  ] as const;
  for (const [key, field] of texts) {
    const text = readString(config, key);
    if (text !== undefined) query[field] = text;
  }
  if (readBoolean(config, 'docker.build.pull') === true) query['pull'] = 'true';
  if (readBoolean(config, 'docker.build.noCache') === true) query['nocache'] = 'true';
  const cacheFrom = readTexts(config, 'docker.build.cacheFrom');
  if (cacheFrom !== undefined) query['cachefrom'] = JSON.stringify(cacheFrom);
  const hosts = config.get('docker.build.extraHosts');
  if (hosts !== undefined && hosts !== null)
    query['extrahosts'] = (asTexts(hosts, complain) ?? []).map((host) => host.replace('=', ':')).join(',');
  const shm = config.get('docker.build.shmSize');
  if (shm !== undefined && shm !== null) query['shmsize'] = String(asBytes(shm, complain) ?? 0);
  const ulimits = config.get('docker.build.ulimits');
  if (ulimits !== undefined && ulimits !== null) query['ulimits'] = JSON.stringify(asUlimits(ulimits, complain) ?? []);
  const platforms = readList(config, 'docker.build.platforms') ?? [];
  const [platform] = platforms.flatMap((item) => textOf(item) ?? []);
  if (platform !== undefined) query['platform'] = platform;
  if (platforms.length > 1) complain('deploy-not-carried', `The classic builder builds for one platform: ${platform}.`);
  return query;
}

function desiredBuild(
  config: ValueMap,
  reference: string,
  materials: Materials,
  complain: Complain,
): WantedBuild | undefined {
  const said = readString(config, 'docker.build.context');
  if (said === undefined) return undefined;
  const query = buildQuery(config, materials, complain);
  const context = buildContextOf(config);
  query['dockerfile'] = context?.dockerfile ?? readString(config, 'docker.build.dockerfile') ?? 'Dockerfile';
  const digest = context === undefined ? undefined : materials.contexts.get(context.key);
  if (isRemoteContext(said)) query['remote'] = said;
  else if (digest === undefined)
    complain(
      'deploy-material',
      `The build context ${said} was not handed over.`,
      'Deploy with "clocker deploy", where the folder is.',
    );
  const labels = entriesOf(config, 'docker.build.labels', complain) ?? new Map<string, string | null>();
  const plainLabels = Object.fromEntries([...labels].map(([name, value]) => [name, value ?? '']));
  const hash = hashOf({ digest, query, labels: plainLabels, reference });
  return {
    ...(digest === undefined ? {} : { context: digest }),
    query: { ...query, labels: JSON.stringify({ ...plainLabels, [buildLabel]: hash }) },
    hash,
    always: readString(config, 'docker.image.pullPolicy') === 'build',
    tags: (readTexts(config, 'docker.build.tags') ?? []).map(withTag),
  };
}

export type ImageContext = {
  readonly application: string;
  /** Plan id of the container, for the name of an image that has none. */
  readonly planId: string;
  readonly type: string;
  readonly config: ValueMap;
  readonly materials: Materials;
  readonly complain: Complain;
};

/** Undefined after it has complained that there is none. */
export function desiredImage({
  application,
  planId,
  type,
  config,
  materials,
  complain,
}: ImageContext): WantedImage | undefined {
  const isBuilt = config.has('docker.build.context');
  const said = referenceOf(type, config) ?? (isBuilt ? nameOf(`${application}-${planId}`).toLowerCase() : undefined);
  if (said === undefined) {
    complain('deploy-image', 'It has neither an image nor a build context.', 'Write "type: docker:image:tag".');
    return undefined;
  }
  const reference = withTag(said);
  const platform = readString(config, 'docker.image.platform');
  const build = desiredBuild(config, reference, materials, complain);
  return {
    reference,
    pull: pullPolicyOf(config, complain),
    ...(platform === undefined ? {} : { platform }),
    ...(build === undefined ? {} : { build }),
  };
}
