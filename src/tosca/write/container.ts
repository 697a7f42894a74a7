/** Containers: the image is an artifact, the environment the inputs of `create`, ports the capability of Docker. */
import { parseImageReference, renderImageReference } from '../../model/image-reference.ts';
import { readString, textEntries } from '../../model/read.ts';
import type { Entity } from '../../model/entity.ts';
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { NodeDraft, Writing } from './draft.ts';
import { sayFor, tell } from './draft.ts';

/** What is said by other means than a property of the key's name. */
export const containerKeys: Readonly<Record<string, (draft: NodeDraft, value: Value, writing: Writing) => boolean>> = {
  'docker.container.environment': sayEnvironment,
  'docker.container.openPorts': (draft, value, writing) => sayPorts(draft, 'expose_ports', value, writing),
  'docker.container.directPorts': (draft, value, writing) => sayPorts(draft, 'publish_ports', value, writing),
  'docker.container.portBindings': sayBindings,
  'docker.container.volumes.export': (draft, value, writing) => {
    if (!isList(value) || !value.every((path) => typeof path === 'string')) return false;
    addTo(draft, 'volumes', value, writing);
    return true;
  },
};

export function writeImage(draft: NodeDraft, writing: Writing): void {
  const image = imageOf(draft.entity);
  if (image === undefined) return tell(writing, `${draft.name}.image`, 'adapted', 'It is built, or named by its keys.');
  const type = writing.dialect.type('artifacts', 'Deployment.Image.Container.Docker');
  draft.artifacts.set(
    'image',
    new Map([
      ['type', type],
      ['file', image],
    ]),
  );
  tell(writing, `${draft.name}.image`, 'carried');
}

/** By the type, or by the keys where these are texts and name no more than an image. */
function imageOf({ type, config }: Entity): string | undefined {
  if (type.startsWith('docker:')) return renderImageReference(parseImageReference(type.slice('docker:'.length)));
  if (config.has('docker.build.context')) return undefined;
  const name = readString(config, 'docker.image.name');
  const tag = readString(config, 'docker.image.tag');
  return name === undefined ? undefined : tag === undefined ? name : `${name}:${tag}`;
}

function sayEnvironment(draft: NodeDraft, value: Value, writing: Writing): boolean {
  if (!isMap(value)) return false;
  for (const [name, text] of textEntries(value)) {
    const path = `${draft.name}.docker.container.environment.${name}`;
    const said = text === null ? undefined : sayFor(text, draft.name, writing);
    if (said === undefined)
      tell(
        writing,
        path,
        'lost',
        text === null ? 'Its value is that of whoever deploys.' : 'No function of TOSCA says this.',
      );
    else {
      draft.environment.set(name, said);
      tell(writing, path, 'carried');
    }
  }
  return true;
}

type Port = { readonly number: number; readonly protocol: string };

function portOf(value: Value): Port | undefined {
  const match = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(
    typeof value === 'number' || typeof value === 'string' ? String(value) : '',
  );
  return match === null ? undefined : { number: Number(match[1]), protocol: match[2] ?? 'tcp' };
}

/** `source` is the port of the container, `target` that of the host. */
const spec = ({ number, protocol }: Port, target?: number): Value =>
  new Map<string, Value>([
    ['protocol', protocol],
    ['source', number],
    ...(target === undefined ? [] : [['target', target] as const]),
  ]);

function sayPorts(draft: NodeDraft, name: string, value: Value, writing: Writing): boolean {
  const items = isList(value) ? value : [value];
  const ports = items.map(portOf);
  if (!ports.every((port) => port !== undefined)) return false;
  addTo(
    draft,
    name,
    ports.map((port) => spec(port)),
    writing,
  );
  return true;
}

function sayBindings(draft: NodeDraft, value: Value, writing: Writing): boolean {
  if (!isMap(value)) return false;
  const specs = [...value].map(([outside, inside]) => {
    const [host, own] = [typeof outside === 'string' ? portOf(outside) : undefined, portOf(inside)];
    return host === undefined ||
      own === undefined ||
      (typeof inside === 'string' && inside.includes('/') && own.protocol !== host.protocol)
      ? undefined
      : spec({ ...own, protocol: host.protocol }, host.number);
  });
  if (!specs.every((one) => one !== undefined)) return false;
  addTo(draft, 'publish_ports', specs, writing);
  return true;
}

function addTo(draft: NodeDraft, name: string, items: readonly Value[], writing: Writing): void {
  const docker = draft.capabilities.get('docker') ?? new Map<string, Value>();
  const before = docker.get(name);
  docker.set(name, [...(isList(before) ? before : []), ...items]);
  draft.capabilities.set('docker', docker);
  tell(writing, `${draft.name}.docker.${name}`, 'carried');
}
