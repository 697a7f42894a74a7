/** A mount in short. */
import { posix } from 'node:path';
import type { Node, ScalarNode } from '../../document/node.ts';
import { mapOf, scalarNode } from '../nodes.ts';
import type { ParsedVolume, ShortVolume } from '../syntax/volume.ts';
import { parseVolume } from '../syntax/volume.ts';
import type { Canonical } from './canonical.ts';

type Mistake = Extract<ParsedVolume, { readonly kind: 'mistake' }>['mistake'];

const mistakes: Readonly<Record<Mistake, string>> = {
  empty: 'A mount is empty.',
  'empty-part': 'There is nothing between two colons.',
  'too-many-colons': 'There are more than three parts.',
};

export function writeOutVolume(text: string, node: ScalarNode, { report, isLoose }: Canonical): Node | undefined {
  const parsed = parseVolume(text);
  if (parsed.kind === 'volume') return volumeNode(parsed.volume, node);
  if (isLoose) return node;
  report('mount-invalid', `"${text}": ${mistakes[parsed.mistake]}`, node.span);
  return undefined;
}

/** Go's `path.Clean`: unlike Node's it leaves no slash at the end. */
export const cleanPath = (path: string): string => {
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
};

function volumeNode(volume: ShortVolume, { span }: ScalarNode): Node {
  const { type, source, target, readOnly, noCopy, propagation, selinux, isBare } = volume;
  const part = (value: string | boolean | undefined): Node | undefined =>
    value === undefined || value === '' || value === false ? undefined : scalarNode(value, span);
  const isBind = type === 'bind';
  const bind = mapOf({ propagation: part(propagation), selinux: part(selinux), create_host_path: part(isBind) }, span);
  const options = mapOf({ nocopy: part(noCopy) }, span);
  return mapOf(
    {
      type: part(type),
      source: part(source),
      target: part(cleanPath(target)),
      read_only: part(readOnly),
      bind: bind.entries.length > 0 ? bind : undefined,
      volume: noCopy || (!isBind && !isBare) ? options : undefined,
    },
    span,
  );
}
