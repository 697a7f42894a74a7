/** The files of one project, or of one include, as one tree with its defaults set and its paths resolved. */
import type { MapNode } from '../document/node.ts';
import { loadFile } from './document.ts';
import type { ComposeFile, Loading, Scope } from './loading.ts';
import { project } from './rows/project.ts';
import { fillEnvironment } from './stages/bare-variables.ts';
import { setDefaults } from './stages/defaults.ts';
import { checkAttributes } from './stages/logical.ts';
import { resolvePaths } from './stages/paths.ts';

/** `undefined`: the files say nothing. */
export function loadModel(files: readonly ComposeFile[], scope: Scope, loading: Loading): MapNode | undefined {
  const merged = files.reduce<MapNode | undefined>((tree, file) => loadFile(file, tree, scope, loading), undefined);
  if (merged === undefined) return undefined;
  const { report, home, flags } = loading;
  const whole = setDefaults(merged, project);
  checkAttributes(whole, project, report);
  const isInclude = scope.chain.length > 0;
  const resolved =
    flags.resolvePaths || isInclude
      ? resolvePaths(whole, project, { directory: scope.directory, home, report })
      : whole;
  return fillEnvironment(resolved, (name) => scope.environment.get(name));
}
