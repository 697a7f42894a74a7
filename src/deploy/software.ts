/**
 * Software hosted in a container runs there: its commands become hooks of the container, installed, customized and launched
 * once it is up, stopped before it goes; its files are copied in before. It stays an entity, so that it can be seen and
 * referred to. Pure.
 */
import { posix } from 'node:path';
import type { Application, Entity } from '../model/entity.ts';
import { softwareKeys } from '../model/config/entity.ts';
import { isContainerType } from '../model/entity-types.ts';
import { parseLatch, renderLatch } from '../model/latches.ts';
import type { LatchCondition } from '../model/latches.ts';
import { readMap, readString, textEntries, textOf } from '../model/read.ts';
import type { Deferred, DslChain, DslStep, Value, ValueMap } from '../model/value.ts';
import { isDeferred, isList, isMap } from '../model/value.ts';

const softwareType = 'org.apache.brooklyn.entity.software.base.VanillaSoftwareProcess';

/** In order of Brooklyn's lifecycle of a software process. */
const startKeys = [
  'pre.install.command',
  'install.command',
  'post.install.command',
  'pre.customize.command',
  'customize.command',
  'post.customize.command',
  'pre.launch.command',
  'launch.command',
  'post.launch.command',
] as const;

const stopKeys = ['pre.stop.command', 'stop.command', 'post.stop.command'] as const;

export function hostSoftware(application: Application): Application {
  const hosts = new Map<string, string>();
  for (const entity of application.children) findHosts(entity, undefined, hosts);
  if (!application.children.some(hasHosted)) return application;
  const renamed = (value: Value): Value => rename(value, hosts);
  const { children, enrichers, ...rest } = application;
  return {
    ...rest,
    enrichers: enrichers.map((one) => ({ ...one, config: renameMap(one.config, hosts) })),
    children: children.map((entity) => host(entity, hosts, renamed)),
  };
}

/** In the order in which they are copied: a later one of the same name wins. */
const fileKeys = ['files.preinstall', 'files.install', 'files.customize', 'files.runtime'] as const;

/** Keys of software that have no effect on a container it runs in, in the order of the table of keys. */
export const unusedKeys: readonly string[] = Object.keys(softwareKeys).filter(
  (key) =>
    !(
      [...startKeys, ...stopKeys, ...fileKeys, 'shell.env', 'install.dir', 'run.dir'] satisfies readonly string[]
    ).includes(key) &&
    // What the machine is to be is the business of the container; a version is a word for scripts.
    !['provisioning.properties', 'install.version'].includes(key),
);

/** It runs in whatever it is a child of. */
export const hostsSoftware = ({ children }: Entity): boolean => children.some(isSoftware);

const isSoftware = ({ type }: Entity): boolean => type === softwareType;

const hasHosted = (entity: Entity): boolean =>
  (isContainerType(entity.type) && entity.children.some(isSoftware)) ||
  entity.children.some(hasHosted) ||
  specsOf(entity).some(hasHosted);

const specsOf = (entity: Entity): readonly Entity[] =>
  [...entity.config.values()].flatMap((value) =>
    isDeferred(value) && value.kind === 'entitySpec' ? value.entity : [],
  );

/** Id of software in the members of a cluster -> id of the cluster: whoever refers to one of several means all. */
function findHosts(entity: Entity, cluster: string | undefined, hosts: Map<string, string>): void {
  if (isSoftware(entity) && cluster !== undefined && entity.id !== undefined) hosts.set(entity.id, cluster);
  for (const spec of specsOf(entity)) findHosts(spec, entity.id ?? cluster, hosts);
  for (const child of entity.children) findHosts(child, cluster, hosts);
}

function host(entity: Entity, hosts: ReadonlyMap<string, string>, renamed: (value: Value) => Value): Entity {
  const config = new Map<string | Deferred, Value>();
  for (const [key, value] of entity.config)
    config.set(
      key,
      isDeferred(value) && value.kind === 'entitySpec'
        ? { kind: 'entitySpec', entity: host(value.entity, hosts, renamed) }
        : renamed(value),
    );
  const enrichers = entity.enrichers.map((one) => ({ ...one, config: renameMap(one.config, hosts) }));
  if (!isContainerType(entity.type))
    return { ...entity, config, enrichers, children: entity.children.map((child) => host(child, hosts, renamed)) };
  const software = entity.children.filter(isSoftware);
  const children = entity.children.map((child) => (isSoftware(child) ? child : host(child, hosts, renamed)));
  return { ...entity, config: withHooks(config, software, renamed), enrichers, children };
}

function withHooks(
  config: Map<string | Deferred, Value>,
  software: readonly Entity[],
  renamed: (value: Value) => Value,
): ValueMap {
  const latches: LatchCondition[] = [...parseLatch(config.get('latch.start'))];
  const start = listAt(config, 'docker.container.postStart');
  const stop: Value[] = [];
  for (const one of inOrder(software)) {
    start.push(...startKeys.flatMap((key) => hookOf(one, key, renamed)));
    // What was started last is stopped first.
    stop.unshift(...stopKeys.flatMap((key) => hookOf(one, key, renamed)));
    latches.push(...parseLatch(renamed(one.config.get('latch.start') ?? null)));
  }
  if (start.length > 0) config.set('docker.container.postStart', start);
  const stops = [...stop, ...listAt(config, 'docker.container.preStop')];
  if (stops.length > 0) config.set('docker.container.preStop', stops);
  const files = inOrder(software).flatMap(filesFor);
  if (files.length > 0) config.set('docker.container.files', [...listAt(config, 'docker.container.files'), ...files]);
  const seen = new Set<string>();
  const wanted = latches.filter(({ entity, sensor }) => {
    const isNew = !seen.has(`${entity} ${sensor}`);
    seen.add(`${entity} ${sensor}`);
    return isNew;
  });
  const [first] = wanted;
  if (first !== undefined) config.set('latch.start', renderLatch(wanted));
  return config;
}

/** Software that hosts software comes first. */
const inOrder = (software: readonly Entity[]): readonly Entity[] =>
  software.flatMap((one) => [one, ...inOrder(one.children.filter(isSoftware))]);

const listAt = (config: ValueMap, key: string): Value[] => {
  const value = config.get(key);
  return isList(value) ? [...value] : value === undefined ? [] : [value];
};

function hookOf(software: Entity, key: string, renamed: (value: Value) => Value): readonly Value[] {
  const command = software.config.get(key);
  if (command === undefined || command === null || command === '' || command === 'true') return [];
  const environment = readMap(software.config, 'shell.env');
  return [
    new Map<string, Value>([
      ['command', ['sh', '-c', renamed(command)]],
      ...(environment === undefined ? [] : [['environment', renamed(environment)] as const]),
      // Files are named from where they lie; without any there is no such folder.
      ...(targetsOf(software).some((target) => isBelow(target, folderOf(software)))
        ? [['working_dir', folderOf(software)] as const]
        : []),
    ]),
  ];
}

/** Where its files lie in the container, and where its commands run then. */
const folderOf = ({ config, id }: Entity): string =>
  readString(config, 'install.dir') ?? readString(config, 'run.dir') ?? `/opt/clocker/${id ?? 'software'}`;

const isBelow = (path: string, folder: string): boolean => path.startsWith(posix.resolve('/', folder, '.') + '/');

/** Path in the container -> file. */
function copiesOf(software: Entity): ReadonlyMap<string, string> {
  const copies = new Map<string, string>();
  for (const key of fileKeys)
    for (const [source, target] of textEntries(readMap(software.config, key)))
      copies.set(posix.resolve('/', folderOf(software), textOf(target) ?? posix.basename(source)), source);
  return copies;
}

const targetsOf = (software: Entity): readonly string[] => [...copiesOf(software).keys()];

const filesFor = (software: Entity): readonly Value[] =>
  [...copiesOf(software)].map(
    ([target, source]) =>
      new Map<string, Value>([
        ['source', source],
        ['target', target],
      ]),
  );

const lookups: ReadonlySet<string> = new Set(['entity', 'component', 'child', 'sibling', 'descendant']);

function rename(value: Value, hosts: ReadonlyMap<string, string>): Value {
  if (isList(value)) return value.map((item) => rename(item, hosts));
  if (isMap(value)) return renameMap(value, hosts);
  if (!isDeferred(value) || value.kind !== 'dsl') return value;
  return renameChain(value, hosts);
}

const renameMap = (map: ValueMap, hosts: ReadonlyMap<string, string>): ValueMap =>
  new Map([...map].map(([key, item]) => [key, rename(item, hosts)]));

const renameChain = ({ steps }: DslChain, hosts: ReadonlyMap<string, string>): DslChain => ({
  kind: 'dsl',
  steps: steps.map((step): DslStep => {
    if (step.kind !== 'call') return step;
    const given = step.arguments.map((argument) => rename(argument, hosts));
    const last = given.at(-1);
    const found = typeof last === 'string' && lookups.has(step.name) ? hosts.get(last) : undefined;
    return { ...step, arguments: found === undefined ? given : [...given.slice(0, -1), found] };
  }),
});
