/**
 * Software hosted in a container runs there: its commands become hooks of the container, installed, customized and launched
 * once it is up, stopped before it goes. Pure. What referred to the software then refers to the container.
 */
import type { Application, Entity } from '../model/entity.ts';
import { isContainerType } from '../model/entity-types.ts';
import { parseLatch, renderLatch } from '../model/latches.ts';
import type { LatchCondition } from '../model/latches.ts';
import { readMap } from '../model/read.ts';
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

const isSoftware = ({ type }: Entity): boolean => type === softwareType;

const hasHosted = (entity: Entity): boolean =>
  (isContainerType(entity.type) && entity.children.some(isSoftware)) ||
  entity.children.some(hasHosted) ||
  specsOf(entity).some(hasHosted);

const specsOf = (entity: Entity): readonly Entity[] =>
  [...entity.config.values()].flatMap((value) =>
    isDeferred(value) && value.kind === 'entitySpec' ? value.entity : [],
  );

/** Id of software -> id of the container, or of the cluster whose members are one. */
function findHosts(entity: Entity, around: string | undefined, hosts: Map<string, string>): void {
  const id = isSoftware(entity) ? around : (entity.id ?? around);
  if (isSoftware(entity) && around !== undefined && entity.id !== undefined) hosts.set(entity.id, around);
  for (const spec of specsOf(entity)) findHosts(spec, id, hosts);
  for (const child of entity.children) findHosts(child, id, hosts);
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
  const others = entity.children.filter((child) => !isSoftware(child)).map((child) => host(child, hosts, renamed));
  return { ...entity, config: withHooks(config, software, entity.id, renamed), enrichers, children: others };
}

function withHooks(
  config: Map<string | Deferred, Value>,
  software: readonly Entity[],
  id: string | undefined,
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
  const seen = new Set<string>();
  const wanted = latches.filter(({ entity, sensor }) => {
    const isNew = entity !== id && !seen.has(`${entity} ${sensor}`);
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
    ]),
  ];
}

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
