/** Readers of config values in the shapes people write; `undefined` where the value is absent or of another shape. */
import type { Value, ValueMap } from './value.ts';
import { isList, isMap } from './value.ts';

type Config = ValueMap | undefined;

export function readString(config: Config, key: string): string | undefined {
  const value = config?.get(key);
  return typeof value === 'string' ? value : undefined;
}

/** A text, or a number or boolean in its plain form: `env: {PORT: 8080}`. */
export function readText(config: Config, key: string): string | undefined {
  return textOf(config?.get(key));
}

export const textOf = (value: Value | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : undefined;

/** A boolean, or the words `true` and `false`. */
export function readBoolean(config: Config, key: string): boolean | undefined {
  const value = config?.get(key);
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'boolean' ? value : undefined;
}

/** A number, or a text that is one. */
export function readNumber(config: Config, key: string): number | undefined {
  const value = config?.get(key);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?$/.test(value)) return undefined;
  return Number(value);
}

export function readMap(config: Config, key: string): ValueMap | undefined {
  const value = config?.get(key);
  return isMap(value) ? value : undefined;
}

/** A list; one value stands for a list of it. */
export function readList(config: Config, key: string): readonly Value[] | undefined {
  const value = config?.get(key);
  if (value === undefined || value === null) return undefined;
  return isList(value) ? value : [value];
}

/** As `readList`, of texts; items of other shapes are left out. */
export const readTexts = (config: Config, key: string): readonly string[] | undefined =>
  readList(config, key)?.flatMap((item) => textOf(item) ?? []);

/** Entries of a map whose keys are texts, in order. */
export const textEntries = (map: ValueMap | undefined): readonly (readonly [string, Value])[] =>
  [...(map ?? [])].flatMap(([key, value]) => (typeof key === 'string' ? [[key, value] as const] : []));
