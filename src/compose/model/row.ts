/**
 * How one attribute of a compose service is said in config keys, and back. `decode(encode(value))` may be less than the
 * value (what is missing is kept apart) but never something else: then the whole attribute is kept apart.
 */
import type { Value, ValueMap } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import type { Names } from './names.ts';

export type Entries = ReadonlyMap<string, Value>;

export type Row = {
  readonly encode: (value: Value, names: Names) => Entries;
  /** `undefined`: the config says nothing of this attribute. */
  readonly decode: (config: ValueMap, names: Names) => Value | undefined;
  /** Keys it reads and writes. */
  readonly keys: readonly ConfigName[];
};

export const nothing: Entries = new Map();

export const entry = (name: ConfigName, value: Value | undefined): Entries =>
  value === undefined ? nothing : new Map([[name, value]]);

/** The attribute's value is the key's value. */
export const same = (name: ConfigName): Row => ({
  keys: [name],
  encode: (value) => entry(name, value),
  decode: (config) => config.get(name),
});

/** Kept apart as it is. */
export const apart: Row = { keys: [], encode: () => nothing, decode: () => undefined };
