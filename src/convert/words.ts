/** How compose files speak of entities in `x-clocker`: in the words of blueprints. Here the two languages meet. */
import { readBlueprintEntity, renderEntity } from '../blueprint/index.ts';
import type { BlueprintWords } from '../compose/model/index.ts';
import { valueOfRenderable } from './render.ts';

export const blueprintWords: BlueprintWords = {
  render: (entity) => new Map([...renderEntity(entity)].map(([key, value]) => [key, valueOfRenderable(value)])),
  parse: readBlueprintEntity,
};
