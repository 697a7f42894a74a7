/** Making entities. */
import type { Entity } from '../../model/entity.ts';

const bare = {
  config: new Map(),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children: [],
} as const;

export const entityOf = (type: string, more: Partial<Omit<Entity, 'type'>> = {}): Entity => ({
  ...bare,
  type,
  ...more,
});
