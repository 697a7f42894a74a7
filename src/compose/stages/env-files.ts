/** Variables and labels of services that stand in files of their own. */
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entriesOf, isNull, itemsOf, keyOf, mapNode, textOf, withValue, withoutKey } from '../nodes.ts';
import type { Lookup } from '../syntax/template.ts';
import type { VariableFiles } from '../variable-files.ts';
import { changeServices } from './bare-variables.ts';

export type LabelFiles = {
  readonly files: VariableFiles;
  /** The attribute that names the files goes, now that they are read. */
  readonly discard: boolean;
};
export type EnvFiles = LabelFiles & { readonly lookup: Lookup };

/** `env_file` goes into `environment`, which wins; of several files the later one does. */
export const readEnvFiles = (tree: MapNode, { files, lookup, discard }: EnvFiles): MapNode =>
  changeServices(tree, (service) => {
    const list = valueOf(service, 'env_file');
    if (list === undefined) return service;
    const own = valueOf(service, 'environment');
    const ownValues = new Map(entriesOf(own).map((entry) => [keyOf(entry), entry.value]));
    const ownLookup: Lookup = (name) => lookup(name) ?? textOf(ownValues.get(name));
    const found = new Map<string, MapEntry>();
    const known = new Map<string, string>();
    for (const [name, value] of ownValues) if (!isNull(value)) known.set(name, textOf(value) ?? '');
    for (const item of itemsOf(list)) {
      for (const entry of files.readEntries(fileOf(item), ownLookup, known)) {
        found.set(keyOf(entry), entry);
        known.set(keyOf(entry), textOf(entry.value) ?? '');
      }
    }
    return merged(discard ? withoutKey(service, 'env_file') : service, 'environment', found);
  });

const isFalse = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === false;

function fileOf(item: Node): { path: string; at: Node; isRequired: boolean; isRaw: boolean; kind: 'env' } {
  const path = valueOf(item, 'path');
  return {
    kind: 'env',
    path: textOf(path) ?? '',
    at: path ?? item,
    isRequired: !isFalse(valueOf(item, 'required')),
    isRaw: textOf(valueOf(item, 'format')) === 'raw',
  };
}

/** Labels of files see only those read before them. */
export const readLabelFiles = (tree: MapNode, { files, discard }: LabelFiles): MapNode =>
  changeServices(tree, (service) => {
    const list = valueOf(service, 'label_file');
    if (list === undefined) return service;
    const found = new Map<string, MapEntry>();
    const known = new Map<string, string>();
    for (const at of itemsOf(list)) {
      const file = { kind: 'label', path: textOf(at) ?? '', at, isRequired: true, isRaw: false } as const;
      for (const entry of files.readEntries(file, (name) => known.get(name), new Map())) {
        found.set(keyOf(entry), entry);
        known.set(keyOf(entry), textOf(entry.value) ?? '');
      }
    }
    return merged(discard ? withoutKey(service, 'label_file') : service, 'labels', found);
  });

function merged(service: MapNode, attribute: string, found: Map<string, MapEntry>): MapNode {
  if (found.size === 0) return service;
  const own = valueOf(service, attribute);
  for (const entry of entriesOf(own)) found.set(keyOf(entry), entry);
  return withValue(service, attribute, mapNode([...found.values()], own?.span ?? service.span));
}
