/** `brooklyn.parameters`: config keys declared for whoever deploys. */
import { didYouMean } from '../diagnostic/suggest.ts';
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import type { Parameter } from '../model/entity.ts';
import type { Value } from '../model/value.ts';
import { isList, isMap } from '../model/value.ts';
import { asList, asMap, asText, report, textOfKey } from './reading.ts';
import type { Reading } from './reading.ts';
import { readValue } from './value.ts';

type Fields = Partial<Parameter>;
type FieldReader = (r: Reading, node: Node, key: string, before: Fields) => Fields;

const text =
  (field: 'name' | 'label' | 'description'): FieldReader =>
  (r, node, key) => {
    const value = asText(r, node, key);
    return value === undefined ? {} : { [field]: value };
  };

const flag =
  (field: 'pinned' | 'reconfigurable'): FieldReader =>
  (r, node, key) => {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return { [field]: node.value };
    report(r, 'blueprint-shape', `${key} takes true or false.`, node.span);
    return {};
  };

const inheritance =
  (axis: 'type' | 'runtime'): FieldReader =>
  (r, node, _key, before) => ({ inheritance: new Map([...(before.inheritance ?? []), [axis, readValue(r, node)]]) });

const fieldReaders: Readonly<Record<string, FieldReader>> = {
  name: text('name'),
  label: text('label'),
  description: text('description'),
  type: (r, node, key) => {
    const type = asText(r, node, key);
    return type === undefined ? {} : { type };
  },
  default: (r, node) => ({ default: readValue(r, node) }),
  pinned: flag('pinned'),
  constraints: (r, node) => ({ constraints: readConstraints(r, node) }),
  'inheritance.type': inheritance('type'),
  'inheritance.runtime': inheritance('runtime'),
  'inheritance.parent': inheritance('runtime'),
  reconfigurable: flag('reconfigurable'),
  deprecatedNames: (r, node, key) => ({
    deprecatedNames: asList(r, node, key).flatMap((item) => asText(r, item, key) ?? []),
  }),
};

const readers = new Map(Object.entries(fieldReaders));

export function readParameters(r: Reading, node: Node): readonly Parameter[] {
  return asList(r, node, 'brooklyn.parameters').flatMap((item) => {
    // A text alone is the name of a parameter.
    if (item.kind === 'scalar' && item.value !== null) return [{ name: item.text }];
    const map = asMap(r, item, 'An entry of brooklyn.parameters');
    return map === undefined ? [] : [readParameter(r, map)];
  });
}

function readParameter(r: Reading, node: MapNode): Parameter {
  let fields: Fields = {};
  const more = new Map<string, Value>();
  for (const entry of node.entries) {
    const key = textOfKey(entry) ?? '';
    const read = readers.get(key);
    // Newer servers take a whole type here, as a map.
    if (key === 'type' && entry.value.kind !== 'scalar') more.set(key, readValue(r, entry.value));
    else if (read !== undefined) fields = { ...fields, ...read(r, entry.value, key, fields) };
    else readMore(r, more, key, entry);
  }
  if (fields.name === undefined)
    report(r, 'blueprint-shape', 'A parameter needs a name.', { ...node.span, end: node.span.start });
  return { name: '', ...fields, ...(more.size === 0 ? {} : { more }) };
}

function readMore(r: Reading, more: Map<string, Value>, key: string, { key: node, value }: MapEntry): void {
  report(r, 'blueprint-key-unknown', `A parameter has no "${key}".`, node.span, didYouMean(key, readers.keys()));
  more.set(key, readValue(r, value));
}

/** One constraint may stand alone; a map of several is as many constraints. */
function readConstraints(r: Reading, node: Node): readonly Value[] {
  const value = readValue(r, node);
  if (isList(value)) return value;
  return isMap(value) ? [...value].map(([key, one]) => new Map([[key, one]])) : [value];
}
