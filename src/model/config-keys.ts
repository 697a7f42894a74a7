/** Looking up config keys: full names from short flags, and readers of values in the shapes blueprints use. */
import type { ConfigKey, ConfigKeys } from './config/key.ts';
import { keysOfAdjunct, keysOfType } from './entity-types.ts';

export type { ConfigKey, ConfigKeys, KeyKind } from './config/key.ts';

export type FoundKey = { readonly name: string; readonly key: ConfigKey };

type FlagIndex = ReadonlyMap<string, FoundKey>;

const indexes = new WeakMap<ConfigKeys, FlagIndex>();

/** Names and flags of a table; a full name wins over a flag of the same text. */
function indexOf(table: ConfigKeys): FlagIndex {
  const known = indexes.get(table);
  if (known !== undefined) return known;
  const index = new Map<string, FoundKey>();
  for (const [name, key] of Object.entries(table)) {
    for (const flag of key.flags ?? []) if (!index.has(flag)) index.set(flag, { name, key });
  }
  for (const [name, key] of Object.entries(table)) index.set(name, { name, key });
  indexes.set(table, index);
  return index;
}

/** The key an entity of this type means by a name: its full name, or one of its flags. Later tables are more specific. */
export function findKey(entityType: string, nameOrFlag: string): FoundKey | undefined {
  for (const table of keysOfType(entityType).toReversed()) {
    const found = indexOf(table).get(nameOrFlag);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same for a policy or an enricher. */
export function findAdjunctKey(adjunctType: string, nameOrFlag: string): FoundKey | undefined {
  const table = keysOfAdjunct(adjunctType);
  return table === undefined ? undefined : indexOf(table).get(nameOrFlag);
}

/** Every name and flag an entity of this type knows, for did-you-mean and for the schema. */
export const keyNames = (entityType: string): readonly string[] =>
  keysOfType(entityType).flatMap((table) => [...indexOf(table).keys()]);
