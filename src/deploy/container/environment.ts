/** Environment and labels: files first, what is written out wins. */
import { readList, textOf } from '../../model/read.ts';
import type { ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Materials } from '../materials.ts';
import type { Complain } from '../problems.ts';
import { asTextMap } from './readers.ts';

/** Variables of the files a key lists, later files winning. */
function fromFiles(config: ValueMap, key: string, materials: Materials, complain: Complain): Map<string, string> {
  const all = new Map<string, string>();
  for (const item of readList(config, key) ?? []) {
    const path = (isMap(item) ? textOf(item.get('path')) : textOf(item)) ?? '';
    const required = !isMap(item) || item.get('required') !== false;
    const known = materials.variables.get(path);
    if (known === undefined && required)
      complain(
        'deploy-material',
        `The file ${path} was not handed over.`,
        'Deploy with "clocker deploy", where the file is, or write the variables out.',
      );
    for (const [name, value] of known ?? []) all.set(name, value);
  }
  return all;
}

/** `NAME=value`. A variable without a value takes the deployer's, or is left out. */
export function environmentOf(config: ValueMap, materials: Materials, complain: Complain): readonly string[] {
  const all = fromFiles(config, 'docker.container.envFiles', materials, complain);
  const said = config.get('docker.container.environment');
  const own = said === undefined || said === null ? undefined : asTextMap(said, complain);
  for (const [name, value] of own ?? []) {
    const text = value ?? materials.environment.get(name);
    if (text !== undefined) all.set(name, text);
    else all.delete(name);
  }
  return [...all].map(([name, value]) => `${name}=${value}`);
}

export function labelsOf(config: ValueMap, materials: Materials, complain: Complain): Readonly<Record<string, string>> {
  const all = fromFiles(config, 'docker.container.labelFiles', materials, complain);
  const said = config.get('docker.container.labels');
  const own = said === undefined || said === null ? undefined : asTextMap(said, complain);
  for (const [name, value] of own ?? []) all.set(name, value ?? '');
  return Object.fromEntries(all);
}
