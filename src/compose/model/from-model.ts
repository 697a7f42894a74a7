/** An application as the normal form of a compose project; what Compose has no word for goes to `x-clocker`. */
import type { Problem } from '../../diagnostic/problem.ts';
import type { ReportLine } from '../../diagnostic/report.ts';
import { kindOfType, typeName } from '../../model/entity-types.ts';
import type { Application, Entity } from '../../model/entity.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { entityOf } from './entity.ts';
import { extensionKey, extensionOf } from './extension.ts';
import type { BlueprintWords } from './extension.ts';
import { keysOfApplication } from './keys-of-application.ts';
import type { KeyedEntity, KeyedService } from './keys-of-application.ts';
import { namesOf, resourceSections } from './names.ts';
import type { Names, ResourceSection } from './names.ts';
import { decodeRows, remainderKey } from './remainder.ts';
import { resourceEntity } from './resource.ts';
import { resourceRows } from './resource-rows.ts';
import type { Rows } from './remainder.ts';
import { flatConfig, profilesOf, serviceEntity } from './service.ts';
import type { ServiceParts } from './service.ts';
import { decodeService } from './service-config.ts';
import { serviceRows } from './service-rows.ts';
import { settleTree } from './settle-tree.ts';
import { entriesOf, escapeValue, mapOf, mapValue, unescapeValue } from './values.ts';

export type ComposeResult = {
  /** The normal form, `$` written `$$`. */
  readonly tree: ValueMap;
  readonly problems: readonly Problem[];
  /** What came out adapted or not at all, by path in the compose file written. */
  readonly report: readonly ReportLine[];
};

type Build = {
  readonly application: Application;
  readonly names: Names;
  readonly words: BlueprintWords;
  readonly report: ReportLine[];
};

export function translateFromModel(application: Application, words: BlueprintWords): ComposeResult {
  const { services, resources, others } = keysOfApplication(application);
  const named = [...services.map(({ named }) => named), ...resources.map(({ named }) => named)];
  const build: Build = { application, names: namesOf(named, checkedServices(services)), words, report: [] };
  const tree = new Map<string, Value>();
  if (application.name !== undefined) tree.set('name', application.name);
  for (const section of resourceSections) {
    const entries = resources.filter(({ named }) => named.section === section);
    if (entries.length > 0)
      tree.set(section, new Map(entries.map((one) => [one.named.key, resourceOf(section, one, build)])));
  }
  tree.set('services', new Map(services.map((one) => [one.named.key, serviceOf(one.named.key, one.parts, build)])));
  for (const [key, value] of entriesOf(application.config.get(remainderKey)))
    tree.set(key, settleTree(value, { path: key, names: build.names, scopes: [], report: build.report }));
  const extension = applicationExtension(others, build);
  if (extension !== undefined) tree.set(extensionKey, escapeValue(extension));
  return { tree, problems: [], report: build.report };
}

/** Services whose health is looked at, so that waiting for one to be up is waiting for it to be healthy. */
const checkedServices = (services: readonly KeyedService[]): ReadonlySet<string> =>
  new Set(
    services.flatMap(({ parts, named }) => (flatConfig(parts).has('docker.container.healthcheck') ? named.key : [])),
  );

const keysOf = (rows: Rows): ReadonlySet<string> =>
  new Set([remainderKey, ...Object.values(rows).flatMap((row): readonly string[] => row.keys)]);

const serviceKeys = keysOf(serviceRows);

function serviceOf(key: string, parts: ServiceParts, build: Build): Value {
  const flat = flatConfig(parts);
  const profiles = profilesOf(parts);
  const attributes = decodeService(flat, build.names);
  if (profiles.length > 0) attributes.set('profiles', profiles);
  const scopes = [flat, build.application.config, defaultsOf(build.application)];
  const settled = settleTree(attributes, { path: `services.${key}`, names: build.names, scopes, report: build.report });
  const expected = serviceEntity(key, mapValue(unescapeValue(settled)), build.names);
  const extension = serviceExtension(parts, expected, build.words);
  return extension === undefined ? settled : new Map(mapValue(settled)).set(extensionKey, escapeValue(extension));
}

const defaultsOf = (application: Application): ValueMap =>
  new Map(
    application.parameters.flatMap(({ name, default: value }): (readonly [string, Value])[] =>
      value === undefined ? [] : [[name, value]],
    ),
  );

function serviceExtension(parts: ServiceParts, expected: Entity, words: BlueprintWords): ValueMap | undefined {
  const made = parts.group ?? parts.container;
  const shown = parts.entity.id === undefined ? made : { ...made, id: parts.entity.id };
  const own = extensionOf(shown, expected, serviceKeys, words);
  const inner = parts.group === undefined ? undefined : memberOf(expected);
  const member = inner === undefined ? undefined : extensionOf(parts.container, inner, serviceKeys, words);
  if (member === undefined) return own;
  return new Map(own ?? []).set('member', member);
}

function memberOf(group: Entity): Entity | undefined {
  for (const value of group.config.values())
    if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'entitySpec')
      return value.entity;
  return undefined;
}

function resourceOf(section: ResourceSection, { entity, named }: KeyedEntity, build: Build): Value {
  const rows: Rows = resourceRows[section];
  const attributes = decodeRows(rows, entity.config, build.names);
  // An engine knows it by this name, which in a blueprint is its entity's id unless said.
  if (!attributes.has('name')) attributes.set('name', named.networkId ?? named.id);
  const path = `${section}.${named.key}`;
  const settled = settleTree(attributes, { path, names: build.names, scopes: [entity.config], report: build.report });
  const expected = resourceEntity(section, named, mapValue(unescapeValue(settled)), build.names);
  const extension = extensionOf(entity, expected, keysOf(rows), build.words);
  return extension === undefined ? settled : new Map(mapValue(settled)).set(extensionKey, escapeValue(extension));
}

function applicationExtension(others: readonly Entity[], build: Build): ValueMap | undefined {
  const { children: _children, metadata, ...own } = build.application;
  const expected = entityOf(typeName.application, mapOfName(build.application));
  const root = { ...own, type: rootType(own.type), children: [] };
  const extension = extensionOf(root, expected, new Set([remainderKey]), build.words);
  const whole = new Map([
    ...(extension ?? []),
    ...mapOf({
      metadata: metadata.size === 0 ? undefined : metadata,
      services: others.length === 0 ? undefined : others.map((entity) => build.words.render(entity)),
    }),
  ]);
  return whole.size === 0 ? undefined : whole;
}

const rootType = (type: string): string => (kindOfType(type) === 'application' ? typeName.application : type);

const mapOfName = ({ name }: Application): { readonly name?: string } => (name === undefined ? {} : { name });
