/**
 * A template of 1.x as one of 2.0: the same tree in the words of the new grammar (2.0 csd06, annex on changes since 1.3). Types
 * of the Simple Profile get the names its profile for 2.0 has. What 2.0 no longer has is told as lost.
 */
import type { Report, ReportLine } from '../diagnostic/report.ts';
import type { MapNode, Node } from '../document/node.ts';
import type { Value } from '../model/value.ts';
import { isList, isMap } from '../model/value.ts';
import { keyText } from './data/node-value.ts';
import { readCall } from './functions/call.ts';
import type { Version } from './version.ts';

export type Upgraded = { readonly value: Value; readonly report: Report };

type Upgrading = { readonly version: Version; readonly report: ReportLine[]; usesDocker: boolean };

export function upgradeTemplate(root: MapNode, version: Version): Upgraded {
  const upgrading: Upgrading = { version, report: [], usesDocker: false };
  const body = rewrite(root, [], upgrading);
  const entries = isMap(body) ? new Map(body) : new Map<string, Value>();
  const before = entries.get('imports');
  const profiles = ['org.oasis-open.simple:2.0', ...(upgrading.usesDocker ? ['clocker.docker:2.0'] : [])];
  const imports = [...profiles.map((profile) => new Map([['profile', profile]])), ...(isList(before) ? before : [])];
  entries.delete('tosca_definitions_version');
  entries.delete('imports');
  const value = new Map<string, Value>([
    ['tosca_definitions_version', 'tosca_2_0'],
    ['imports', imports],
    ...[...entries].flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : [])),
  ]);
  return { value, report: upgrading.report };
}

type Path = readonly string[];

/** Functions that 2.0 has no more. */
const gone: ReadonlySet<string> = new Set(['get_operation_output', 'get_nodes_of_type']);

function rewrite(node: Node, path: Path, upgrading: Upgrading): Value {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') return rewriteText(node.value, upgrading);
    // As a number 1.0 would become 1, which is no version.
    const isVersion = typeof node.value === 'number' && path.some((step) => /version/i.test(step));
    return isVersion ? node.text : node.value;
  }
  const call = readCall(node, upgrading.version);
  if (call !== undefined && !('kind' in call && call.kind === 'malformed') && node.kind === 'map') {
    const [entry] = node.entries;
    if (entry !== undefined) {
      const name = keyText(entry.key);
      if (gone.has(name)) tell(upgrading, path, node, 'lost', `2.0 has no function "${name}".`);
      const given = rewrite(entry.value, path, upgrading);
      const isPath = name === 'get_property' || name === 'get_attribute';
      return new Map([[`$${name}`, isPath && isList(given) ? pathFromSelf(given) : given]]);
    }
  }
  if (node.kind === 'list') return node.items.map((item, index) => rewrite(item, [...path, `[${index}]`], upgrading));
  return rewriteMap(node, path, upgrading);
}

/** Since 2.0 a path begins with a node or SELF; the host is the target of the requirement of that name. */
function pathFromSelf([first = null, ...rest]: readonly Value[]): readonly Value[] {
  if (first === 'HOST') return ['SELF', 'RELATIONSHIP', 'host', 'TARGET', ...rest];
  return first === 'SOURCE' || first === 'TARGET' ? ['SELF', first, ...rest] : [first, ...rest];
}

const tell = (upgrading: Upgrading, path: Path, node: Node, fate: 'lost' | 'adapted', reason: string): void =>
  void upgrading.report.push({ path: path.join('.'), fate, at: node.span, reason });

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

const sections = new Set(['interface_types', 'interfaces']);

function rewriteMap(node: MapNode, path: Path, upgrading: Upgrading): Value {
  const map = new Map<string, Value>();
  const isValue = path.includes('node_templates') && isFree(path);
  for (const { key, value } of node.entries) {
    const name = keyText(key);
    const inner = [...path, name];
    if (isValue) map.set(name, rewrite(value, inner, upgrading));
    else rewriteEntry(name, value, inner, map, upgrading);
  }
  return isInterface(path) ? nestOperations(map) : map;
}

function rewriteEntry(name: string, value: Node, path: Path, map: Map<string, Value>, upgrading: Upgrading): void {
  const [top] = path;
  const above = path.at(-2) ?? '';
  if (path.length === 1 && name === 'namespace')
    return tell(upgrading, path, value, 'lost', 'A template of 2.0 has no namespace of its own.');
  if (name === 'status') return tell(upgrading, path, value, 'lost', 'Definitions of 2.0 have no status.');
  if ((name === 'timeout' || name === 'operation_host') && above === 'implementation')
    return tell(upgrading, path, value, 'lost', 'Implementations of 2.0 say no such thing.');
  if (name === 'namespace_uri') return tell(upgrading, path, value, 'lost', 'Namespaces of 2.0 have no URI.');
  if (name === 'credential' && top === 'repositories')
    return tell(upgrading, path, value, 'lost', 'Repositories of 2.0 have no credential.');
  if (name === 'constraints') return void map.set('validation', validationOf(value, path, upgrading));
  if (name === 'occurrences') return rewriteOccurrences(value, path, map, upgrading);
  if (name === 'derived_from' && value.kind === 'scalar' && value.value === 'tosca.policies.Root') return;
  if ((name === 'entry_schema' || name === 'key_schema') && value.kind === 'scalar')
    return void map.set(name, new Map([['type', rewrite(value, path, upgrading)]]));
  const isFile = name === 'file' && top !== 'imports';
  const next = isFile || (name === 'namespace_prefix' && top !== 'imports') ? name : (renamed[name] ?? name);
  const text = rewriteText(next, upgrading);
  map.set(above === '' ? next : text, rewrite(value, path, upgrading));
}

/** A definition says how many there may be, an assignment how many there are. */
function rewriteOccurrences(value: Node, path: Path, map: Map<string, Value>, upgrading: Upgrading): void {
  const written = rewrite(value, path, upgrading);
  if (path.includes('capabilities'))
    return tell(upgrading, path, value, 'lost', 'Capabilities of 2.0 are not counted.');
  if (!path.includes('node_templates')) return void map.set('count_range', written);
  const most = isList(written) ? written[1] : undefined;
  if (typeof most === 'number') map.set('count', most);
  else tell(upgrading, path, value, 'lost', 'An assignment of 2.0 stands for a number of relationships that is known.');
}

/** `constraints: [ { greater_than: 1 } ]` -> `validation: { $greater_than: [ $value, 1 ] }` */
function validationOf(value: Node, path: Path, upgrading: Upgrading): Value {
  const clauses = (value.kind === 'list' ? value.items : []).flatMap((item) =>
    item.kind === 'map'
      ? item.entries.flatMap(({ key, value: operand }) => clauseOf(keyText(key), operand, path, upgrading))
      : [],
  );
  const [only, second] = clauses;
  return only !== undefined && second === undefined ? only : new Map([['$and', clauses]]);
}

const lengths: Readonly<Record<string, string>> = {
  length: '$equal',
  min_length: '$greater_or_equal',
  max_length: '$less_or_equal',
};

function clauseOf(name: string, operand: Node, path: Path, upgrading: Upgrading): readonly Value[] {
  const value = rewrite(operand, path, upgrading);
  const of = (call: string, subject: Value, argument: Value): Value => new Map([[call, [subject, argument]]]);
  const length = lengths[name];
  if (length !== undefined) return [of(length, new Map([['$length', ['$value']]]), value)];
  if (name === 'pattern') return [of('$matches', '$value', value)];
  if (name === 'in_range' && isList(value)) {
    const [least = null, most = null] = value;
    return [
      ...(least === 'UNBOUNDED' ? [] : [of('$greater_or_equal', '$value', least)]),
      ...(most === 'UNBOUNDED' ? [] : [of('$less_or_equal', '$value', most)]),
    ];
  }
  if (name === 'schema') {
    tell(upgrading, path, operand, 'lost', '2.0 has no clause for schemas.');
    return [];
  }
  return [of(`$${name}`, '$value', value)];
}

/** The body of an interface, or of an interface type. */
const isInterface = (path: Path): boolean => path.length >= 2 && sections.has(path.at(-2) ?? '');

const interfaceKeys: ReadonlySet<string> = new Set([
  'type',
  'derived_from',
  'version',
  'metadata',
  'description',
  'inputs',
  'operations',
  'notifications',
]);

/** Before 1.3 operations stood beside the keynames. */
function nestOperations(map: ReadonlyMap<string, Value>): Value {
  const beside = [...map].filter(([name]) => !interfaceKeys.has(name));
  if (beside.length === 0) return map;
  const own = map.get('operations');
  const operations = new Map([...(isMap(own) ? own : []), ...beside]);
  return new Map<string, Value>([
    ...[...map].filter(([name]) => interfaceKeys.has(name) && name !== 'operations'),
    ['operations', operations],
  ]);
}

const normative =
  /^tosca\.(?:nodes|capabilities|relationships|artifacts|datatypes|interfaces|policies|groups)\.(?:network\.)?(\S+)$/;

/** Names whose last part is not all of what the profile of 2.0 calls them. */
const shortNames: Readonly<Record<string, string>> = {
  'node.lifecycle.Standard': 'Lifecycle.Standard',
  'relationship.Configure': 'Relationship.Configure',
};

function rewriteText(text: string, upgrading: Upgrading): string {
  const short = normative.exec(text)?.[1];
  if (short === undefined) return text.startsWith('$') ? `$${text}` : text;
  if (/Docker$/.test(short)) upgrading.usesDocker = true;
  return shortNames[short] ?? short;
}
