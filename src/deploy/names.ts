/** Names on an engine. */
import { createHash } from 'node:crypto';
import { readText } from '../model/read.ts';
import { hashOf } from './hash.ts';
import type { Instance } from './instance.ts';

const longestName = 200;

/** A text as part of a name; what had to be cut keeps a mark, so that two do not become one. */
export function nameOf(text: string): string {
  const clean = text.replaceAll(/[^a-zA-Z0-9_.-]+/g, '-').replace(/^[^a-zA-Z0-9]+/, '');
  if (clean.length > 0 && clean.length <= longestName) return clean;
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${clean.slice(0, longestName - 9) || 'x'}-${mark}`;
}

/** `shop-web-1`, as Compose has it; members are numbered from 1. */
export function containerName(application: string, instance: Instance): string {
  const said = readText(instance.config, 'docker.container.name');
  if (said !== undefined && instance.number === undefined) return said;
  const group = instance.number === undefined ? instance.id : instance.id.replace(/\.\d+$/, '');
  return nameOf(`${application}-${group.replaceAll('.', '-')}-${instance.number ?? 1}`);
}

/** Of a container that is to take another's place, while that one still has its name. */
export const temporaryNameOf = ({ name, hash }: { readonly name: string; readonly hash: string }): string =>
  `${name}-new-${hashOf(hash).slice(0, 8)}`;

export const isTemporaryName = (name: string): boolean => /-new-[0-9a-f]{8}(?:-again)?$/.test(name);

/** The name of an application is a label, a key of the store and part of other names. */
export const applicationNamePattern = /[a-z0-9][a-z0-9_-]*/;

/** As Compose makes a project's name of a folder's: lower case, other characters dropped; undefined where nothing is left. */
export function applicationName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '')
    .replace(/^[_-]+/, '')
    .slice(0, 63);
  return name === '' ? undefined : name;
}
