/** `command`, `entrypoint`: null is the image's own, which the keys say by being absent; an empty list clears it. */
import { textOf } from '../../model/read.ts';
import { isList } from '../../model/value.ts';
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

/** Words as a shell splits them: quotes group, a backslash takes the next character as it is. */
export function splitWords(text: string): readonly string[] {
  const found: string[] = [];
  const word = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+|["'\\])/gs;
  for (const [, raw = ''] of text.matchAll(word))
    found.push(
      raw.replaceAll(
        /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
        (_all, double?: string, single?: string, plain?: string) =>
          double === undefined ? (single ?? plain ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1'),
      ),
    );
  return found;
}
