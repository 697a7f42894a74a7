/** Grammar of typed values: properties, attributes, parameters, schemas, and the types they have. */
import type { Construct, KeyRule } from './form.ts';
import {
  anything,
  boolean,
  construct,
  key,
  listOf,
  mapOf,
  nullableValue,
  positive,
  required,
  status,
  string,
  textOr,
  value,
  version,
} from './form.ts';

/** A list of clauses; 1.3's text shows a single clause as well. */
const constraints = key(listOf(value), { until: '1.3', now: 'validation' });
const validation = key(value, { since: '2.0', now: 'constraints' });
const keySchema = key(textOr('schema'), { since: '1.3' });
const entrySchema = key(textOr('schema'));

/** Keynames every type has (1.x §3.7.1, 2.0 §6.4.1). */
export const typeKeys = {
  derived_from: key(string),
  version: key(version),
  metadata: [key(mapOf(string), { until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
  description: key(string),
} as const satisfies Readonly<Record<string, KeyRule | readonly KeyRule[]>>;

export const dataType = {
  title: 'data type',
  spec: { '1.0': '3.6.5', '1.1': '3.6.6', '1.2': '3.7.6', '1.3': '3.7.6', '2.0': '9.2' },
  keys: {
    ...typeKeys,
    constraints,
    validation,
    properties: key(mapOf(construct('property'))),
    key_schema: keySchema,
    entry_schema: key(textOr('schema'), { since: '1.3' }),
    data_type: key(string, { since: '2.0' }),
    units: key(mapOf(positive, 1), { since: '2.0' }),
    canonical_unit: key(string, { since: '2.0' }),
    prefixes: key({ kind: 'map', of: positive, least: 1, anyKey: true }, { since: '2.0' }),
  },
} as const satisfies Construct;

/** `type` is asked for by the type checker: a refinement inherits it. */
export const property = {
  title: 'property definition',
  spec: { '1.0': '3.5.8', '1.1': '3.5.8', '1.2': '3.6.9', '1.3': '3.6.10', '2.0': '9.4' },
  keys: {
    type: key(string),
    description: key(string),
    metadata: [key(mapOf(string), { since: '1.3', until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    required: key(boolean),
    default: key(nullableValue),
    value: key(nullableValue, { since: '1.3' }),
    status: key(status, { until: '1.3' }),
    constraints,
    validation,
    key_schema: keySchema,
    entry_schema: entrySchema,
    'external-schema': key(string, { since: '1.3', until: '1.3' }),
  },
} as const satisfies Construct;

export const attribute = {
  title: 'attribute definition',
  spec: { '1.0': '3.5.10', '1.1': '3.5.10', '1.2': '3.6.11', '1.3': '3.6.12', '2.0': '9.6' },
  keys: {
    type: key(string),
    description: key(string),
    metadata: [key(mapOf(string), { since: '1.3', until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    default: key(nullableValue),
    status: key(status, { until: '1.3' }),
    constraints: key(listOf(value), { since: '1.3', until: '1.3', now: 'validation' }),
    validation,
    key_schema: keySchema,
    entry_schema: entrySchema,
  },
} as const satisfies Construct;

export const parameter = {
  title: 'parameter definition',
  spec: { '1.0': '3.5.12', '1.1': '3.5.12', '1.2': '3.6.13', '1.3': '3.6.14', '2.0': '9.8' },
  keys: {
    ...property.keys,
    metadata: [key(mapOf(string), { since: '1.3', until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    value: key(nullableValue),
    mapping: key(listOf(value), { since: '2.0' }),
  },
} as const satisfies Construct;

export const schema = {
  title: 'schema definition',
  spec: { '1.0': '3.5.8', '1.1': '3.5.8', '1.2': '3.6.9', '1.3': '3.6.9', '2.0': '9.3' },
  keys: {
    type: required(string),
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    constraints,
    validation,
    key_schema: keySchema,
    entry_schema: entrySchema,
  },
} as const satisfies Construct;
