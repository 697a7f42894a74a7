/** A decoded tree as it is written: `$` doubled, and what is found only when it runs in words Compose has. */
import type { ReportLine } from '../../diagnostic/report.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import { settleDeferred } from './settle.ts';
import type { Setting } from './settle.ts';
import { escapeValue } from './values.ts';

export type TreeSetting = Setting & { readonly path: string; readonly report: ReportLine[] };

export function settleTree(value: Value, setting: TreeSetting): Value {
  if (isDeferred(value)) return settleOne(value, setting);
  if (isList(value))
    return value.map((item, index) => {
      const settled = settleTree(item, { ...setting, path: `${setting.path}[${index}]` });
      // A list has no place for what can't be said.
      return settled === null && isDeferred(item) ? '' : settled;
    });
  if (!isMap(value)) return escapeValue(value);
  const settled = new Map<string, Value>();
  for (const [key, item] of value) {
    if (typeof key !== 'string') continue;
    settled.set(key.replaceAll('$', '$$$$'), settleTree(item, { ...setting, path: `${setting.path}.${key}` }));
  }
  return settled;
}

function settleOne(value: Value, setting: TreeSetting): Value {
  const settled = settleDeferred(value, setting);
  setting.report.push(
    settled === undefined
      ? {
          path: setting.path,
          fate: 'lost',
          reason: 'Its value is found only when it runs; Compose has no word for that. It is kept in x-clocker.',
          hint: 'Give it a value here, or deploy the blueprint with Clocker.',
        }
      : { path: setting.path, fate: 'adapted', reason: `Said as "${settled.text}"; the original is in x-clocker.` },
  );
  return settled === undefined ? null : settled.text;
}
