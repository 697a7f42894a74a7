/** What whoever deploys hands over: TOSCA has no function for it, so it is a text that says it in the words of blueprints. */
import type { DslChain } from '../../model/value.ts';

export const externalText = (supplier: string, key: string): string =>
  `$brooklyn:external(${JSON.stringify(supplier)}, ${JSON.stringify(key)})`;

const form = /^\$brooklyn:external\(("(?:[^"\\]|\\.)*"), ?("(?:[^"\\]|\\.)*")\)$/;

/** `undefined`: the text is a text. */
export function readExternal(text: string): DslChain | undefined {
  const match = form.exec(text);
  const given = match?.slice(1, 3).flatMap(readText) ?? [];
  return given.length === 2
    ? { kind: 'dsl', steps: [{ kind: 'call', name: 'external', arguments: given }] }
    : undefined;
}

function readText(quoted: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? [value] : [];
  } catch {
    return [];
  }
}
