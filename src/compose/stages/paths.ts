/** Relative paths made absolute (compose-go, paths/): from the project's directory, or from `~`. */
import { posix } from 'node:path';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { changeItems, changeValues, textOf, withValue } from '../nodes.ts';
import type { Report } from '../problems.ts';
import type { Base, Row } from '../rows/row.ts';
import { cleanPath } from './long-volume.ts';
import { changeTree, interestIn } from './walk.ts';

export type Paths = {
  /** What they start from; relative where the file is included or extended from another directory. */
  readonly directory: string;
  /** What `~` is. */
  readonly home: string | undefined;
  readonly report: Report;
};

/** Go's `filepath.Join`. */
export const joinPath = (...parts: readonly string[]): string => cleanPath(posix.join(...parts));

export const isWindowsAbsolute = (path: string): boolean => /^(?:[A-Za-z]:[\\/]|\\\\[^\\]+\\[^\\]+)/.test(path);

/** Git repositories, URLs, images and other services. */
const isElsewhere = (context: string): boolean =>
  context.includes('://') || /^(?:service:|https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/.test(context);

function resolve(node: Node, paths: Paths, isAbsolute: (path: string) => boolean): Node {
  const text = textOf(node);
  if (text === undefined || node.kind !== 'scalar') return node;
  const path = expandHome(text, node, paths);
  const absolute = isAbsolute(path) ? path : joinPath(paths.directory, path);
  if (absolute === text) return node;
  const { tag: _tag, ...rest } = node;
  return { ...rest, value: absolute };
}

function expandHome(text: string, node: Node, { home, report }: Paths): string {
  if (!text.startsWith('~')) return text;
  if (home === undefined) {
    report('path-home', `"${text}" stays as it is, since HOME is not known.`, node.span);
    return text;
  }
  return joinPath(home, text.slice(1));
}

const isPosixAbsolute = (path: string): boolean => path.startsWith('/');
const isAbsoluteAnywhere = (path: string): boolean => isPosixAbsolute(path) || isWindowsAbsolute(path);

type Resolver = (node: Node, paths: Paths) => Node;

/** A text, or each text of a list or a map. */
const each =
  (resolver: Resolver): Resolver =>
  (node, paths) => {
    if (node.kind === 'list') return changeItems(node, (item) => resolver(item, paths));
    return node.kind === 'map' ? changeValues(node, (value) => resolver(value, paths)) : resolver(node, paths);
  };

/** Nothing stays nothing. */
const localPath: Resolver = (node, paths) => (textOf(node) === '' ? node : resolve(node, paths, isPosixAbsolute));

const unixPath: Resolver = (node, paths) => resolve(node, paths, isAbsoluteAnywhere);

const mount: Resolver = (node, paths) => {
  if (node.kind !== 'map' || textOf(valueOf(node, 'type')) !== 'bind') return node;
  const source = valueOf(node, 'source');
  if (source !== undefined) return withValue(node, 'source', unixPath(source, paths));
  paths.report('mount-source-missing', 'A bind mount needs a source.', node.span);
  return node;
};

/** `driver: local` with `o: bind` mounts a directory of the host. */
const volume: Resolver = (node, paths) => {
  const options = valueOf(node, 'driver_opts');
  const device = valueOf(options, 'device');
  if (node.kind !== 'map' || options?.kind !== 'map' || device === undefined) return node;
  if (textOf(valueOf(node, 'driver')) !== 'local' || textOf(valueOf(options, 'o')) !== 'bind') return node;
  return withValue(node, 'driver_opts', withValue(options, 'device', unixPath(device, paths)));
};

const resolvers = {
  path: each(localPath),
  'unix-path': each(unixPath),
  context: each((node, paths) => (isElsewhere(textOf(node) ?? '') ? node : localPath(node, paths))),
  mount,
  volume,
} as const satisfies Readonly<Record<Base, Resolver>>;

const interest = interestIn((row) => row.base !== undefined);

export const resolvePaths = (tree: MapNode, row: Row, paths: Paths): MapNode =>
  changeTree(tree, row, {
    interest,
    change: (node, { base }) => (base === undefined ? node : resolvers[base](node, paths)),
  });
