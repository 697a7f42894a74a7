/** Resources that services name. */
import type { MapNode } from '../../document/node.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { resourceSections } from './names.ts';
import type { ResourceSection } from './names.ts';
import { entriesOf, mapValue } from './values.ts';

/** Keys of a map, or sources of a list of what is mounted. */
const named = (value: Value | undefined): readonly string[] =>
  isList(value)
    ? value.flatMap((item) => {
        const source = isMap(item) ? item.get('source') : undefined;
        return typeof source === 'string' ? [source] : [];
      })
    : entriesOf(value).map(([key]) => key);

/** Attribute of a service that names entries of a section: they are called alike. */
const namesIn = (section: ResourceSection, service: ValueMap): readonly string[] => named(service.get(section));

/** The part of `resources` (by section) that these services name. */
export function usedBy(services: ValueMap, resources: MapNode): MapNode {
  const used = new Map<string, Set<string>>();
  for (const [, service] of entriesOf(services))
    for (const section of resourceSections)
      for (const key of namesIn(section, mapValue(service)))
        used.set(section, (used.get(section) ?? new Set()).add(key));
  const textOf = ({ key }: MapNode['entries'][number]): string =>
    key.kind === 'scalar' ? String(key.value ?? '') : '';
  const entries = resources.entries.flatMap((entry) => {
    const wanted = used.get(textOf(entry));
    if (wanted === undefined || entry.value.kind !== 'map') return [];
    const inner = entry.value.entries.filter((one) => wanted.has(textOf(one)));
    return inner.length === 0 ? [] : [{ ...entry, value: { ...entry.value, entries: inner } }];
  });
  return { ...resources, entries };
}
