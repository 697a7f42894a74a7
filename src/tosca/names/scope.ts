/** Which names a file knows: its own, those it imports, and before 2.0 the normative ones. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { Category } from './category.ts';
import { categories, categoryRows } from './category.ts';

export type TypeDeclaration = {
  readonly category: Category;
  readonly name: string;
  readonly unit: Unit;
  /** Its name where it is declared. */
  readonly at: Span;
  readonly node: Node;
};

type Names = ReadonlyMap<string, TypeDeclaration>;
type Scope = Readonly<Record<Category, Names>>;

/** Types a file declares itself. */
export const ownTypes = memo((unit: Unit): Scope => scopeOf((category) => readSection(unit, category)));

function scopeOf(read: (category: Category) => Names): Scope {
  return {
    artifact: read('artifact'),
    data: read('data'),
    capability: read('capability'),
    interface: read('interface'),
    relationship: read('relationship'),
    node: read('node'),
    group: read('group'),
    policy: read('policy'),
  };
}

function readSection(unit: Unit, category: Category): Names {
  const section = valueOf(unit.root, categoryRows[category].section);
  const names = new Map<string, TypeDeclaration>();
  for (const { key, value } of section?.kind === 'map' ? section.entries : [])
    if (key.kind === 'scalar')
      names.set(String(key.value), { category, name: String(key.value), unit, at: key.span, node: value });
  return names;
}

/** Two imports bring different types under one name. */
export type Conflict = {
  readonly name: string;
  readonly category: Category;
  readonly first: TypeDeclaration;
  readonly second: TypeDeclaration;
  readonly at: Span;
};

type Visible = {
  readonly scope: Record<Category, Map<string, TypeDeclaration>>;
  readonly conflicts: readonly Conflict[];
};

/** Own and imported names, the latter behind their namespaces. Files may import each other in a circle. */
const visibleTypes = memo((unit: Unit): Visible => {
  const scope = { ...scopeOf(() => new Map()) } as Visible['scope'];
  const conflicts: Conflict[] = [];
  collect(unit, '', new Set(), new Set(), undefined, scope, conflicts);
  return { scope, conflicts };
});

/** Files under prefixes. */
const mostPlaces = 20_000;

function collect(
  unit: Unit,
  prefix: string,
  path: Set<Unit>,
  seen: Set<string>,
  at: Span | undefined,
  scope: Visible['scope'],
  conflicts: Conflict[],
): void {
  // By whatever way, under one prefix it brings the same names. Prefixes of prefixes without end are an attack.
  const place = `${prefix} ${unit.file}`;
  if (path.has(unit) || seen.has(place) || seen.size >= mostPlaces) return;
  seen.add(place);
  path.add(unit);
  for (const category of categories)
    for (const [name, type] of ownTypes(unit)[category]) {
      const known = scope[category].get(prefix + name);
      if (known === undefined) scope[category].set(prefix + name, type);
      else if (known !== type)
        conflicts.push({ name: prefix + name, category, first: known, second: type, at: at ?? type.at });
    }
  for (const { unit: imported, namespace, at: origin } of unit.imports)
    collect(
      imported,
      namespace === undefined ? prefix : `${prefix}${namespace}:`,
      path,
      seen,
      at ?? origin,
      scope,
      conflicts,
    );
  path.delete(unit);
}

export const conflictsOf = (unit: Unit): readonly Conflict[] => visibleTypes(unit).conflicts;

/** Normative types of 1.x under their three names: `tosca.nodes.Compute`, `tosca:Compute`, `Compute`. */
const normativeTypes = memo((unit: Unit): Scope => scopeOf((category) => readAliases(unit, category)));

function readAliases(unit: Unit, category: Category): Names {
  const names = new Map<string, TypeDeclaration>();
  const add = (name: string, type: TypeDeclaration): void => void (names.has(name) || names.set(name, type));
  const { prefix } = categoryRows[category];
  for (const [name, type] of ownTypes(unit)[category]) {
    add(name, type);
    if (!name.startsWith(prefix)) continue;
    const short = name.slice(prefix.length);
    add(short, type);
    add(`tosca:${short}`, type);
    // `network.Network` is also just `Network`, `node.lifecycle.Standard` `Standard`, `Storage.BlockStorage` `BlockStorage`.
    const last = short.replace(/^(?:(?:[a-z]\w*\.)+|Storage\.(?=\w+Storage$))/, '');
    add(last, type);
    add(`tosca:${last}`, type);
  }
  return names;
}

export function findType(unit: Unit, category: Category, name: string): TypeDeclaration | undefined {
  const own = visibleTypes(unit).scope[category].get(name);
  if (own !== undefined) return own;
  if (unit.version !== '2.0')
    for (const relative of unit.family()) {
      const found = ownTypes(relative)[category].get(name);
      if (found !== undefined) return found;
    }
  for (const profile of unit.implicit) {
    const found = normativeTypes(profile)[category].get(name);
    if (found !== undefined) return found;
  }
  // A bundled profile speaks of itself by short names too.
  return unit.bundled ? normativeTypes(unit)[category].get(name) : undefined;
}

/** For did-you-mean. */
export const typeNames = (unit: Unit, category: Category): readonly string[] => [
  ...visibleTypes(unit).scope[category].keys(),
  ...unit.implicit.flatMap((profile) => [...normativeTypes(profile)[category].keys()]),
];

/**
 * The name can't be judged: something that is imported could not be read, or its namespace is that of a file which
 * declares no type at all, a placeholder for one that is made elsewhere.
 */
export function isBeyondKnowledge(unit: Unit, name: string): boolean {
  if (unit.incomplete) return true;
  const parts = name.split(':');
  let current: Unit | undefined = unit;
  for (const namespace of parts.slice(0, -1))
    current = current?.imports.find((one) => one.namespace === namespace)?.unit;
  return current !== undefined && current !== unit && isEmpty(current);
}

const isEmpty = (unit: Unit): boolean =>
  unit.imports.length === 0 && categories.every((category) => ownTypes(unit)[category].size === 0);

export const bodyOf = (type: TypeDeclaration): MapNode | undefined =>
  type.node.kind === 'map' ? type.node : undefined;
