/** Networks and volumes, and what puts containers on them: ports, and attachments. */
import { readList, readMap, readString, textEntries } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { NodeDraft, Writing } from './draft.ts';
import { keepProperty, newDraft, sayFor, tell } from './draft.ts';

/** Config key -> property of the normative network; what has none becomes a property of a type of its own. */
const networkProperties: Readonly<Record<string, string>> = {
  'network.id': 'network_name',
  'network.cidr': 'cidr',
  'network.gateway': 'gateway_ip',
};

export function writeNetwork(draft: NodeDraft, writing: Writing): void {
  const isExternal = draft.entity.config.get('network.external') === true;
  for (const [key, value] of textEntries(draft.entity.config)) {
    if (key === 'network.external' && isExternal) continue;
    const name = key === 'network.id' && isExternal ? 'network_id' : networkProperties[key];
    const said = name === undefined ? undefined : sayFor(value, draft.name, writing);
    if (key === 'network.ipv6' && value === true) draft.known.set('ip_version', 6);
    else if (name !== undefined && said !== undefined) draft.known.set(name, said);
    else {
      keepProperty(draft, key, value, writing);
      continue;
    }
    tell(writing, `${draft.name}.${key}`, 'carried');
  }
}

/** The normative storage wants a name, and a size, which volumes of an engine do not have. */
export function writeVolume(draft: NodeDraft, writing: Writing): void {
  const { config, id } = draft.entity;
  const name = readString(config, 'volume.id') ?? id ?? draft.name;
  // The profile of 2.0 gives it none, so there it is a property of a type of its own.
  const isNamed = writing.dialect.version === '1.3';
  if (isNamed) draft.known.set('name', writing.dialect.text(name));
  draft.known.set('size', '1 GB');
  const isExternal = config.get('volume.external') === true;
  if (isExternal) draft.known.set('volume_id', writing.dialect.text(name));
  for (const [key, value] of textEntries(config)) {
    const isIdSaid = key === 'volume.id' && typeof value === 'string' && (isNamed || isExternal);
    const isSaid = isIdSaid || (key === 'volume.external' && isExternal);
    if (isSaid) tell(writing, `${draft.name}.${key}`, 'carried');
    else keepProperty(draft, key, value, writing);
  }
}

/** A port for each network the container is on; one that is none of the application exists already. */
export function writeAttachments(draft: NodeDraft, writing: Writing): void {
  const { config } = draft.entity;
  const details = readMap(config, 'network.attachments');
  for (const item of readList(config, 'network.list') ?? []) {
    if (typeof item !== 'string') {
      tell(writing, `${draft.name}.network.list`, 'lost', 'A network is told by its name.');
      continue;
    }
    const network = networkNamed(item, writing);
    const port = newDraft(
      freeName(`${draft.name}_on_${network.name}`, writing),
      draft.entity,
      writing.dialect.type('nodes', 'Port'),
    );
    port.description = undefined;
    port.requirements.push(new Map([['binding', draft.name]]), new Map([['link', network.name]]));
    const said = details?.get(item);
    for (const [name, value] of isMap(said) ? textEntries(said) : []) writeDetail(port, name, value, draft, writing);
    writing.nodes.set(port.name, port);
    tell(writing, `${draft.name}.network.list.${item}`, 'carried');
  }
}

function writeDetail(port: NodeDraft, name: string, value: Value, draft: NodeDraft, writing: Writing): void {
  const path = `${draft.name}.network.attachments.${name}`;
  const said = sayFor(value, draft.name, writing);
  if ((name === 'ipv4_address' || name === 'ipv6_address') && said !== undefined && !port.known.has('ip_address'))
    port.known.set('ip_address', said);
  else if (name === 'priority' && typeof value === 'number' && value <= 1000) port.known.set('order', 1000 - value);
  else if (name === 'gw_priority' && value === 1) port.known.set('is_default', true);
  else return tell(writing, path, 'lost', 'A port of TOSCA has no such property.');
  tell(writing, path, 'carried');
}

function networkNamed(id: string, writing: Writing): NodeDraft {
  const type = writing.dialect.type('nodes', 'Network');
  for (const draft of writing.nodes.values())
    if (draft.type === type && (readString(draft.entity.config, 'network.id') ?? draft.entity.id) === id) return draft;
  const entity = { ...emptyEntity, id, type };
  const draft = newDraft(freeName(id.replaceAll(/\W+/g, '_'), writing), entity, type);
  draft.known.set('network_id', writing.dialect.text(id));
  writing.nodes.set(draft.name, draft);
  return draft;
}

const emptyEntity = {
  config: new Map<string, Value>(),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children: [],
};

export function freeName(wanted: string, { nodes }: Writing): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!nodes.has(name)) return name;
  }
}

/** `volume:/path` of a volume of the application is an attachment; every other mount stays a property. */
export function writeMounts(draft: NodeDraft, value: Value, writing: Writing): boolean {
  const kept: Value[] = [];
  const type = writing.dialect.type('nodes', 'Storage.BlockStorage');
  for (const item of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
    const [, id, path] = typeof item === 'string' ? (/^([^:/]+):(\/[^:]*)$/.exec(item) ?? []) : [];
    const volume = [...writing.nodes.values()].find(
      (one) => one.type === type && (readString(one.entity.config, 'volume.id') === id || one.entity.id === id),
    );
    if (volume === undefined || path === undefined) {
      kept.push(item);
      continue;
    }
    const relationship = new Map<string, Value>([
      ['type', writing.dialect.type('relationships', 'AttachesTo')],
      ['properties', new Map([['location', writing.dialect.text(path)]])],
    ]);
    draft.requirements.push(
      new Map([
        [
          'storage',
          new Map<string, Value>([
            ['node', volume.name],
            ['relationship', relationship],
          ]),
        ],
      ]),
    );
    tell(writing, `${draft.name}.docker.container.volumes.${id ?? ''}`, 'carried');
  }
  if (kept.length > 0) keepProperty(draft, 'docker.container.volumes', kept, writing);
  return true;
}
