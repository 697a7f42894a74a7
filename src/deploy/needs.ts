/** What whoever deploys an application must hand over with it. Pure, and told before anything is read. */
import type { Application } from '../model/entity.ts';
import { readList, readMap, readString, textEntries, textOf } from '../model/read.ts';
import { chainsIn, entitiesOf, valuesOf } from '../model/traverse.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import { contextKey } from './materials.ts';

export type NeededVariables = {
  readonly path: string;
  readonly required: boolean;
  /** `raw`: values are taken as they stand, with no interpolation. */
  readonly format: string | undefined;
};

export type NeededContext = {
  /** As materials name it. */
  readonly key: string;
  readonly context: string;
  readonly dockerfile: string | undefined;
};

export type Needs = {
  /** Names of variables of the deployer's environment; one that is not set is left out. */
  readonly environment: readonly string[];
  readonly variables: readonly NeededVariables[];
  readonly files: readonly string[];
  readonly contexts: readonly NeededContext[];
};

export function neededBy(application: Application): Needs {
  const needs = { environment: new Set<string>(), files: new Set<string>() };
  const variables = new Map<string, NeededVariables>();
  const contexts = new Map<string, NeededContext>();
  for (const { entity } of entitiesOf(application)) {
    for (const value of valuesOf(entity)) collectExternals(value, needs);
    for (const name of unsetIn(entity.config)) needs.environment.add(name);
    for (const one of variablesOf(entity.config)) variables.set(one.path, one);
    const context = contextOf(entity.config);
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

const variablesOf = (config: ValueMap): readonly NeededVariables[] =>
  ['docker.container.envFiles', 'docker.container.labelFiles'].flatMap((key) =>
    (readList(config, key) ?? []).flatMap((item): readonly NeededVariables[] => {
      const path = isMap(item) ? textOf(item.get('path')) : textOf(item);
      if (path === undefined) return [];
      const said = isMap(item) ? item : new Map<string, Value>();
      return [{ path, required: said.get('required') !== false, format: textOf(said.get('format')) }];
    }),
  );

/** Where the daemon itself can read the context (an archive, a repository) there is nothing to hand over. */
export const isRemoteContext = (context: string): boolean =>
  /^(?:https?:\/\/|git:\/\/|git@|github\.com\/)/.test(context) || /\.git(?:#.*)?$/.test(context);

function contextOf(config: ValueMap): NeededContext | undefined {
  const context = readString(config, 'docker.build.context');
  if (context === undefined || isRemoteContext(context)) return undefined;
  const dockerfile = readString(config, 'docker.build.dockerfile');
  return { key: contextKey(context, dockerfile), context, dockerfile };
}
