/**
 * Attributes said by a table of rows. What the rows can't say is kept apart, under one key, in Compose's own words, so
 * that nothing is lost and nothing is said twice.
 */
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Names } from './names.ts';
import { apart } from './row.ts';
import type { Row } from './row.ts';
import { addValue, entriesOf, mapValue, subtractValue } from './values.ts';

export const remainderKey = 'clocker.compose';

export type Rows = Readonly<Record<string, Row>>;

/** Own rows only: an attribute named like a method of objects has none. */
const rowOf = (rows: Rows, attribute: string): Row =>
  (Object.hasOwn(rows, attribute) ? rows[attribute] : undefined) ?? apart;

export function encodeRows(rows: Rows, attributes: ValueMap, names: Names): Map<string, Value> {
  const config = new Map<string, Value>();
  const rest = new Map<string, Value>();
  for (const [attribute, value] of entriesOf(attributes)) {
    const row = rowOf(rows, attribute);
    const entries = row.encode(value, names);
    const missing = subtractValue(value, row.decode(entries, names));
    if (missing.kind === 'rest')
      for (const [key, said] of entries) config.set(key, addValue(said, config.get(key)) ?? said);
    const kept = missing.kind === 'conflict' ? value : missing.rest;
    if (kept !== undefined) rest.set(attribute, kept);
  }
  const remainder = addValue(config.get(remainderKey), rest.size === 0 ? undefined : rest);
  if (remainder !== undefined) config.set(remainderKey, remainder);
  return config;
}

export function decodeRows(rows: Rows, config: ValueMap, names: Names): Map<string, Value> {
  const attributes = new Map<string, Value>();
  const rest = new Map(entriesOf(mapValue(config.get(remainderKey))));
  for (const [attribute, row] of Object.entries(rows)) {
    const value = row.decode(config, names);
    const kept = rest.get(attribute);
    rest.delete(attribute);
    const whole = saysNothing(value) && kept !== undefined ? kept : addValue(value, kept);
    if (whole !== undefined) attributes.set(attribute, whole);
  }
  for (const [attribute, value] of rest) attributes.set(attribute, value);
  return attributes;
}

/** What a row gives where no key says anything: what was kept comes before it. */
const saysNothing = (value: Value | undefined): boolean => value === null || (isMap(value) && value.size === 0);
