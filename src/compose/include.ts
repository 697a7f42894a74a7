/** `include`: whole projects of their own directory and variables, put under the file that includes them. */
import { posix } from 'node:path';
import type { MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import type { ComposeFile, Loading, Scope } from './loading.ts';
import { nameOfPath } from './file-names.ts';
import { isRemote, readFile } from './loading.ts';
import { itemsOf, keyOf, mapNode, textOf, withEntries, withoutKey, withValue } from './nodes.ts';
import type { Section } from './rows/project.ts';
import { projectRows, sectionRows } from './rows/project.ts';
import { rowOfEntry } from './rows/children.ts';
import { checkValue } from './stages/check.ts';
import type { MergeOptions } from './stages/merge.ts';
import type { Turn } from './trail.ts';
import { placeOf } from './trail.ts';
import { mergeTrees } from './stages/merge-rules.ts';
import type { Resets } from './stages/tags.ts';
import { forget, resetsBelow } from './stages/tags.ts';
import { readVariables } from './environment.ts';

type Include = {
  readonly paths: readonly Node[];
  readonly directory: Node | undefined;
  /** `undefined`: the `.env` of its directory, if there is one. */
  readonly envFiles: readonly Node[] | undefined;
  readonly at: Node;
};

export function applyIncludes(
  tree: MapNode,
  resets: Resets,
  file: ComposeFile,
  scope: Scope,
  loading: Loading,
): MapNode {
  const list = valueOf(tree, 'include');
  if (list === undefined) return tree;
  const row = projectRows['include'];
  const checked = row === undefined ? list : checkValue(list, row, 'include', loading.report);
  const chain = [...scope.chain, file.path];
  return itemsOf(checked).reduce<MapNode>(
    (whole, item) => {
      const included = loadIncluded(readInclude(item), { ...scope, chain }, loading);
      if (included === undefined) return whole;
      const { report, trail } = loading;
      const merging = { report, trail, mark: { kind: 'include', at: item.span } } as const;
      return putUnder(included, whole, resets, merging);
    },
    withoutKey(tree, 'include'),
  );
}

const several = (node: Node | undefined): readonly Node[] =>
  node === undefined ? [] : node.kind === 'list' ? node.items : [node];

function readInclude(item: Node): Include {
  if (item.kind === 'scalar') return { paths: [item], directory: undefined, envFiles: undefined, at: item };
  const envFile = valueOf(item, 'env_file');
  return {
    paths: several(valueOf(item, 'path')),
    directory: valueOf(item, 'project_directory'),
    envFiles: envFile === undefined ? undefined : several(envFile),
    at: item,
  };
}

/** Each include counts; it bounds what files that include each other twice can cost. */
export const mostIncludes = 1000;

function loadIncluded(include: Include, scope: Scope, loading: Loading): MapNode | undefined {
  const files = include.paths.flatMap((node) => {
    const text = textOf(node) ?? '';
    return isRemote(text, node.span, loading) ? [] : [{ node, path: posix.resolve(scope.fileDirectory, text) }];
  });
  const [main] = files;
  if (main === undefined) return undefined;
  if (scope.chain.includes(main.path)) {
    const circle = [...scope.chain.slice(scope.chain.indexOf(main.path)), main.path];
    const names = circle.map((path) => nameOfPath(path, loading.currentDirectory)).join(' → ');
    loading.report('include-cycle', `These files include each other: ${names}.`, main.node.span);
    return undefined;
  }
  if (--loading.budget.includes < 0) {
    loading.report('include-many', `More than ${mostIncludes} files are included.`, main.node.span);
    return undefined;
  }
  const read = files.flatMap(({ node, path }) => readFile(path, node.span, loading) ?? []);
  return loading.loadModel(read, scopeOf(include, main.path, scope, loading), loading);
}

function scopeOf(include: Include, main: string, scope: Scope, loading: Loading): Scope {
  const given = textOf(include.directory);
  const fileDirectory = given === undefined ? posix.dirname(main) : posix.resolve(scope.fileDirectory, given);
  const relative = posix.relative(scope.fileDirectory, fileDirectory);
  const isAbsolute = given !== undefined && posix.isAbsolute(given);
  return {
    fileDirectory,
    directory: isAbsolute ? fileDirectory : relative === '' ? '.' : relative,
    environment: environmentOf(include, fileDirectory, scope, loading),
    chain: scope.chain,
    extended: new Map(),
  };
}

/** Variables of the including project win. */
function environmentOf(include: Include, directory: string, scope: Scope, loading: Loading): Scope['environment'] {
  const files =
    include.envFiles === undefined
      ? [{ path: posix.join(directory, '.env'), at: include.at, isRequired: false }]
      : include.envFiles.flatMap((at) => {
          const text = textOf(at) ?? '';
          return text === '/dev/null' ? [] : [{ path: posix.resolve(scope.fileDirectory, text), at, isRequired: true }];
        });
  const found = readVariables(files, scope.environment, loading);
  return found.size === 0 ? scope.environment : new Map([...found, ...scope.environment]);
}

const sections: readonly Section[] = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'];

type Including = MergeOptions & { readonly mark: Turn };

/** What the file itself says wins over what it includes. */
function putUnder(included: MapNode, tree: MapNode, resets: Resets, merging: Including): MapNode {
  return sections.reduce((whole, section) => {
    const from = valueOf(included, section);
    if (from?.kind !== 'map') return whole;
    const to = valueOf(whole, section) ?? mapNode([], from.span);
    if (to.kind !== 'map') return whole;
    const row = rowOfEntry(sectionRows[section], '');
    const own = new Map(to.entries.map((entry) => [keyOf(entry), entry]));
    const entries = from.entries.map((entry) => {
      const name = keyOf(entry);
      const other = own.get(name);
      if (other === undefined) {
        merging.trail.add(placeOf([section, name]), merging.mark);
        return entry;
      }
      own.delete(name);
      const base = forgetBelow(entry.value, resetsBelow(resets, section, name));
      return {
        ...other,
        value: mergeTrees({ base, over: other.value, row, place: placeOf([section, name]) }, merging),
      };
    });
    return withValue(whole, section, withEntries(to, [...entries, ...own.values()]));
  }, tree);
}

const forgetBelow = (node: Node, resets: Resets): Node => (node.kind === 'map' ? forget(node, resets) : node);
