/** The JSON Schemas of schemas/, from the tables of the model: so that an editor knows every key the code knows. */
import { keysOfAdjunct, keysOfType, enricherType, policyType, typeName } from '../../src/model/entity-types.ts';
import type { ConfigKey, ConfigKeys, KeyKind } from '../../src/model/config-keys.ts';

type Schema = { readonly [key: string]: Schema | readonly (Schema | string)[] | string | number | boolean };

/** A value may always be said by the DSL: a text `$brooklyn:…`, or a map with such a key. */
const typesOf: Readonly<Record<KeyKind, readonly string[] | undefined>> = {
  string: ['string', 'number', 'boolean', 'object', 'null'],
  boolean: ['boolean', 'string', 'object'],
  integer: ['integer', 'string', 'object'],
  number: ['number', 'string', 'object'],
  duration: ['string', 'number', 'object'],
  bytes: ['string', 'integer', 'object'],
  list: ['array', 'string', 'number', 'object'],
  map: ['object', 'string'],
  words: ['array', 'string', 'object'],
  ports: ['array', 'string', 'integer', 'object'],
  spec: ['object', 'string'],
  latch: ['boolean', 'string', 'object'],
  sensor: ['string', 'object'],
  any: undefined,
};

function keySchema({ kind, meaning }: ConfigKey): Schema {
  const type = typesOf[kind];
  if (kind === 'spec') return { description: meaning, $ref: '#/$defs/spec' };
  return { ...(type === undefined ? {} : { type }), description: meaning };
}

const merged = (tables: readonly ConfigKeys[]): readonly (readonly [string, ConfigKey])[] =>
  tables.flatMap((table) => Object.entries(table));

/** Short flags stand beside `type`; full names in `brooklyn.config`, or beside `type` too. */
function propertiesOf(tables: readonly ConfigKeys[]): Schema {
  const keys = merged(tables);
  const full = Object.fromEntries(keys.map(([name, key]) => [name, keySchema(key)]));
  const flags = keys.flatMap(([name, key]) =>
    (key.flags ?? []).map((flag): [string, Schema] => [
      flag,
      { ...keySchema(key), description: `${name}: ${key.meaning}` },
    ]),
  );
  return {
    properties: {
      ...Object.fromEntries(flags),
      'brooklyn.config': { type: 'object', properties: full },
    },
  };
}

const when = (type: Schema, name: string): Schema => ({
  if: { properties: { type }, required: ['type'] },
  then: { $ref: `#/$defs/${name}` },
});

const kinds = Object.entries(typeName);
const policies = Object.entries(policyType);
const enrichers = Object.entries(enricherType);

const keyDefinitions: Schema = Object.fromEntries([
  ...kinds.map(([name, type]) => [`${name}Keys`, propertiesOf(keysOfType(type))] as const),
  ...[...policies, ...enrichers].map(
    ([name, type]) => [`${name}Keys`, propertiesOf([keysOfAdjunct(type) ?? {}])] as const,
  ),
]);

const entityKinds: readonly Schema[] = [
  when({ pattern: '^docker:' }, 'containerKeys'),
  ...kinds.map(([name, type]) => when({ const: type }, `${name}Keys`)),
];

const adjunctKinds = (types: readonly (readonly [string, string])[]): readonly Schema[] =>
  types.map(([name, type]) => when({ const: type }, `${name}Keys`));

const text = (description: string): Schema => ({ type: 'string', description });
const listOf = (definition: string, description: string): Schema => ({
  type: 'array',
  items: { $ref: `#/$defs/${definition}` },
  description,
});

const commonProperties = {
  name: text('Name shown to people.'),
  description: text('What it is for.'),
  id: text('What $brooklyn:entity("…") looks up.'),
  iconUrl: text('Where its icon is.'),
  location: { $ref: '#/$defs/location' },
  locations: { type: 'array', items: { $ref: '#/$defs/location' }, description: 'Where it runs.' },
  'brooklyn.config': { type: 'object', description: 'Config by full key name.' },
  'brooklyn.parameters': {
    type: 'array',
    description: 'Config keys it declares.',
    items: { type: ['object', 'string'] },
  },
  'brooklyn.policies': listOf('policy', 'What watches it and acts.'),
  'brooklyn.enrichers': listOf('enricher', 'What makes sensors of sensors.'),
  'brooklyn.initializers': listOf('initializer', 'What adds sensors and effectors.'),
  'brooklyn.tags': { type: 'array', description: 'Anything to find it by.' },
  'brooklyn.children': listOf('entity', 'Entities inside it.'),
} as const satisfies Schema;

const typed = (description: string, kinds: readonly Schema[]): Schema => ({
  type: 'object',
  description,
  required: ['type'],
  properties: { type: { type: 'string' }, 'brooklyn.config': { type: 'object' } },
  ...(kinds.length === 0 ? {} : { allOf: kinds }),
});

const definitions: Schema = {
  ...keyDefinitions,
  entity: {
    type: 'object',
    properties: {
      type: text('docker:image:tag, or the name of an entity type.'),
      serviceType: text('The same as type.'),
      service_type: text('The same as type.'),
      ...commonProperties,
    },
    anyOf: [{ required: ['type'] }, { required: ['serviceType'] }, { required: ['service_type'] }],
    allOf: entityKinds,
  },
  spec: {
    description: 'What members are made from: $brooklyn:entitySpec, or an entity.',
    type: ['object', 'string'],
    properties: { '$brooklyn:entitySpec': { $ref: '#/$defs/entity' } },
  },
  policy: typed('A policy.', adjunctKinds(policies)),
  enricher: typed('An enricher.', adjunctKinds(enrichers)),
  initializer: typed('An initializer.', []),
  location: {
    description: 'localhost, byon:(hosts="…"), or a map of one name to its settings.',
    anyOf: [{ type: 'string' }, { type: 'object', maxProperties: 1 }],
  },
};

const head = (title: string): Schema => ({ $schema: 'https://json-schema.org/draft/2020-12/schema', title });

export const blueprintSchema: Schema = {
  ...head('Clocker blueprint (Apache Brooklyn CAMP)'),
  type: 'object',
  required: ['services'],
  properties: {
    ...commonProperties,
    services: listOf('entity', 'The entities of the application. Always a list: a map is a compose file.'),
    version: { description: 'Version of the application.' },
    origin: text('Where the document comes from.'),
    'brooklyn.catalog': { type: 'object', description: 'Catalog items; not deployed.' },
  },
  $defs: definitions,
};

/** The same definitions, in the file beside it. */
const beside = (schema: unknown): Schema => {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"blueprint.schema.json#/$defs/');
  return JSON.parse(text) as Schema;
};

const extension = (more: Schema): Schema => ({
  type: 'object',
  description: 'What Compose has no word for, in blueprint keys; a list replaces the one that would follow otherwise.',
  properties: { type: text('Entity type, where it is another.'), ...beside(commonProperties), ...more },
});

const sectionOf = (definition: string): Schema => ({
  type: 'object',
  additionalProperties: {
    type: ['object', 'null'],
    properties: { 'x-clocker': { $ref: `#/$defs/${definition}` } },
  },
});

export const extensionSchema: Schema = {
  ...head('x-clocker in compose files'),
  type: 'object',
  properties: {
    'x-clocker': { $ref: '#/$defs/applicationExtension' },
    services: sectionOf('serviceExtension'),
    ...Object.fromEntries(
      ['networks', 'volumes', 'secrets', 'configs', 'models'].map((section) => [section, sectionOf('extension')]),
    ),
  },
  $defs: {
    extension: extension({}),
    serviceExtension: extension({ member: extension({}) }),
    applicationExtension: extension({
      services: beside(listOf('entity', 'Entities that are nothing Compose knows.')),
      metadata: { type: 'object', description: 'Other keys of the document.' },
    }),
  },
};
