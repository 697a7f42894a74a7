/**
 * A template of 1.x as one of 2.0: the same tree in the words of the new grammar (2.0 csd06, annex on changes since 1.3). Types
 * of the Simple Profile get the names its profile for 2.0 has. What 2.0 no longer has is told as lost.
 */
import type { Report } from '../../diagnostic/report.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import { isOperationBody } from '../definitions/operation-body.ts';
import { callOf } from '../functions/call.ts';
import type { Call } from '../functions/call.ts';
import { categories, categoryRows } from '../names/category.ts';
import { textOf } from '../types/lineage.ts';
import { readBundledProfile } from '../profiles/bundled.ts';
import { implicitProfiles } from '../profiles/names.ts';
import type { Version } from '../version.ts';
import { clausesOf, filterOf, together } from './clauses.ts';
import { isInterface, nestOperations } from './interfaces.ts';
import { renameType, typeNames } from './names.ts';
import { asListOfTwo, numbersIn } from './values.ts';
import type { Path, Upgrading } from './upgrading.ts';
import { tell } from './upgrading.ts';

export type Upgraded = { readonly value: Value; readonly report: Report };

/** `places`: paths of imports that 2.0 does not find by what is written, by the offset of that. */
export async function upgradeTemplate(
  root: MapNode,
  version: Version,
  places: ReadonlyMap<number, string> = new Map(),
): Promise<Upgraded> {
  const before = await Promise.all(implicitProfiles[version].map(readBundledProfile));
  const [simple, docker] = await Promise.all([readBundledProfile('simple-2.0'), readBundledProfile('docker-2.0')]);
  const names = typeNames(
    root,
    before.flatMap((one) => one ?? []),
    simple,
    docker,
  );
  const upgrading: Upgrading = { version, names, places, report: [], declared: new Map(), usesDocker: false };
  const body = rewrite(root, [], upgrading);
  return { value: assemble(isMap(body) ? body : new Map<string, Value>(), upgrading), report: upgrading.report };
}

function assemble(body: ValueMap, { declared, usesDocker }: Upgrading): Value {
  const entries = new Map(body);
  const before = entries.get('imports');
  const profiles = ['org.oasis-open.simple:2.0', ...(usesDocker ? ['clocker.docker:2.0'] : [])];
  const imports = [...profiles.map((profile) => new Map([['profile', profile]])), ...(isList(before) ? before : [])];
  entries.delete('tosca_definitions_version');
  entries.delete('imports');
  for (const [section, types] of declared) {
    const own = entries.get(section);
    entries.set(section, new Map([...types, ...(isMap(own) ? own : [])]));
  }
  return new Map<string, Value>([
    ['tosca_definitions_version', 'tosca_2_0'],
    ['imports', imports],
    ...[...entries].flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : [])),
  ]);
}

/** `undefined`: nothing of 2.0 stands for it. */
function rewrite(node: Node, path: Path, upgrading: Upgrading): Value | undefined {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string')
      return (
        (path[0] === 'imports' ? upgrading.places.get(node.span.start.offset) : undefined) ??
        rewriteText(node.value, upgrading)
      );
    // As a number 1.0 would become 1, which is no version.
    const isVersion = typeof node.value === 'number' && path.some((step) => /version/i.test(step));
    return isVersion ? node.text : node.value;
  }
  const call = callOf(node, upgrading.version);
  if (call !== undefined) return rewriteCall(call, path, upgrading);
  if (node.kind === 'list')
    return node.items.flatMap((item, index) => rewrite(item, [...path, `[${index}]`], upgrading) ?? []);
  return rewriteMap(node, path, upgrading);
}

/** Functions that 2.0 has no more. */
const gone: ReadonlySet<string> = new Set(['get_operation_output', 'get_nodes_of_type']);

function rewriteCall({ name, argument, node }: Call, path: Path, upgrading: Upgrading): Value | undefined {
  if (gone.has(name)) {
    tell(upgrading, path, node, 'lost', `2.0 has no function "${name}".`);
    return undefined;
  }
  const given = argument === undefined ? undefined : rewrite(argument, path, upgrading);
  if (given === undefined) return undefined;
  const isPath = name === 'get_property' || name === 'get_attribute';
  return new Map([[`$${name}`, isPath && isList(given) ? pathFromSelf(given) : given]]);
}

/** Since 2.0 a path begins with a node or SELF; the host is the target of the requirement of that name. */
function pathFromSelf([first = null, ...rest]: readonly Value[]): readonly Value[] {
  if (first === 'HOST') return ['SELF', 'RELATIONSHIP', 'host', 'TARGET', ...rest];
  return first === 'SOURCE' || first === 'TARGET' ? ['SELF', first, ...rest] : [first, ...rest];
}

const isFree = (path: Path): boolean =>
  ['metadata', 'dsl_definitions'].includes(path[0] ?? '') || path.includes('properties') || path.includes('attributes');

/** Keynames that are only called in another way. */
const renamed: Readonly<Record<string, string>> = {
  topology_template: 'service_template',
  file: 'url',
  namespace_prefix: 'namespace',
  valid_source_types: 'valid_source_node_types',
  valid_target_types: 'valid_capability_types',
};

function rewriteMap(node: MapNode, path: Path, upgrading: Upgrading): Value {
  const map = new Map<string, Value>();
  const isValue = path.includes('node_templates') && isFree(path);
  for (const { key, value } of node.entries) {
    const name = keyText(key);
    const inner = [...path, name];
    if (isValue) put(map, name, rewrite(value, inner, upgrading));
    else rewriteEntry(name, value, inner, map, upgrading);
  }
  // A service of 2.0 has nodes, if none.
  if (path.length === 1 && path[0] === 'topology_template' && !map.has('node_templates'))
    map.set('node_templates', new Map());
  // A data type of 2.0 derives from another or has properties, if none.
  if (
    path.length === 2 &&
    path[0] === 'data_types' &&
    map.size > 0 &&
    !['derived_from', 'properties'].some((one) => map.has(one))
  )
    map.set('properties', new Map());
  const type = textOf(valueOf(node, 'type') ?? valueOf(node, 'derived_from'));
  if (type === 'range' && !upgrading.names.own.has('range') && !isValue) return asListOfTwo(map, node, path, upgrading);
  if ((type === 'integer' || type === 'float') && !isValue) return numbersIn(map);
  return isInterface(path)
    ? nestOperations(map, (name) => name === 'inputs' && path[0] === 'interface_types' && isOperationNamed(node, name))
    : map;
}

/** Before 1.3 an operation of an interface type could be called as a keyname is. */
function isOperationNamed(node: MapNode, name: string): boolean {
  const body = valueOf(node, name);
  return body !== undefined && isOperationBody(body);
}

const put = (map: Map<string, Value>, name: string, value: Value | undefined): void =>
  void (value === undefined || map.set(name, value));

/** What 2.0 has no word for, by keyname; `where`: only there. */
const lost: readonly { readonly name: string; readonly where: (path: Path) => boolean; readonly reason: string }[] = [
  {
    name: 'namespace',
    where: (path) => path.length === 1,
    reason: 'A template of 2.0 has no namespace of its own.',
  },
  {
    name: 'interfaces',
    where: (path) => path[0] === 'group_types' || path.at(-3) === 'groups',
    reason: 'Groups of 2.0 have no interfaces.',
  },
  { name: 'status', where: () => true, reason: 'Definitions of 2.0 have no status.' },
  ...['timeout', 'operation_host'].map((name) => ({
    name,
    where: (path: Path) => path.at(-2) === 'implementation',
    reason: 'Implementations of 2.0 say no such thing.',
  })),
  { name: 'namespace_uri', where: () => true, reason: 'Namespaces of 2.0 have no URI.' },
  {
    name: 'deploy_path',
    where: (path) => path.at(-3) === 'artifacts',
    reason: 'Artifacts of 2.0 do not say where they are put.',
  },
  {
    name: 'credential',
    where: ([top]) => top === 'repositories',
    reason: 'Repositories of 2.0 have no credential.',
  },
  {
    name: 'implementation',
    where: ([top]) => top === 'interface_types',
    reason: 'Operations of an interface type have no implementation in 2.0; those of a node type do.',
  },
];

function rewriteEntry(name: string, value: Node, path: Path, map: Map<string, Value>, upgrading: Upgrading): void {
  const [top] = path;
  const above = path.at(-2) ?? '';
  if (isFree(path) && top !== undefined && ['metadata', 'dsl_definitions'].includes(top))
    return put(map, name, rewrite(value, path, upgrading));
  const loss = lost.find((one) => one.name === name && one.where(path));
  if (loss !== undefined) return tell(upgrading, path, value, 'lost', loss.reason);
  if (value.kind === 'scalar' && value.value === null) return rewriteNothing(name, path, map);
  if (name === 'constraints') return put(map, 'validation', validationOf(value, path, upgrading));
  if (name === 'occurrences') return rewriteOccurrences(value, path, map, upgrading);
  if (name === 'derived_from' && value.kind === 'scalar') return rewriteParent(value, path, map, upgrading);
  if (name === 'node_filter' || name === 'substitution_filter')
    return put(
      map,
      name,
      filterOf(value, path.includes('requirements') ? ['TARGET'] : [], path, upgrading, (operand) =>
        rewrite(operand, path, upgrading),
      ),
    );
  if ((name === 'entry_schema' || name === 'key_schema') && value.kind === 'scalar')
    return void map.set(name, new Map([['type', rewriteText(value.text, upgrading)]]));
  const isMapped = above === 'substitution_mappings' && name === 'requirements' && value.kind === 'map';
  const written = rewrite(value, path, upgrading);
  if (isMapped && isMap(written))
    return void map.set(
      name,
      [...written].map(([key, item]) => new Map([[key, item]])),
    );
  const isFile = name === 'file' && top !== 'imports';
  const next = isFile || (name === 'namespace_prefix' && top !== 'imports') ? name : (renamed[name] ?? name);
  put(map, above === '' ? next : rewriteText(next, upgrading), written);
}

/** Sections and definitions that were left empty: 2.0 takes none for a section, and an empty map for a definition. */
function rewriteNothing(name: string, path: Path, map: Map<string, Value>): void {
  const isBody =
    (path.length === 2 && /_types$/.test(path[0] ?? '')) ||
    ['operations', 'interfaces', 'node_templates', 'inputs', 'outputs'].includes(path.at(-2) ?? '') ||
    isInterface(path.slice(0, -1));
  if (isBody) map.set(name, new Map());
  else if (isFree(path)) map.set(name, null);
}

function rewriteParent(
  value: Extract<Node, { kind: 'scalar' }>,
  path: Path,
  map: Map<string, Value>,
  upgrading: Upgrading,
): void {
  const found = renameType(value.text, upgrading.names);
  if (found.kind !== 'gone') return void map.set('derived_from', rewriteText(value.text, upgrading));
  // The roots that 2.0 does without said nothing.
  if (!value.text.endsWith('.Root'))
    tell(upgrading, path, value, 'lost', `The profile for 2.0 has no type "${value.text}" to derive from.`);
}

/** A definition says how many there may be, an assignment how many there are. */
function rewriteOccurrences(value: Node, path: Path, map: Map<string, Value>, upgrading: Upgrading): void {
  const written = rewrite(value, path, upgrading) ?? null;
  if (path.includes('capabilities'))
    return tell(upgrading, path, value, 'lost', 'Capabilities of 2.0 are not counted.');
  if (!path.includes('node_templates')) return void map.set('count_range', written);
  const most = isList(written) ? written[1] : undefined;
  if (typeof most === 'number') map.set('count', most);
  else tell(upgrading, path, value, 'lost', 'An assignment of 2.0 stands for a number of relationships that is known.');
}

/** `constraints: [ { greater_than: 1 } ]` -> `validation: { $greater_than: [ $value, 1 ] }` */
const validationOf = (value: Node, path: Path, upgrading: Upgrading): Value | undefined =>
  together(clausesOf(value, '$value', path, upgrading, (operand) => rewrite(operand, path, upgrading)));

function rewriteText(text: string, upgrading: Upgrading): string {
  const found = renameType(text, upgrading.names);
  if (found.kind === 'gone') declare(text, upgrading);
  if (found.kind !== 'renamed') return text.startsWith('$') ? `$${text}` : text;
  if (upgrading.names.docker.has(found.name)) upgrading.usesDocker = true;
  return found.name;
}

/** Types of 1.x that the profile for 2.0 lacks are declared by the template itself, without what they had. */
function declare(text: string, { declared }: Upgrading): void {
  const category = categories.find((one) => text.startsWith(categoryRows[one].prefix));
  if (category === undefined) return;
  const { section } = categoryRows[category];
  const types = declared.get(section) ?? new Map<string, Value>();
  const parent = category === 'data' ? [['derived_from', 'string'] as const] : [];
  types.set(text, new Map<string, Value>([...parent, ['description', 'As it was known before 2.0.']]));
  declared.set(section, types);
}
