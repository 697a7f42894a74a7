/** Keys of services that are called otherwise today. */
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { changeItems, entryNode, keyOf, mapOf, scalarNode, textOf, withEntries } from '../nodes.ts';
import type { Report } from '../problems.ts';
import type { Place, Trail } from '../trail.ts';
import { below } from '../trail.ts';

export type Former = {
  readonly format: '1' | '2' | '3';
  /** Services of the file. */
  readonly names: ReadonlySet<string>;
  readonly report: Report;
  readonly trail: Trail;
  /** Of the service. */
  readonly place: Place | undefined;
};

/** What an old key becomes; nothing where another key says it. */
type Change = (entry: MapEntry, service: MapNode, former: Former) => readonly MapEntry[];

const renamed =
  (key: string): Change =>
  (entry) => [entryNode(key, entry.value, entry.key.span)];

const buildPart: Change = (entry, service) => {
  const context = valueOf(service, 'build');
  return context === undefined
    ? [entryNode('build', mapOf({ dockerfile: entry.value }, entry.value.span), entry.key.span)]
    : [];
};

/** A context that is a text; format 1 has no other. */
const build: Change = (entry, service) => {
  const dockerfile = valueOf(service, 'dockerfile');
  if (dockerfile === undefined || entry.value.kind !== 'scalar') return [entry];
  return [{ ...entry, value: mapOf({ context: entry.value, dockerfile }, entry.value.span) }];
};

const network: Change = (entry, _service, { names }) => {
  const [, container] = /^container:(.*)$/s.exec(textOf(entry.value) ?? '') ?? [];
  const isService = container !== undefined && names.has(container);
  const value = isService ? scalarNode(`service:${container}`, entry.value.span) : entry.value;
  return [entryNode('network_mode', value, entry.key.span)];
};

const logging: Change = (entry, service) => {
  const options = valueOf(service, 'log_opt');
  const driver = keyOf(entry) === 'log_driver' ? entry.value : undefined;
  // Options without a driver make their own entry.
  if (driver === undefined && valueOf(service, 'log_driver') !== undefined) return [];
  return [entryNode('logging', mapOf({ driver, options }, entry.value.span), entry.key.span)];
};

/** What is no service is a container somebody else made. */
const volumesFrom: Change = (entry, _service, { names }) => {
  if (entry.value.kind !== 'list') return [entry];
  const value = changeItems(entry.value, (item) => {
    const text = textOf(item);
    const [name = ''] = (text ?? '').split(':');
    if (text === undefined || names.has(name) || name === 'container') return item;
    return scalarNode(`container:${text}`, item.span);
  });
  return [{ ...entry, value }];
};

type Row = { readonly formats: readonly Former['format'][]; readonly change: Change; readonly today?: string };

const formerKeys: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['build', { formats: ['1'], change: build }],
  ['dockerfile', { formats: ['1'], change: buildPart, today: 'It stands in "build" today.' }],
  ['net', { formats: ['1'], change: network, today: 'It is called "network_mode" today.' }],
  ['log_driver', { formats: ['1'], change: logging, today: 'It is "driver" in "logging" today.' }],
  ['log_opt', { formats: ['1'], change: logging, today: 'It is "options" in "logging" today.' }],
  ['volumes_from', { formats: ['1'], change: volumesFrom }],
  ['volume_driver', { formats: ['1', '2'], change: () => [], today: 'Each volume has its own driver today.' }],
  ['cgroupns_mode', { formats: ['3'], change: renamed('cgroup'), today: 'It is called "cgroup" today.' }],
]);

export function upgradeService(service: MapNode, former: Former): Node {
  if (!service.entries.some((entry) => formerKeys.get(keyOf(entry))?.formats.includes(former.format))) return service;
  const entries = service.entries.flatMap((entry) => {
    const row = formerKeys.get(keyOf(entry));
    if (row === undefined || !row.formats.includes(former.format)) return [entry];
    const changed = row.change(entry, service, former);
    if (row.today === undefined) return changed;
    former.report('key-old', `Only format ${former.format} has the key "${keyOf(entry)}".`, entry.key.span, {
      hint: row.today,
    });
    for (const one of changed)
      former.trail.add(below(former.place, keyOf(one)), { kind: 'upgraded', text: keyOf(entry) });
    return changed;
  });
  return withEntries(service, entries);
}
