/** Config values as the engine's API wants them. Each reader complains about a value it has no use for. */
import { splitWords } from '../../model/words.ts';
import { textEntries, textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import { parseBytes, parseDuration } from '../quantities.ts';

const shown = (value: Value): string => {
  const text = textOf(value);
  if (text !== undefined) return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  if (value === null) return 'null';
  if (isDeferred(value)) return 'an expression';
  return isMap(value) ? 'a map' : 'a list';
};

const refuse = (value: Value, wanted: string, complain: Complain): undefined => {
  complain('deploy-value', `${shown(value)} is not ${wanted}.`);
};

export function asText(value: Value, complain: Complain): string | undefined {
  return textOf(value) ?? refuse(value, 'a text', complain);
}

export function asBoolean(value: Value, complain: Complain): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuse(value, 'true or false', complain);
}

export function asNumber(value: Value, complain: Complain): number | undefined {
  const text = textOf(value);
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : refuse(value, 'a number', complain);
}

export function asInteger(value: Value, complain: Complain): number | undefined {
  const text = textOf(value);
  const number = text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : refuse(value, 'a whole number', complain);
}

/** 0.5 CPUs are 500,000,000 of them. */
export function asNanoCpus(value: Value, complain: Complain): number | undefined {
  const cpus = asNumber(value, complain);
  if (cpus === undefined) return undefined;
  return cpus >= 0 ? Math.round(cpus * 1e9) : refuse(value, 'a number of CPUs', complain);
}

export function asBytes(value: Value, complain: Complain): number | undefined {
  const text = textOf(value);
  return (text === undefined ? undefined : parseBytes(text)) ?? refuse(value, 'a size such as 512m', complain);
}

export function asMilliseconds(value: Value, complain: Complain): number | undefined {
  const text = textOf(value);
  return (text === undefined ? undefined : parseDuration(text)) ?? refuse(value, 'a duration such as 30s', complain);
}

/** Microseconds, as a number or a duration: how Compose writes CFS periods and quotas. */
export function asMicroseconds(value: Value, complain: Complain): number | undefined {
  const text = textOf(value);
  if (text !== undefined && /^-?\d+$/.test(text)) return Number(text);
  const milliseconds = asMilliseconds(value, complain);
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1000);
}

export const asNanoseconds = (value: Value, complain: Complain): number | undefined => {
  const milliseconds = asMilliseconds(value, complain);
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6);
};

/** One text is a list of one. */
export function asTexts(value: Value, complain: Complain): readonly string[] | undefined {
  const items = isList(value) ? value : [value];
  const texts = items.map(textOf);
  const bad = texts.indexOf(undefined);
  if (bad >= 0) return refuse(items[bad] ?? null, 'a text', complain);
  return texts.flatMap((text) => text ?? []);
}

/** `NAME=value` texts are taken too. An entry without a value is `null`. */
export function asTextMap(value: Value, complain: Complain): ReadonlyMap<string, string | null> | undefined {
  if (isList(value)) return pairsOf(value, complain);
  if (!isMap(value)) return refuse(value, 'a map', complain);
  const map = new Map<string, string | null>();
  for (const [key, item] of textEntries(value)) {
    const text = item === null ? null : textOf(item);
    if (text === undefined) return refuse(item, `a text, at "${key}"`, complain);
    map.set(key, text);
  }
  return map;
}

function pairsOf(items: readonly Value[], complain: Complain): ReadonlyMap<string, string | null> | undefined {
  const map = new Map<string, string | null>();
  for (const item of items) {
    const text = textOf(item);
    if (text === undefined) return refuse(item, 'NAME=value', complain);
    const equals = text.indexOf('=');
    map.set(equals < 0 ? text : text.slice(0, equals), equals < 0 ? null : text.slice(equals + 1));
  }
  return map;
}

/** As an object of the API; entries without a value are empty texts. */
export const asTextObject = (value: Value, complain: Complain): Readonly<Record<string, string>> | undefined => {
  const map = asTextMap(value, complain);
  return map === undefined ? undefined : Object.fromEntries([...map].map(([key, text]) => [key, text ?? '']));
};

/** A list of arguments, or a text that is split as a shell would. */
export function asWords(value: Value, complain: Complain): readonly string[] | undefined {
  if (value === null) return [];
  if (isList(value)) return asTexts(value, complain);
  const text = asText(value, complain);
  return text === undefined ? undefined : splitWords(text);
}
