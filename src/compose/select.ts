/** Which services are active, and which resources those use. */
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { changeValues, entriesOf, itemsOf, keyOf, mapNode, textOf, withValue } from './nodes.ts';
import type { ResourceSection } from './rows/project.ts';
import { resourceSections } from './rows/project.ts';

export type Split = { readonly active: MapNode; readonly inactive: MapNode };

/** A service without profiles is always active; the profile `*` activates all. */
export function splitProfiles(tree: MapNode, profiles: readonly string[]): Split {
  const services = valueOf(tree, 'services');
  const isActive = ({ value }: MapEntry): boolean => {
    const own = itemsOf(valueOf(value, 'profiles')).map(textOf);
    return own.length === 0 || profiles.some((profile) => profile === '*' || own.includes(profile));
  };
  const inactive = entriesOf(services).filter((entry) => !isActive(entry));
  if (services === undefined || inactive.length === 0) return { active: tree, inactive: mapNode([], tree.span) };
  const active = entriesOf(services).filter(isActive);
  return {
    active: withValue(tree, 'services', mapNode(active, services.span)),
    inactive: mapNode(inactive, services.span),
  };
}

const sourcesOf = (node: Node | undefined): readonly string[] =>
  itemsOf(node).flatMap((item) => textOf(valueOf(item, 'source')) ?? []);

const keysOf = (node: Node | undefined): readonly string[] => entriesOf(node).map(keyOf);

const usedBy: Readonly<Record<ResourceSection, (service: Node) => readonly string[]>> = {
  networks: (service) => keysOf(valueOf(service, 'networks')),
  volumes: (service) =>
    itemsOf(valueOf(service, 'volumes')).flatMap((item) =>
      textOf(valueOf(item, 'type')) === 'volume' ? (textOf(valueOf(item, 'source')) ?? []) : [],
    ),
  secrets: (service) => [
    ...sourcesOf(valueOf(service, 'secrets')),
    ...sourcesOf(valueOf(valueOf(service, 'build'), 'secrets')),
  ],
  configs: (service) => sourcesOf(valueOf(service, 'configs')),
  models: (service) => keysOf(valueOf(service, 'models')),
};

const isResource = (key: string): key is ResourceSection => resourceSections.some((section) => section === key);

export type Used = { readonly used: MapNode; readonly unused: MapNode };

/** Resources no active service uses are not made. */
export function splitUnused(tree: MapNode): Used {
  const services = entriesOf(valueOf(tree, 'services'));
  const unused: MapEntry[] = [];
  const used = changeValues(tree, (section, key) => {
    if (!isResource(key) || section.kind !== 'map') return section;
    const names = new Set(services.flatMap(({ value }) => usedBy[key](value)));
    const kept = section.entries.filter((entry) => names.has(keyOf(entry)));
    const left = section.entries.filter((entry) => !names.has(keyOf(entry)));
    if (left.length > 0) unused.push(sectionEntry(tree, key, mapNode(left, section.span)));
    if (kept.length === 0) return undefined;
    return left.length === 0 ? section : mapNode(kept, section.span);
  });
  return { used, unused: mapNode(unused, tree.span) };
}

const sectionEntry = (tree: MapNode, key: string, value: MapNode): MapEntry => {
  const entry = tree.entries.find((one) => keyOf(one) === key);
  return { key: entry?.key ?? tree, value };
};
