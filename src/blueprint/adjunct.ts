/** Policies, enrichers and initializers. */
import { didYouMean } from '../diagnostic/suggest.ts';
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import { findAdjunctKey } from '../model/config-keys.ts';
import type { Adjunct } from '../model/entity.ts';
import { keysOfAdjunct } from '../model/entity-types.ts';
import type { Deferred, Value } from '../model/value.ts';
import { asList, asMap, asText, report, textOfKey } from './reading.ts';
import type { Reading } from './reading.ts';
import { readKey, readValue } from './value.ts';

type AdjunctKind = 'policy' | 'enricher' | 'initializer';

const listKey: Readonly<Record<AdjunctKind, string>> = {
  policy: 'brooklyn.policies',
  enricher: 'brooklyn.enrichers',
  initializer: 'brooklyn.initializers',
};

const typeKeys: Readonly<Record<AdjunctKind, readonly string[]>> = {
  policy: ['type', 'policy_type', 'policyType'],
  enricher: ['type', 'enricher_type', 'enricherType'],
  initializer: ['type', 'initializer_type', 'initializerType'],
};

export function readAdjuncts(r: Reading, node: Node, kind: AdjunctKind): readonly Adjunct[] {
  return asList(r, node, listKey[kind]).flatMap((item) => {
    const map = asMap(r, item, `An entry of ${listKey[kind]}`);
    return map === undefined ? [] : [readAdjunct(r, map, kind)];
  });
}

/** An initializer's fields stay beside its type, since it may be a bean; those of policies and enrichers are config. */
function readAdjunct(r: Reading, node: MapNode, kind: AdjunctKind): Adjunct {
  const type = readType(r, node, kind);
  const config = new Map<string | Deferred, Value>();
  const fields = new Map<string | Deferred, Value>();
  let named: { readonly id?: string; readonly name?: string } = {};
  for (const entry of node.entries) {
    const key = textOfKey(entry) ?? '';
    if (typeKeys[kind].includes(key)) continue;
    if (key === 'id' || key === 'name') {
      const value = asText(r, entry.value, key);
      if (value !== undefined) named = { ...named, [key]: value };
    } else if (key === 'brooklyn.config') {
      for (const one of asMap(r, entry.value, key)?.entries ?? []) readInto(r, config, type, one);
    } else readInto(r, kind === 'initializer' ? fields : config, type, entry);
  }
  return { type, ...named, config, ...(fields.size === 0 ? {} : { fields }) };
}

function readType(r: Reading, node: MapNode, kind: AdjunctKind): string {
  const found = node.entries.find((entry) => typeKeys[kind].includes(textOfKey(entry) ?? ''));
  const type = found === undefined ? undefined : asText(r, found.value, 'type');
  if (type === undefined)
    report(r, 'blueprint-type-missing', `This ${kind} has no type.`, { ...node.span, end: node.span.start });
  return type ?? '';
}

function readInto(r: Reading, config: Map<string | Deferred, Value>, type: string, { key, value }: MapEntry): void {
  const name = readKey(r, key, true);
  if (name === undefined) return;
  const found = typeof name === 'string' ? findAdjunctKey(type, name) : undefined;
  const full = found?.name ?? name;
  if (config.has(full)) report(r, 'blueprint-key-twice', 'This key is given already.', key.span);
  else config.set(full, readValue(r, value));
  if (found === undefined && typeof name === 'string') reportUnknown(r, type, name, key);
}

function reportUnknown(r: Reading, type: string, name: string, key: Node): void {
  const known = keysOfAdjunct(type);
  if (known === undefined) return;
  const short = Object.values(known).flatMap(({ flags }) => flags ?? []);
  report(r, 'blueprint-key-unknown', `${type} knows no "${name}".`, key.span, nearest(name, Object.keys(known), short));
}

/** Names are long and share their ends, so one that ends alike is nearer than one of similar letters. */
function nearest(name: string, names: readonly string[], short: readonly string[]): string | undefined {
  const near = didYouMean(name, [...names, ...short]);
  if (near !== undefined) return near;
  const last =
    name
      .split(/(?=[A-Z])|\./)
      .at(-1)
      ?.toLowerCase() ?? '';
  const alike = names.filter((one) => one.toLowerCase().endsWith(last));
  return last.length > 3 && alike.length > 0 ? `It knows ${alike.map((one) => `"${one}"`).join(', ')}.` : undefined;
}
