/** A document as YAML or JSON text. */
import { renderYaml } from '../document/render.ts';
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
