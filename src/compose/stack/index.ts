/**
 * `--to stack`: the normal form as a file that `docker stack deploy` takes. Every change it needs for that is told.
 */
import type { Report } from '../../diagnostic/report.ts';
import type { MapNode } from '../../document/node.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { makeMarks, reportLeaves } from '../model/leaves.ts';
import type { Marks, Path } from '../model/leaves.ts';
import { resourceSections } from '../model/names.ts';
import { entriesOf, mapValue, overlayValue, writtenValueOfNode } from '../model/values.ts';
import { stackResource } from './resource-rows.ts';
import type { Context, Row } from './row.ts';
import { stackRows } from './service-rows.ts';
import { versionedStack } from './version.ts';

export type StackResult = { readonly value: ValueMap; readonly report: Report };

export type StackOptions = {
  /** Resources no service uses: a stack makes them all the same. */
  readonly unused?: MapNode;
  /** What the file says at a path, where the normal form has made it absolute; kept where it means the same. */
  readonly written?: (path: Path) => string | undefined;
  /** Services that say themselves that they are on the default network. */
  readonly onDefault?: ReadonlySet<string>;
  /** `version` of the file, kept where a stack file of that version can say it all. */
  readonly version?: string;
  /** In the earliest version that can say it all, whatever the file says: Docker 20.10 knows none after 3.9. */
  readonly earliestVersion?: boolean;
  /** Build arguments without a value, by service: taken from the environment of who builds. */
  readonly bareArgs?: ReadonlyMap<string, readonly string[]>;
};

const rows: ReadonlyMap<string, Row> = new Map(Object.entries(stackRows));

export function translateToStack(tree: MapNode, options: StackOptions = {}): StackResult {
  const sections = mapValue(withUnused(writtenValueOfNode(tree), options.unused));
  const name = sections.get('name');
  const project = typeof name === 'string' ? name : '';
  const marks = makeMarks();
  const stack = new Map<string, Value>();
  marks.set(['name'], { fate: 'adapted', reason: 'A stack is named when it is deployed.' });
  marks.set(['models'], { fate: 'lost', reason: 'Swarm runs no models.' });
  const services = new Map<string, Value>();
  for (const [key, attributes] of entriesOf(sections.get('services'))) {
    const written = (path: Path): string | undefined => options.written?.(['services', key, ...path]);
    const bareArgs = options.bareArgs?.get(key) ?? [];
    const context: Context = { project, key, service: mapValue(attributes), written, bareArgs };
    const made = stackService(context, marks);
    if (made !== undefined)
      services.set(key, options.onDefault?.has(key) === true ? made : withoutDefaultNetwork(made));
  }
  stack.set('services', services);
  setResources(stack, sections, project, marks);
  for (const [key, value] of entriesOf(sections)) if (key.startsWith('x-')) stack.set(key, value);
  const report = [
    ...reportLeaves(tree, marks),
    ...(options.unused === undefined ? [] : reportLeaves(options.unused, marks)),
  ];
  const earliest = options.earliestVersion === true;
  return { value: versionedStack({ said: options.version, earliest }, stack), report };
}

const withUnused = (tree: Value, unused: MapNode | undefined): Value =>
  unused === undefined ? tree : overlayValue(writtenValueOfNode(unused), tree);

function setResources(stack: Map<string, Value>, sections: ValueMap, project: string, marks: Marks): void {
  for (const section of resourceSections) {
    if (section === 'models') continue;
    const made = new Map<string, Value>();
    for (const [key, entry] of entriesOf(sections.get(section))) {
      const { value, marks: found } = stackResource(section, key, mapValue(entry), project);
      for (const { path, mark } of found) marks.set([section, key, ...path], mark);
      // The network every service is on unless said otherwise is made by the stack anyway.
      if (section !== 'networks' || key !== 'default' || value.size > 0) made.set(key, value);
    }
    if (made.size > 0) stack.set(section, made);
  }
}

/** `undefined`: not a service Swarm could run. */
function stackService(context: Context, marks: Marks): Map<string, Value> | undefined {
  const at: Path = ['services', context.key];
  if (context.service.has('provider')) {
    marks.set(at, { fate: 'lost', reason: 'Only Docker Compose runs providers; Swarm runs images.' });
    return undefined;
  }
  let service = new Map<string, Value>();
  for (const [attribute, value] of entriesOf(context.service)) {
    if (value === null) continue;
    const row = rows.get(attribute);
    if (row === undefined) {
      service.set(attribute, value);
      continue;
    }
    const outcome = row(value, context);
    if (outcome.value !== undefined) service.set(attribute, joinValues(outcome.value, service.get(attribute)));
    if (outcome.also !== undefined) service = mergeAlso(service, outcome.also);
    for (const { path, mark } of outcome.marks ?? []) marks.set([...at, attribute, ...path], mark);
  }
  return service;
}

const mergeAlso = (service: Map<string, Value>, also: ValueMap): Map<string, Value> => {
  const merged = new Map(service);
  for (const [key, value] of entriesOf(also)) {
    const present = merged.get(key);
    merged.set(key, present === undefined ? value : joinValues(present, value));
  }
  return merged;
};

/** Lists one after the other, maps key by key; otherwise what is there stays. */
function joinValues(present: Value, more: Value | undefined): Value {
  if (more === undefined) return present;
  if (isList(present) && isList(more)) return [...present, ...more];
  if (!isMap(present) || !isMap(more)) return present;
  const joined = new Map(present);
  for (const [key, value] of more)
    joined.set(key, joinValues(present.get(key) ?? value, present.has(key) ? value : undefined));
  return joined;
}

/** A service on the default network alone need not say so. */
function withoutDefaultNetwork(service: Map<string, Value>): Map<string, Value> {
  const networks = mapValue(service.get('networks'));
  if (networks.size === 1 && networks.get('default') === null) service.delete('networks');
  return service;
}
