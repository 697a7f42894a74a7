/** How compose files speak of entities in `x-clocker`: in the words of blueprints. Here the two languages meet. */
import { readBlueprintEntity, renderEntity } from '../blueprint/index.ts';
import type { BlueprintWords } from '../compose/model/index.ts';
import type { Renderable, RenderableMap } from '../document/render.ts';
import type { Value } from '../model/value.ts';

const isList = (value: Renderable): value is readonly Renderable[] => Array.isArray(value);

const isMap = (value: RenderableMap): value is ReadonlyMap<Renderable, Renderable> => value instanceof Map;

/** What the blueprint writer makes of an entity, as a value; its keys are texts. */
function valueOf(rendered: Renderable): Value {
  if (typeof rendered !== 'object' || rendered === null) return rendered;
  if (isList(rendered)) return rendered.map(valueOf);
  const entries: readonly (readonly [Renderable, Renderable | undefined])[] = isMap(rendered)
    ? [...rendered]
    : Object.entries(rendered);
  return new Map(
    entries.flatMap(([key, value]): [string, Value][] =>
      typeof key === 'string' && value !== undefined ? [[key, valueOf(value)]] : [],
    ),
  );
}

export const blueprintWords: BlueprintWords = {
  render: (entity) => new Map([...renderEntity(entity)].map(([key, value]) => [key, valueOf(value)])),
  parse: readBlueprintEntity,
};
