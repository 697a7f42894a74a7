/** What a node becomes. By its type, or the nearest ancestor that says it; a Docker image says it for any type. */
import { kindOfType } from '../../model/entity-types.ts';
import { artifactsOf, isImage, replaceArtifacts } from '../definitions/artifact.ts';
import type { ArtifactDefinition } from '../definitions/artifact.ts';
import { isNamed } from '../functions/context.ts';
import type { Template } from '../topology/topology.ts';
import { directivesOf, sectionOf } from '../topology/topology.ts';
import { lineageOf } from '../types/lineage.ts';

export type NodeKind =
  /** An image that is run. */
  | 'container'
  /** A machine: a container that others run in, unless the machine itself is asked for. */
  | 'compute'
  | 'machine'
  /** Docker itself: the hosts Clocker manages. */
  | 'runtime'
  | 'software'
  | 'network'
  | 'port'
  | 'volume'
  /** An entity type of Brooklyn's or Clocker's, asked for by its name. */
  | 'entity'
  /** Stood for by another template. */
  | 'substituted'
  /** It exists already. */
  | 'selected';

const byName: readonly (readonly [string, NodeKind])[] = [
  ['network.Network', 'network'],
  ['network.Port', 'port'],
  ['clocker.nodes.Machine', 'machine'],
  ['clocker.nodes.Container', 'container'],
  ['clocker.nodes.Software', 'software'],
  ['Container.Application', 'container'],
  ['tosker.nodes.Container', 'container'],
  ['tosca.nodes.MiCADO.Container.Application.Docker', 'container'],
  ['Container.Runtime', 'runtime'],
  ['Storage.BlockStorage', 'volume'],
  ['BlockStorage', 'volume'],
  ['Storage.ObjectStorage', 'volume'],
  ['ObjectStorage', 'volume'],
  ['Abstract.Storage', 'volume'],
  ['tosker.nodes.Volume', 'volume'],
  ['Compute', 'compute'],
  ['Abstract.Compute', 'compute'],
];

/** Names the Simple Profile for 2.0 gives without their families. */
const shortNames: readonly (readonly [string, NodeKind])[] = [
  ['Network', 'network'],
  ['Port', 'port'],
];

export function kindOfNode(template: Template): NodeKind {
  const { type } = template;
  const directives = directivesOf(template);
  if (directives.includes('substitute') || directives.includes('substitutable')) return 'substituted';
  if ((directives.includes('select') || directives.includes('selectable')) && !directives.includes('create'))
    return 'selected';
  if (type === undefined) return 'software';
  if (lineageOf(type).some(({ name }) => isEntityType(name))) return 'entity';
  const named = [...byName, ...shortNames].find(([name]) => isNamed(type, name))?.[1];
  if (named !== undefined && named !== 'compute') return named;
  return dockerImageOf(template) === undefined ? (named ?? 'software') : 'container';
}

/** A type of ours or of Brooklyn's. */
const isEntityType = (name: string): boolean =>
  name.startsWith('org.apache.brooklyn.') ||
  name.startsWith('docker:') ||
  (kindOfType(name) !== 'software' && name.includes('.'));

export const entityTypeOf = (template: Template): string | undefined =>
  template.type === undefined ? undefined : lineageOf(template.type).find(({ name }) => isEntityType(name))?.name;

export const artifactsOfTemplate = (template: Template): ReadonlyMap<string, ArtifactDefinition> =>
  replaceArtifacts(
    template.type === undefined ? new Map() : artifactsOf(template.type),
    sectionOf(template, 'artifacts'),
    template.topology.unit,
  );

/** The artifact that is the node's image. */
export function dockerImageOf(template: Template): ArtifactDefinition | undefined {
  for (const artifact of artifactsOfTemplate(template).values()) if (isImage(artifact)) return artifact;
  return undefined;
}
