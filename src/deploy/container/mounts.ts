/** Volumes, bind mounts, memory file systems: the keys that are lists of them, as the engine's `Mounts` and `Binds`. */
import { readList, readMap, readTexts, textEntries, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import { asBoolean, asBytes, asTextObject } from './readers.ts';
import type { Fields } from './draft.ts';

/** Real name of a Volume entity by its plan id; undefined where there is none. */
export type VolumeName = (planId: string) => string | undefined;

export type MountFields = {
  readonly Mounts: readonly Fields[];
  readonly Binds: readonly string[];
  /** Paths with an anonymous volume each. */
  readonly Volumes: Readonly<Record<string, object>>;
};

type Out = { readonly mounts: Fields[]; readonly binds: string[]; readonly anonymous: Set<string> };
type Around = { readonly out: Out; readonly volume: VolumeName; readonly complain: Complain };

const isPath = (source: string): boolean => /^[./~]/.test(source) || source.includes('/');

/** `source:target[:ro]`, or a path alone for an anonymous volume. */
function mountText(text: string, around: Around): void {
  const [first = '', second, options = ''] = text.split(':');
  if (second === undefined) {
    around.out.anonymous.add(first);
    return;
  }
  const readOnly = options.split(',').includes('ro');
  if (isPath(first)) around.out.binds.push(readOnly ? `${first}:${second}:ro` : `${first}:${second}`);
  else mountVolume({ source: first, target: second, readOnly }, new Map(), around);
}

type Mount = { readonly source: string; readonly target: string; readonly readOnly: boolean };

function mountVolume({ source, target, readOnly }: Mount, options: ValueMap, { out, volume, complain }: Around): void {
  const name = source === '' ? '' : volume(source);
  if (name === undefined) {
    complain('deploy-reference', `There is no volume "${source}".`);
    return;
  }
  const nocopy = options.get('nocopy');
  const labels = options.get('labels');
  const subpath = textOf(options.get('subpath'));
  const more = {
    ...(nocopy === undefined ? {} : { NoCopy: asBoolean(nocopy, complain) === true }),
    ...(labels === undefined ? {} : { Labels: asTextObject(labels, complain) ?? {} }),
    ...(subpath === undefined || subpath === '' ? {} : { Subpath: subpath }),
  };
  out.mounts.push({
    Type: 'volume',
    ...(name === '' ? {} : { Source: name }),
    Target: target,
    ReadOnly: readOnly,
    ...(Object.keys(more).length === 0 ? {} : { VolumeOptions: more }),
  });
}

/** The long form makes what is missing on the host, as the short one does, unless it says otherwise. */
function mountBind(mount: Mount, options: ValueMap, { out }: Around): void {
  const propagation = textOf(options.get('propagation'));
  const selinux = textOf(options.get('selinux'));
  const recursive = textOf(options.get('recursive'));
  if (options.get('create_host_path') !== false && recursive === undefined) {
    const flags = [mount.readOnly ? 'ro' : undefined, propagation, selinux].filter((flag) => flag !== undefined);
    out.binds.push([mount.source, mount.target, ...(flags.length === 0 ? [] : [flags.join(',')])].join(':'));
    return;
  }
  const bind = {
    ...(propagation === undefined ? {} : { Propagation: propagation }),
    ...(recursive === 'disabled' ? { NonRecursive: true } : {}),
    ...(recursive === 'writable' ? { ReadOnlyNonRecursive: true } : {}),
    ...(recursive === 'readonly' ? { ReadOnlyForceRecursive: true } : {}),
  };
  out.mounts.push({
    Type: 'bind',
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.readOnly,
    ...(Object.keys(bind).length === 0 ? {} : { BindOptions: bind }),
  });
}

function mountTmpfs({ target, readOnly }: Mount, options: ValueMap, { out, complain }: Around): void {
  const size = options.get('size');
  const mode = options.get('mode');
  const more = {
    ...(size === undefined ? {} : { SizeBytes: asBytes(size, complain) ?? 0 }),
    ...(mode === undefined ? {} : { Mode: fileMode(mode, complain) ?? 0o1777 }),
  };
  out.mounts.push({
    Type: 'tmpfs',
    Target: target,
    ReadOnly: readOnly,
    ...(Object.keys(more).length === 0 ? {} : { TmpfsOptions: more }),
  });
}

/** A number as it is; a text is octal, as people write modes. */
export function fileMode(value: Value, complain: Complain): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  const text = textOf(value);
  if (text !== undefined && /^(?:0o?)?[0-7]{1,4}$/.test(text)) return Number.parseInt(text.replace(/^0o?/, ''), 8) || 0;
  complain('deploy-value', `${JSON.stringify(text ?? 'a map')} is no file mode such as "0440".`);
  return undefined;
}

const none: ValueMap = new Map();

function mountMap(map: ValueMap, around: Around): void {
  const { out, complain } = around;
  const type = textOf(map.get('type')) ?? 'volume';
  const readOnly = map.get('read_only');
  const mount = {
    source: textOf(map.get('source')) ?? '',
    target: textOf(map.get('target')) ?? '',
    readOnly: readOnly === undefined ? false : asBoolean(readOnly, complain) === true,
  };
  const options = readMap(map, type) ?? none;
  if (mount.target === '') complain('deploy-value', 'A mount needs a target, the path in the container.');
  else if (type === 'volume') mountVolume(mount, options, around);
  else if (type === 'bind') mountBind(mount, options, around);
  else if (type === 'tmpfs') mountTmpfs(mount, options, around);
  else if (type === 'image' || type === 'npipe' || type === 'cluster') {
    const subpath = textOf(options.get('subpath'));
    const image = type === 'image' && subpath !== undefined ? { ImageOptions: { Subpath: subpath } } : {};
    out.mounts.push({ Type: type, Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly, ...image });
  } else complain('deploy-value', `There are no mounts of type "${type}".`);
}

export function mountsOf(config: ValueMap, volume: VolumeName, complain: Complain): MountFields {
  const out: Out = { mounts: [], binds: [], anonymous: new Set() };
  const around: Around = { out, volume, complain };
  for (const mount of readList(config, 'docker.container.volumes') ?? []) {
    const text = textOf(mount);
    if (text !== undefined) mountText(text, around);
    else if (isMap(mount)) mountMap(mount, around);
    else complain('deploy-value', 'A mount is written source:target, or as a map.');
  }
  for (const [source, target] of textEntries(readMap(config, 'docker.host.volumes')))
    out.binds.push(`${source}:${textOf(target) ?? ''}`);
  for (const path of readTexts(config, 'docker.container.volumes.export') ?? []) out.anonymous.add(path);
  return {
    Mounts: out.mounts,
    Binds: out.binds,
    Volumes: Object.fromEntries([...out.anonymous].map((path) => [path, {}])),
  };
}

/** `path[:options]` */
export function tmpfsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const colon = text.indexOf(':');
      return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
    }),
  );
}
