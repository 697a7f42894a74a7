/** What is implied, said: the default network, dependencies, names (compose-go, loader/normalize.go). */
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import {
  changeItems,
  changeValues,
  entriesOf,
  entryNode,
  isNull,
  itemsOf,
  mapNode,
  mapOf,
  scalarNode,
  textOf,
  withValue,
} from '../nodes.ts';
import type { Lookup } from '../syntax/template.ts';
import { changeServices, fillVariables } from './bare-variables.ts';
import { withDefault } from './defaults.ts';
import { cleanPath } from './long-volume.ts';

export type Normalising = { readonly name: string; readonly lookup: Lookup };

export function normalise(tree: MapNode, normalising: Normalising): MapNode {
  const connected = changeServices(tree, connect);
  const services = changeServices(connected, (service) => normaliseService(service, normalising));
  return nameResources(withDefaultNetwork(services), normalising);
}

/** Services without networks are on the default one. */
function connect(service: MapNode): MapNode {
  if (valueOf(service, 'provider') !== undefined || valueOf(service, 'network_mode') !== undefined) return service;
  const networks = valueOf(service, 'networks');
  if (entriesOf(networks).length > 0) return service;
  const span = networks?.span ?? service.span;
  return withValue(service, 'networks', mapOf({ default: scalarNode(null, span) }, span));
}

function withDefaultNetwork(tree: MapNode): MapNode {
  const user = entriesOf(valueOf(tree, 'services')).find(
    ({ value }) => valueOf(valueOf(value, 'networks'), 'default') !== undefined && isConnected(value),
  );
  if (user === undefined) return tree;
  const networks = valueOf(tree, 'networks') ?? mapNode([], user.key.span);
  if (networks.kind !== 'map' || valueOf(networks, 'default') !== undefined) return tree;
  return withValue(tree, 'networks', withValue(networks, 'default', scalarNode(null, user.key.span)));
}

const isConnected = (service: Node): boolean =>
  valueOf(service, 'provider') === undefined && valueOf(service, 'network_mode') === undefined;

function normaliseService(service: MapNode, normalising: Normalising): MapNode {
  const normal = changeValues(service, (value, key) => {
    if (key === 'pull_policy' && textOf(value) === 'if_not_present') return scalarNode('missing', value.span);
    if (key === 'build' && value.kind === 'map') return normaliseBuild(value, normalising);
    if (key === 'environment' && value.kind === 'map') return fillVariables(value, normalising.lookup);
    if (key === 'volumes' && value.kind === 'list') return changeItems(value, cleanTarget);
    if (key === 'pre_start' && value.kind === 'list') return changeItems(value, (hook) => inheritImage(hook, service));
    return value;
  });
  return withImpliedDependencies(normal);
}

function normaliseBuild(build: MapNode, normalising: Normalising): MapNode {
  const based = withDefault(build, 'context', '.');
  const isInline = valueOf(based, 'dockerfile_inline') !== undefined;
  const whole = isInline ? based : withDefault(based, 'dockerfile', 'Dockerfile');
  return changeValues(whole, (value, key) => {
    if (key !== 'args' || value.kind !== 'map') return value;
    // An argument nothing gives a value is not one.
    return changeValues(fillVariables(value, normalising.lookup), (one) => (isNull(one) ? undefined : one));
  });
}

function cleanTarget(volume: Node): Node {
  const target = valueOf(volume, 'target');
  const text = textOf(target);
  if (volume.kind !== 'map' || target === undefined || text === undefined) return volume;
  const clean = cleanPath(text);
  return clean === text ? volume : withValue(volume, 'target', scalarNode(clean, target.span));
}

function inheritImage(hook: Node, service: MapNode): Node {
  const image = valueOf(service, 'image');
  if (hook.kind !== 'map' || image === undefined || textOf(image) === '') return hook;
  return valueOf(hook, 'image') === undefined ? withValue(hook, 'image', image) : hook;
}

/** Links, shared namespaces and mounted services must be started first. */
function withImpliedDependencies(service: MapNode): MapNode {
  const implied = [
    ...itemsOf(valueOf(service, 'links')).map((link) =>
      dependency(link, (textOf(link) ?? '').split(':')[0] ?? '', true),
    ),
    ...['network_mode', 'ipc', 'pid', 'uts', 'cgroup'].flatMap((key) => {
      const value = valueOf(service, key);
      const shared = /^service:(.*)$/s.exec(textOf(value) ?? '')?.[1];
      return value === undefined || shared === undefined ? [] : [dependency(value, shared, true)];
    }),
    ...itemsOf(valueOf(service, 'volumes_from')).flatMap((item) => {
      const [name = ''] = (textOf(item) ?? '').split(':');
      return name === 'container' ? [] : [dependency(item, name, false)];
    }),
  ];
  if (implied.length === 0) return service;
  const present = valueOf(service, 'depends_on');
  const entries = new Map(entriesOf(present).map((entry) => [keyText(entry), entry]));
  for (const entry of implied) if (!entries.has(keyText(entry))) entries.set(keyText(entry), entry);
  return withValue(service, 'depends_on', mapNode([...entries.values()], present?.span ?? service.span));
}

const keyText = ({ key }: MapEntry): string => (key.kind === 'scalar' ? String(key.value) : '');

const dependency = ({ span }: Node, name: string, restart: boolean): MapEntry =>
  entryNode(
    name,
    mapOf(
      {
        condition: scalarNode('service_started', span),
        restart: scalarNode(restart, span),
        required: scalarNode(true, span),
      },
      span,
    ),
  );

const namedSections = new Set(['networks', 'volumes', 'configs', 'secrets']);

/** `<project>_<key>` unless said; external ones are called by their key. */
function nameResources(tree: MapNode, normalising: Normalising): MapNode {
  return changeValues(tree, (section, key) => {
    if (!namedSections.has(key) || section.kind !== 'map') return section;
    return changeValues(section, (resource, name) => {
      const map = resource.kind === 'map' ? resource : mapNode([], resource.span);
      const external = valueOf(map, 'external');
      const isExternal = external?.kind === 'scalar' && (external.value === true || external.value === 'true');
      return withDefault(map, 'name', isExternal ? name : `${normalising.name}_${name}`);
    });
  });
}
