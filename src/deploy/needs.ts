/** What whoever deploys an application must hand over with it. Pure, and told before anything is read. */
import type { Application } from '../model/entity.ts';
import { readList, readMap, textEntries, textOf } from '../model/read.ts';
import { chainsIn, entitiesOf, valuesOf } from '../model/traverse.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import { isElsewhere } from './container/files.ts';
import { buildContextOf } from './build-context.ts';
import type { BuildContext } from './build-context.ts';

export type NeededVariables = {
  readonly path: string;
  readonly required: boolean;
  /** `raw`: values are taken as they stand, with no interpolation. */
  readonly format: string | undefined;
};

export type Needs = {
  /** Names of variables of the deployer's environment; one that is not set is left out. */
  readonly environment: readonly string[];
  readonly variables: readonly NeededVariables[];
  readonly files: readonly string[];
  readonly contexts: readonly BuildContext[];
};

export function neededBy(application: Application): Needs {
  const needs = { environment: new Set<string>(), files: new Set<string>() };
  const variables = new Map<string, NeededVariables>();
  const contexts = new Map<string, BuildContext>();
  for (const { entity } of entitiesOf(application)) {
    for (const value of valuesOf(entity)) collectExternals(value, needs);
    for (const name of unsetIn(entity.config)) needs.environment.add(name);
    for (const path of copiedIn(entity.config)) needs.files.add(path);
    for (const one of variablesOf(entity.config)) variables.set(one.path, one);
    const context = buildContextOf(entity.config);
    if (context !== undefined) contexts.set(context.key, context);
  }
  return {
    environment: [...needs.environment],
    files: [...needs.files],
    variables: [...variables.values()],
    contexts: [...contexts.values()],
  };
}

function collectExternals(
  value: Value,
  needs: { readonly environment: Set<string>; readonly files: Set<string> },
): void {
  for (const { steps } of chainsIn(value)) {
    for (const step of steps) {
      if (step.kind !== 'call' || step.name !== 'external') continue;
      const [supplier, key] = step.arguments.map(textOf);
      if (key === undefined) continue;
      if (supplier === 'file') needs.files.add(key);
      if (supplier === 'environment' || supplier === 'env') needs.environment.add(key);
    }
  }
}

/** A variable without a value takes it from whoever deploys. */
const unsetIn = (config: ValueMap): readonly string[] =>
  ['docker.container.environment', 'docker.build.args'].flatMap((key) =>
    textEntries(readMap(config, key)).flatMap(([name, value]) => (value === null ? [name] : [])),
  );

/** Paths of files that are copied into a container; what lies elsewhere is not handed over. */
const copiedIn = (config: ValueMap): readonly string[] =>
  [
    ...copiedKeys.flatMap((key) => textEntries(readMap(config, key)).map(([source]) => source)),
    ...(readList(config, 'docker.container.files') ?? []).flatMap((item) =>
      isMap(item) ? (textOf(item.get('source')) ?? []) : [],
    ),
  ].filter((source) => !isElsewhere(source));

const copiedKeys = ['files.preinstall', 'files.install', 'files.customize', 'files.runtime'] as const;

const variablesOf = (config: ValueMap): readonly NeededVariables[] =>
  ['docker.container.envFiles', 'docker.container.labelFiles'].flatMap((key) =>
    (readList(config, key) ?? []).flatMap((item): readonly NeededVariables[] => {
      const path = isMap(item) ? textOf(item.get('path')) : textOf(item);
      if (path === undefined) return [];
      const said = isMap(item) ? item : new Map<string, Value>();
      return [{ path, required: said.get('required') !== false, format: textOf(said.get('format')) }];
    }),
  );
