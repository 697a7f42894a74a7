/**
 * Files of formats Compose no longer reads, as what they mean today, with each change told. Format 1 has its services at
 * the top; formats 2 and 3 are told apart by `version`, and a key or two only they had.
 */
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { changeValues, entryNode, itemsOf, keyOf, mapNode, textOf, withEntries } from '../nodes.ts';
import type { Report } from '../problems.ts';
import type { Trail } from '../trail.ts';
import { projectRows } from '../rows/project.ts';
import { rowOf } from '../rows/row.ts';
import { parseVolume } from '../syntax/volume.ts';
import { placeOf } from '../trail.ts';
import type { Former } from './service.ts';
import { upgradeService } from './service.ts';

export type Upgrading = {
  readonly report: Report;
  readonly trail: Trail;
  /** Takes in the named volumes that need no entry in the file, with their driver. */
  readonly volumes: Map<string, ImpliedVolume>;
};

export type ImpliedVolume = {
  readonly at: Node;
  readonly driver?: Node;
  /** The file needs no entry for it: format 1 has none. */
  readonly isDeclared: boolean;
};

export function upgradeDocument(tree: MapNode, upgrading: Upgrading): MapNode {
  if (isFormatOne(tree)) return upgradeFormatOne(tree, upgrading);
  const version = valueOf(tree, 'version');
  const format = /^[23]/.exec(version?.kind === 'scalar' ? version.text : '')?.[0];
  if (format === undefined) return tree;
  return changeValues(tree, (section, key) => {
    if (key !== 'services' || section.kind !== 'map') return section;
    return changeValues(section, (service, name) =>
      upgradeOne(service, name, { format: format === '2' ? '2' : '3', names: new Set() }, upgrading),
    );
  });
}

/** Every key but `version: "1"` is a service, and none could be a section of today's files. */
function isFormatOne(tree: MapNode): boolean {
  const version = valueOf(tree, 'version');
  if (version !== undefined && !(version.kind === 'scalar' && /^1(?:\.|$)/.test(version.text))) return false;
  const services = tree.entries.filter((entry) => keyOf(entry) !== 'version');
  return services.length > 0 && services.every(looksLikeService);
}

const serviceMarks = ['image', 'build', 'extends', 'command', 'ports', 'volumes', 'environment', 'links', 'net'];

const looksLikeService = (entry: MapEntry): boolean =>
  !keyOf(entry).startsWith('x-') &&
  entry.value.kind === 'map' &&
  (rowOf(projectRows, keyOf(entry)) === undefined
    ? serviceMarks.some((key) => valueOf(entry.value, key) !== undefined)
    : textOf(valueOf(entry.value, 'image')) !== undefined);

function upgradeFormatOne(tree: MapNode, upgrading: Upgrading): MapNode {
  const services = tree.entries.filter((entry) => keyOf(entry) !== 'version');
  const [first] = services;
  if (first === undefined) return tree;
  upgrading.report('format-old', 'This file is of format 1: its services stand at the top.', first.key.span, {
    hint: 'It is read as if they stood under "services:", on the default network of the project.',
  });
  const names = new Set(services.map(keyOf));
  const upgraded = services.map((entry) => ({
    ...entry,
    value: upgradeOne(entry.value, keyOf(entry), { format: '1', names }, upgrading),
  }));
  const section = entryNode('services', mapNode(upgraded, tree.span), first.key.span);
  return withEntries(tree, [section]);
}

type Old = Pick<Former, 'format' | 'names'>;

function upgradeOne(service: Node, name: string, old: Old, upgrading: Upgrading): Node {
  if (service.kind !== 'map') return service;
  noteVolumes(service, old.format, upgrading);
  const { report, trail } = upgrading;
  return upgradeService(service, { ...old, report, trail, place: placeOf(['services', name]) });
}

/** In format 1 a named volume is made when it is met, called as it is written. */
function noteVolumes(service: MapNode, format: Former['format'], { volumes }: Upgrading): void {
  const driver = format === '3' ? undefined : valueOf(service, 'volume_driver');
  if (format !== '1' && driver === undefined) return;
  for (const item of itemsOf(valueOf(service, 'volumes'))) {
    const parsed = parseVolume(textOf(item) ?? '');
    if (parsed.kind !== 'volume' || parsed.volume.type !== 'volume' || parsed.volume.source === '') continue;
    const volume = { at: item, isDeclared: format !== '1', ...(driver === undefined ? {} : { driver }) };
    volumes.set(parsed.volume.source, volume);
  }
}
