/** Published and open ports: `openPorts`, `directPorts`, `portBindings`, `publishedPorts`. */
import { readList, readMap, textEntries, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';

export type PortBinding = {
  readonly containerPort: number;
  readonly protocol: string;
  /** '' = all addresses. */
  readonly address: string;
  /** '' = the engine chooses; a range lets it choose from there. */
  readonly hostPort: string;
};

export type Ports = {
  readonly published: readonly PortBinding[];
  /** `80/tcp`; those published among them. */
  readonly exposed: readonly string[];
};

type Range = { readonly first: number; readonly last: number };

const protocols = ['tcp', 'udp', 'sctp'];

function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1] ?? Number.NaN);
  const last = Number(match?.[2] ?? first);
  return first >= 0 && first <= last && last <= 65535 ? { first, last } : undefined;
}

type Said = {
  readonly target: string;
  readonly published: string;
  readonly address: string;
  readonly protocol: string;
};

/** A range of container ports takes a host range port by port when both are as long; else the engine chooses from it. */
function bindings({ target, published, address, protocol }: Said, complain: Complain): readonly PortBinding[] {
  const inside = parseRange(target);
  const outside = published === '' ? undefined : parseRange(published);
  const isBad = inside === undefined || inside.first === 0 || (published !== '' && outside === undefined);
  if (isBad || !protocols.includes(protocol)) {
    complain('deploy-value', `"${published}:${target}/${protocol}" is no port to publish.`);
    return [];
  }
  const count = inside.last - inside.first + 1;
  const paired = outside !== undefined && outside.last - outside.first + 1 === count;
  return Array.from({ length: count }, (_, index) => ({
    containerPort: inside.first + index,
    protocol,
    address,
    hostPort: outside === undefined ? '' : paired ? String(outside.first + index) : published,
  }));
}

const split = (port: Value): readonly [string, string] => {
  const [number = '', protocol = 'tcp'] = (textOf(port) ?? '').split('/');
  return [number, protocol.toLowerCase()];
};

const hostSide = /^(?:(?:\[([^\]]*)\]|([^[\]:]*)):)?([^:/]*)(?:\/([a-z]+))?$/;

/** `8080: 80`, `"127.0.0.1:53/udp": 53`, `"[::1]:80": 80`. */
function ofBinding([host, container]: readonly [string, Value], complain: Complain): readonly PortBinding[] {
  const match = hostSide.exec(host);
  const [target, inner] = split(container);
  if (match === null) {
    complain('deploy-value', `"${host}" is no port of the host.`);
    return [];
  }
  const [, six, four, published = '', outer] = match;
  return bindings({ target, published, address: six ?? four ?? '', protocol: outer ?? inner }, complain);
}

/** {target, published, host_ip, protocol}, or a port alone. */
function ofPublished(port: Value, complain: Complain): readonly PortBinding[] {
  if (!isMap(port)) {
    const [target, protocol] = split(port);
    return bindings({ target, published: '', address: '', protocol }, complain);
  }
  const text = (key: string): string => textOf(port.get(key)) ?? '';
  const protocol = text('protocol') === '' ? 'tcp' : text('protocol').toLowerCase();
  return bindings(
    { target: text('target'), published: text('published'), address: text('host_ip'), protocol },
    complain,
  );
}

function ofDirect(port: Value, complain: Complain): readonly PortBinding[] {
  const [target, protocol] = split(port);
  return bindings({ target, published: target, address: '', protocol }, complain);
}

/** Further ports are the values of other keys, where those are ports. */
const further = (config: ValueMap, key: string): readonly Value[] =>
  (readList(config, key) ?? []).flatMap((name) => {
    const value = config.get(textOf(name) ?? '');
    return value === undefined || value === null ? [] : [value];
  });

export function portsOf(config: ValueMap, complain: Complain): Ports {
  const direct = [
    ...(readList(config, 'docker.container.directPorts') ?? []),
    ...further(config, 'docker.container.directPorts.configKeys'),
  ];
  const published = [
    ...textEntries(readMap(config, 'docker.container.portBindings')).flatMap((entry) => ofBinding(entry, complain)),
    ...direct.flatMap((port) => ofDirect(port, complain)),
    ...(readList(config, 'docker.container.publishedPorts') ?? []).flatMap((port) => ofPublished(port, complain)),
  ];
  const open = [
    ...(readList(config, 'docker.container.openPorts') ?? []),
    ...further(config, 'docker.container.openPorts.configKeys'),
  ].flatMap((port) => {
    const [target, protocol] = split(port);
    return bindings({ target, published: '', address: '', protocol }, complain);
  });
  const exposed = [...published, ...open].map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  return { published, exposed: [...new Set(exposed)] };
}

/** As the engine's API has it. */
export function portFields({ published, exposed }: Ports): {
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly PortBindings: Readonly<Record<string, readonly object[]>>;
} {
  const bound = new Map<string, object[]>();
  for (const { containerPort, protocol, address, hostPort } of published) {
    const key = `${containerPort}/${protocol}`;
    bound.set(key, [...(bound.get(key) ?? []), { HostIp: address, HostPort: hostPort }]);
  }
  return {
    ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])),
    PortBindings: Object.fromEntries(bound),
  };
}

const anyAddress: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** Whether a port published on one address is in the way of the same port on another. */
export const overlaps = (a: string, b: string): boolean => a === b || anyAddress.has(a) || anyAddress.has(b);

/** A single host port, and not one the engine chooses. */
export const fixedPort = ({ hostPort }: PortBinding): number | undefined =>
  /^\d+$/.test(hostPort) && hostPort !== '0' ? Number(hostPort) : undefined;
