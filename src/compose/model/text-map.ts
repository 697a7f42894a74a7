/** Maps of texts: a blueprint may write numbers and booleans plainly, Compose prints them as texts. */
import { textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import { entry } from './row.ts';
import type { Row } from './row.ts';

export const textMap = (name: ConfigName): Row => ({
  keys: [name],
  encode: (value) => entry(name, value),
  decode(config) {
    const value = config.get(name);
    return isMap(value) ? textsOf(value) : value;
  },
});

const textsOf = (map: ReadonlyMap<Value | string, Value>): Value =>
  new Map([...map].flatMap(([key, item]) => (typeof key === 'string' ? [[key, textOf(item) ?? item] as const] : [])));
