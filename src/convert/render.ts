/** A document as YAML or JSON text. */
import { renderYaml } from '../document/render.ts';
import type { Renderable, RenderableMap } from '../document/render.ts';
import type { Value } from '../model/value.ts';
import { isDeferred, isList, isMap } from '../model/value.ts';

export const renderDocument = (value: Value, format: 'yaml' | 'json'): string =>
  format === 'json' ? `${renderJson(value, '\n')}\n` : renderYaml(value);

/** Keys in their order and whatever their name; integers of any size as digits. */
function renderJson(value: Value, newLine: string): string {
  const inner = `${newLine}  `;
  if (isList(value))
    return value.length === 0
      ? '[]'
      : `[${inner}${value.map((item) => renderJson(item, inner)).join(`,${inner}`)}${newLine}]`;
  if (isMap(value)) {
    const entries = [...value].flatMap(([key, item]) =>
      typeof key === 'string' ? [`${JSON.stringify(key)}: ${renderJson(item, inner)}`] : [],
    );
    return entries.length === 0 ? '{}' : `{${inner}${entries.join(`,${inner}`)}${newLine}}`;
  }
  if (typeof value === 'bigint') return String(value);
  return isDeferred(value) ? 'null' : JSON.stringify(value);
}

const isRenderableList = (value: Renderable): value is readonly Renderable[] => Array.isArray(value);

const isRenderableMap = (value: RenderableMap): value is ReadonlyMap<Renderable, Renderable> => value instanceof Map;

/** What a writer makes, as a value; its keys are texts. */
export function valueOfRenderable(rendered: Renderable): Value {
  if (typeof rendered !== 'object' || rendered === null) return rendered;
  if (isRenderableList(rendered)) return rendered.map(valueOfRenderable);
  const entries: readonly (readonly [Renderable, Renderable | undefined])[] = isRenderableMap(rendered)
    ? [...rendered]
    : Object.entries(rendered);
  return new Map(
    entries.flatMap(([key, value]): [string, Value][] =>
      typeof key === 'string' && value !== undefined ? [[key, valueOfRenderable(value)]] : [],
    ),
  );
}
