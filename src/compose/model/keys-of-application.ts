/** Which entity of an application is which entry of a compose file, and what it is called there. */
import type { Application, Entity } from '../../model/entity.ts';
import { kindOfType } from '../../model/entity-types.ts';
import { imageOfType } from '../../model/image-reference.ts';
import { readText } from '../../model/read.ts';
import { singular } from './names.ts';
import type { Named, ResourceSection, Section } from './names.ts';
import { partsOfEntity } from './service.ts';
import type { ServiceParts } from './service.ts';

export type KeyedEntity = { readonly entity: Entity; readonly named: Named };
export type KeyedService = { readonly parts: ServiceParts; readonly named: Named };

export type KeyedApplication = {
  readonly services: readonly KeyedService[];
  readonly resources: readonly KeyedEntity[];
  /** What Compose has no section for. */
  readonly others: readonly Entity[];
};

const sectionOfKind: ReadonlyMap<string, ResourceSection> = new Map([
  ['network', 'networks'],
  ['volume', 'volumes'],
  ['secret', 'secrets'],
  ['config', 'configs'],
  ['model', 'models'],
]);

export function keysOfApplication(application: Application): KeyedApplication {
  const services: KeyedService[] = [];
  const resources: KeyedEntity[] = [];
  const others: Entity[] = [];
  const taken = new Map<Section, Set<string>>();
  const keyFor = (section: Section, wishes: readonly (string | undefined)[]): string => {
    const used = taken.get(section) ?? new Set();
    taken.set(section, used);
    const key = freeKey(wishes, used);
    used.add(key);
    return key;
  };
  for (const entity of application.children) {
    const section = sectionOfKind.get(kindOfType(entity.type));
    const parts = section === undefined ? partsOfEntity(entity) : undefined;
    if (section !== undefined) resources.push({ entity, named: nameResource(entity, section, keyFor) });
    else if (parts === undefined) others.push(entity);
    else {
      const key = keyFor('services', [entity.id, entity.name, baseName(parts.container)]);
      services.push({ parts, named: { section: 'services', key, id: entity.id ?? key } });
    }
  }
  return { services, resources, others };
}

type KeyFor = (section: Section, wishes: readonly (string | undefined)[]) => string;

function nameResource(entity: Entity, section: ResourceSection, keyFor: KeyFor): Named {
  const real = readText(entity.config, `${singular[section]}.id`);
  const { id, name } = entity;
  // The id was the key, unless something else had it first (see namesOfTree).
  const renamed = id !== undefined && name !== undefined && id.startsWith(`${name}-${singular[section]}`);
  const key = keyFor(section, renamed ? [name, id] : [id, real, name, singular[section]]);
  const networkId = section === 'networks' && real !== undefined ? { networkId: real } : {};
  return { section, key, id: id ?? real ?? key, ...networkId };
}

/** `nginx` of `docker:registry:5000/library/nginx:1`. */
function baseName(container: Entity): string {
  return imageOfType(container.type)?.name.split('/').at(-1) ?? 'service';
}

const isKey = (text: string): boolean => /^[a-zA-Z0-9._-]+$/.test(text);

/** The first wish that is a good key and free; the last resort is the first made good, with a number. */
function freeKey(wishes: readonly (string | undefined)[], used: ReadonlySet<string>): string {
  const said = wishes.flatMap((wish) => (wish === undefined || wish === '' ? [] : [wish]));
  const good = said.find((wish) => isKey(wish) && !used.has(wish));
  if (good !== undefined) return good;
  const base = (said[0] ?? 'service').replaceAll(/[^a-zA-Z0-9._-]+/g, '-') || 'service';
  for (let number = used.has(base) ? 2 : 1; ; number++) {
    const key = number === 1 ? base : `${base}-${number}`;
    if (!used.has(key)) return key;
  }
}
