/** What is done with one document of a file by itself, and with a file that services are extended from. */
import type { MapNode, Node } from '../document/node.ts';
import type { ComposeFile, Loading, Scope } from './loading.ts';
import { upgradeDocument } from './legacy/upgrade.ts';
import { placeOf } from './trail.ts';
import { mapNode } from './nodes.ts';
import { project } from './rows/project.ts';
import { withoutEmptyServers, writeOutTree } from './stages/canonical.ts';
import { interpolateTree } from './stages/interpolate.ts';
import { mergeTrees } from './stages/merge-rules.ts';
import type { Resets } from './stages/tags.ts';
import { forget, readTags } from './stages/tags.ts';
import { makeUnique } from './stages/unicity.ts';

export type Prepared = { readonly tree: MapNode; readonly resets: Resets };

/** The document with its tags taken out and its variables replaced. */
export function prepare(document: Node, file: ComposeFile, scope: Scope, loading: Loading): Prepared | undefined {
  const { report, flags } = loading;
  const { tree, resets } = readTags(document, report);
  if (tree.kind !== 'map') {
    report('file-not-a-map', `${file.name} is no map.`, tree.span);
    return undefined;
  }
  const upgraded = flags.upgrade
    ? upgradeDocument(tree, { report, trail: loading.trail, volumes: loading.impliedVolumes })
    : tree;
  if (!flags.interpolate) return { tree: upgraded, resets };
  const lookup = (name: string): string | undefined => scope.environment.get(name);
  return { tree: interpolateTree(upgraded, project, { lookup, report }), resets };
}

export const asMap = (node: Node): MapNode => (node.kind === 'map' ? node : mapNode([], node.span));

/** Ports written out may turn out to be the same. */
export function writeOut(tree: MapNode, { report, flags, budget }: Loading): MapNode {
  const written = writeOutTree(tree, project, { report, budget, isLoose: !flags.interpolate });
  return makeUnique(withoutEmptyServers(written), project, report);
}

/** A file services are extended from: what it includes and extends is not looked at, and it is checked only where it is used. */
export function loadBase(file: ComposeFile, scope: Scope, loading: Loading): Prepared {
  const { report, trail } = loading;
  const documents = file.documents.flatMap((document) => prepare(document, file, scope, loading) ?? []);
  const [first, ...rest] = documents;
  const resets = documents.at(-1)?.resets ?? { isHere: false, below: new Map() };
  if (first === undefined) return { tree: mapNode([], nowhere(file)), resets };
  const merged = rest.reduce<Node>(
    (tree, next) =>
      mergeTrees(
        { base: forget(asMap(tree), next.resets), over: next.tree, row: project, place: placeOf([], file.name) },
        { report, trail },
      ),
    first.tree,
  );
  return { tree: writeOut(makeUnique(asMap(merged), project, report), loading), resets };
}

const start = { offset: 0, line: 1, column: 1 };
const nowhere = ({ name }: ComposeFile): MapNode['span'] => ({ file: name, start, end: start });
