/** Commands around the life of a container: after it started, before it is stopped, and whole containers before it starts. */
import { readBoolean, readList, readString } from '../../model/read.ts';
import type { ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import { asTextMap, asWords } from './readers.ts';

export type Hook = {
  readonly command: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly privileged: boolean;
  /** `NAME=value` */
  readonly environment: readonly string[];
};

/** A container that runs to its end before the real one starts. */
export type InitHook = Hook & {
  /** The container's own unless said. */
  readonly image?: string;
  /** Before each member, instead of once before the first. */
  readonly perReplica: boolean;
};

export function hooksOf(config: ValueMap, key: string, complain: Complain): readonly Hook[] {
  return itemsOf(config, key, complain).map((item) => hookOf(item, complain));
}

export function initHooksOf(config: ValueMap, complain: Complain): readonly InitHook[] {
  return itemsOf(config, 'docker.container.preStart', complain).map((item) => {
    const image = readString(item, 'image');
    return {
      ...hookOf(item, complain),
      perReplica: readBoolean(item, 'per_replica') ?? false,
      ...(image === undefined ? {} : { image }),
    };
  });
}

const itemsOf = (config: ValueMap, key: string, complain: Complain): readonly ValueMap[] =>
  (readList(config, key) ?? []).flatMap((item) => {
    if (isMap(item)) return item;
    complain('deploy-value', `${key} lists maps with a command.`);
    return [];
  });

function hookOf(item: ValueMap, complain: Complain): Hook {
  const command = item.get('command');
  const words = command === undefined ? [] : (asWords(command, complain) ?? []);
  if (words.length === 0) complain('deploy-value', 'A hook needs a command.');
  const environment = item.get('environment');
  const pairs = environment === undefined || environment === null ? undefined : asTextMap(environment, complain);
  const user = readString(item, 'user');
  const workingDir = readString(item, 'working_dir');
  return {
    command: words,
    privileged: readBoolean(item, 'privileged') ?? false,
    environment: [...(pairs ?? [])].map(([name, value]) => `${name}=${value ?? ''}`),
    ...(user === undefined ? {} : { user }),
    ...(workingDir === undefined ? {} : { workingDir }),
  };
}
