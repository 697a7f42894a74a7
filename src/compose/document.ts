/** One file put over what was read before it: each of its YAML documents goes through the stages in Compose's order. */
import type { MapNode } from '../document/node.ts';
import { entryOf } from '../document/node.ts';
import { applyExtends, createExtender } from './extends.ts';
import { applyIncludes } from './include.ts';
import type { ComposeFile, Loading, Scope } from './loading.ts';
import { entriesOf, keyOf, withoutKey } from './nodes.ts';
import type { Prepared } from './prepare.ts';
import { asMap, prepare, writeOut } from './prepare.ts';
import { project } from './rows/project.ts';
import { checkTree } from './stages/check.ts';
import { mergeTrees } from './stages/merge-rules.ts';
import { forget } from './stages/tags.ts';
import { makeUnique } from './stages/unicity.ts';

export function loadFile(
  file: ComposeFile,
  before: MapNode | undefined,
  scope: Scope,
  loading: Loading,
): MapNode | undefined {
  return file.documents.reduce<MapNode | undefined>((tree, document) => {
    const prepared = prepare(document, file, scope, loading);
    return prepared === undefined ? tree : putOver(tree, prepared, file, scope, loading);
  }, before);
}

function putOver(
  before: MapNode | undefined,
  { tree, resets }: Prepared,
  file: ComposeFile,
  scope: Scope,
  loading: Loading,
): MapNode {
  const { report, trail } = loading;
  const included = applyIncludes(tree, resets, file, scope, loading);
  const earlier = before === undefined ? undefined : forget(before, resets);
  const extender = createExtender({ name: file.name, world: undefined }, included, resets);
  const extended = applyExtends(included, extender, scope, loading);
  const merged =
    earlier === undefined
      ? extended
      : mergeTrees({ base: earlier, over: extended, row: project, place: undefined }, { report, trail });
  const unique = makeUnique(asMap(merged), project, report);
  for (const [section, names] of Object.entries(loading.names))
    for (const entry of entriesOf(entryOf(unique, section)?.value)) names.add(keyOf(entry));
  const checked = checkTree(unique, project, report, loading.damaged);
  return writeOut(withoutVersion(checked, loading), loading);
}

function withoutVersion(tree: MapNode, { report, dropped }: Loading): MapNode {
  const entry = entryOf(tree, 'version');
  if (entry === undefined) return tree;
  report('version-obsolete', 'Compose ignores version since 2020.', entry.key.span, { hint: 'Remove the line.' });
  dropped.push({ path: 'version', at: entry.value.span, reason: 'Compose ignores it.' });
  return withoutKey(tree, 'version');
}
