/** Blueprint words for tests that need none: an entity's fields under their own names. */
import type { BlueprintWords } from '../../../src/compose/model/index.ts';
import type { Entity } from '../../../src/model/entity.ts';
import type { Value } from '../../../src/model/value.ts';

export const plainWords: BlueprintWords = {
  render: (entity: Entity) => {
    const item = new Map<string, Value>([['type', entity.type]]);
    for (const key of ['id', 'name'] as const) if (entity[key] !== undefined) item.set(key, entity[key]);
    if (entity.config.size > 0) item.set('brooklyn.config', entity.config);
    return item;
  },
  parse: () => {
    throw new Error('these tests read no extension');
  },
};
