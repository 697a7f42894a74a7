/**
 * Which language a document is in, by what stands at its top. Brooklyn lets its parsers score a text and the highest
 * wins; so here. Compose files and blueprints both have `services`: a map in the one, a list in the other.
 */
import type { MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';

export type Language = 'compose' | 'tosca' | 'blueprint';

/** From 0 to 1; 1 says so itself. */
export type Detected = { readonly language: Language; readonly score: number };

type Sign = Detected & { readonly holds: (root: MapNode) => boolean };

const has =
  (...keys: readonly string[]) =>
  (root: MapNode): boolean =>
    keys.some((key) => valueOf(root, key) !== undefined);

const services =
  (kind: Node['kind']) =>
  (root: MapNode): boolean =>
    valueOf(root, 'services')?.kind === kind;

const signs: readonly Sign[] = [
  { language: 'tosca', score: 1, holds: has('tosca_definitions_version') },
  { language: 'tosca', score: 0.9, holds: has('topology_template', 'service_template') },
  { language: 'tosca', score: 0.5, holds: has('topology_name', 'csar_link', 'tosca_link', 'dsl_definitions') },
  { language: 'tosca', score: 0.5, holds: (root) => keysOf(root).some((key) => /^[a-z]+_types$/.test(key)) },
  { language: 'blueprint', score: 0.9, holds: has('brooklyn.catalog') },
  { language: 'blueprint', score: 0.8, holds: services('list') },
  { language: 'blueprint', score: 0.7, holds: (root) => keysOf(root).some((key) => key.startsWith('brooklyn.')) },
  { language: 'blueprint', score: 0.4, holds: has('type', 'serviceType', 'service_type') },
  { language: 'compose', score: 0.8, holds: services('map') },
  { language: 'compose', score: 0.6, holds: (root) => root.entries.some(({ value }) => looksLikeService(value)) },
  { language: 'compose', score: 0.5, holds: (root) => services('scalar')(root) || has('include')(root) },
  { language: 'compose', score: 0.3, holds: has('networks', 'volumes', 'secrets', 'configs') },
  { language: 'tosca', score: 0.2, holds: has('metadata', 'repositories') },
];

const keysOf = (root: MapNode): readonly string[] =>
  root.entries.flatMap(({ key }) => (key.kind === 'scalar' ? [key.text] : []));

/** Format 1 of Compose has its services at the top. */
const looksLikeService = (value: Node): boolean => value.kind === 'map' && has('image', 'build')(value);

/** `undefined`: nothing says what it is. Of equal scores the first language of the list of signs wins. */
export function detectLanguage(root: Node): Detected | undefined {
  if (root.kind !== 'map') return undefined;
  let best: Detected | undefined;
  for (const { language, score, holds } of signs)
    if (score > (best?.score ?? 0) && holds(root)) best = { language, score };
  return best;
}
