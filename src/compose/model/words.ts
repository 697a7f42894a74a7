/** `command`, `entrypoint`: null is the image's own, which the keys say by being absent; an empty list clears it. */
import { textOf } from '../../model/read.ts';
import { isList } from '../../model/value.ts';
import { splitWords } from '../../model/words.ts';
import type { ConfigName } from './config-name.ts';
import { entry } from './row.ts';
import type { Row } from './row.ts';

export const words = (name: ConfigName): Row => ({
  keys: [name],
  encode: (value) => entry(name, value ?? undefined),
  decode(config) {
    const value = config.get(name);
    if (isList(value)) return value.map((item) => textOf(item) ?? item);
    const text = textOf(value);
    return text === undefined ? (value ?? null) : splitWords(text);
  },
});
