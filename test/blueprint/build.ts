/** Small models for tests. */
import type { Application, Entity } from '../../src/model/entity.ts';
import { typeName } from '../../src/model/entity-types.ts';
import type { Value } from '../../src/model/value.ts';

export const entityWith = (
  type: string,
  config: Readonly<Record<string, Value>> = {},
  more: Partial<Entity> = {},
): Entity => ({
  type,
  config: new Map(Object.entries(config)),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children: [],
  ...more,
});

/** One service with this config. */
export const applicationWith = (config: Readonly<Record<string, Value>>): Application => ({
  ...entityWith(typeName.application, {}, { children: [entityWith('com.acme.Thing', config)] }),
  metadata: new Map(),
});
