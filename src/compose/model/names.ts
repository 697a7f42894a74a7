/**
 * What things are called on either side. A compose file has a name space per section, a blueprint one for all ids; and
 * `network.list` names networks by their id on the engines, as the original Clocker did.
 */
import type { Value } from '../../model/value.ts';
import { entriesOf, mapValue } from './values.ts';

/** The sections of a compose file whose entries become entities beside the services. */
export const resourceSections = ['networks', 'volumes', 'secrets', 'configs', 'models'] as const;
export type ResourceSection = (typeof resourceSections)[number];
export type Section = ResourceSection | 'services';

export const singular = {
  networks: 'network',
  volumes: 'volume',
  secrets: 'secret',
  configs: 'config',
  models: 'model',
} as const satisfies Record<ResourceSection, string>;

export type Names = {
  /** Plan id of an entry of a section, and back; unknown names stand for themselves. */
  readonly id: (section: Section, key: string) => string;
  readonly key: (section: Section, id: string) => string;
  /** Id of a network on the engines, and back. */
  readonly networkId: (key: string) => string;
  readonly networkKey: (id: string) => string;
  /** Whether a service has a health check of its own. */
  readonly isChecked: (service: string) => boolean;
};

export type Named = {
  readonly section: Section;
  readonly key: string;
  readonly id: string;
  readonly networkId?: string;
};

const slot = (section: Section, name: string): string => `${section}/${name}`;

export function namesOf(named: readonly Named[], checked: ReadonlySet<string> = new Set()): Names {
  const ids = new Map(named.map((one) => [slot(one.section, one.key), one.id]));
  const keys = new Map(named.map((one) => [slot(one.section, one.id), one.key]));
  const networkIds = new Map<string, string>();
  const networkKeys = new Map<string, string>();
  for (const { section, key, id, networkId = id } of named) {
    if (section !== 'networks') continue;
    // Two networks of one name on the engine are told apart by their plan ids.
    const ambiguous = networkKeys.has(networkId);
    networkIds.set(key, ambiguous ? id : networkId);
    networkKeys.set(ambiguous ? id : networkId, key);
    if (!networkKeys.has(id)) networkKeys.set(id, key);
  }
  return {
    id: (section, key) => ids.get(slot(section, key)) ?? key,
    key: (section, id) => keys.get(slot(section, id)) ?? id,
    networkId: (key) => networkIds.get(key) ?? key,
    networkKey: (id) => networkKeys.get(id) ?? id,
    isChecked: (service) => checked.has(service),
  };
}

/** Names of everything in a compose tree: services keep theirs, others too unless taken. */
export function namesOfTree(tree: Value): readonly Named[] {
  const sections = mapValue(tree);
  const services = entriesOf(sections.get('services')).map(([key]) => key);
  const taken = new Set(services);
  const free = (key: string, section: ResourceSection): string => {
    let id = key;
    while (taken.has(id)) id = `${id}-${singular[section]}`;
    taken.add(id);
    return id;
  };
  return [
    ...services.map((key): Named => ({ section: 'services', key, id: key })),
    ...resourceSections.flatMap((section) =>
      entriesOf(sections.get(section)).map(([key, entry]): Named => {
        const name = mapValue(entry).get('name');
        const networkId = section === 'networks' && typeof name === 'string' ? { networkId: name } : {};
        return { section, key, id: free(key, section), ...networkId };
      }),
    ),
  ];
}
