/** Names of types: those of the Simple Profile become what its profile for 2.0 calls them, those of a file's own stay. */
import type { MapNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { keyText } from '../data/node-value.ts';
import { categories, categoryRows } from '../names/category.ts';
import type { Category } from '../names/category.ts';

export type TypeNames = {
  /** Of 1.x, by their full names. */
  readonly old: ReadonlySet<string>;
  readonly new: Readonly<Record<Category, ReadonlySet<string>>>;
  /** Of the Docker profile for 2.0. */
  readonly docker: ReadonlySet<string>;
  /** What the file declares itself. */
  readonly own: ReadonlySet<string>;
};

const namesIn = (root: MapNode, category: Category): readonly string[] => {
  const section = valueOf(root, categoryRows[category].section);
  return section?.kind === 'map' ? section.entries.map(({ key }) => keyText(key)) : [];
};

const allIn = (roots: readonly MapNode[]): ReadonlySet<string> =>
  new Set(roots.flatMap((root) => categories.flatMap((category) => namesIn(root, category))));

export function typeNames(
  root: MapNode,
  old: readonly MapNode[],
  simple: MapNode | undefined,
  docker: MapNode | undefined,
): TypeNames {
  const profiles = [simple, docker].flatMap((one) => one ?? []);
  const of = (category: Category): ReadonlySet<string> =>
    new Set(profiles.flatMap((profile) => namesIn(profile, category)));
  return {
    old: allIn(old),
    new: {
      data: of('data'),
      artifact: of('artifact'),
      interface: of('interface'),
      capability: of('capability'),
      relationship: of('relationship'),
      node: of('node'),
      group: of('group'),
      policy: of('policy'),
    },
    docker: docker === undefined ? new Set() : allIn([docker]),
    own: allIn([root]),
  };
}

/** `gone`: 2.0 has no such type. `kept`: it is none of the normative ones. */
export type Renamed = { readonly kind: 'renamed'; readonly name: string } | { readonly kind: 'gone' | 'kept' };

/** Names whose last part is not all of what the profile of 2.0 calls them. */
const shortNames: Readonly<Record<string, string>> = {
  'node.lifecycle.Standard': 'Lifecycle.Standard',
  'relationship.Configure': 'Relationship.Configure',
  Standard: 'Lifecycle.Standard',
  Configure: 'Relationship.Configure',
};

/** `tosca.nodes.Compute`, or `tosca:Compute`, which does not say what it is a type of. */
export function renameType(text: string, names: TypeNames): Renamed {
  if (names.own.has(text)) return { kind: 'kept' };
  for (const category of categories) {
    const { prefix } = categoryRows[category];
    if (!text.startsWith(prefix) || !names.old.has(text)) continue;
    const known = names.new[category];
    const name = newName(text.slice(prefix.length));
    if (known.has(name)) return { kind: 'renamed', name };
    // 1.0 had `BlockStorage`, later versions `Storage.BlockStorage`.
    return known.has(`Storage.${name}`) ? { kind: 'renamed', name: `Storage.${name}` } : { kind: 'gone' };
  }
  if (!text.startsWith('tosca:')) return { kind: 'kept' };
  const name = newName(text.slice('tosca:'.length));
  return categories.some((category) => names.new[category].has(name)) ? { kind: 'renamed', name } : { kind: 'kept' };
}

function newName(short: string): string {
  const known = shortNames[short];
  return known ?? short.replace(/^network\./, '');
}
