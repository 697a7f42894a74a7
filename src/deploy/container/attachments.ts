/** Which networks a container is on, in the order of its interfaces, and what it is there. */
import { readBoolean, readList, readMap, readNumber, readTexts, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Complain } from '../problems.ts';
import type { Fields } from './draft.ts';
import { asTextObject } from './readers.ts';

export type WantedAttachment = {
  /** Name on the engine. */
  readonly network: string;
  readonly aliases: readonly string[];
  /** `container:alias` */
  readonly links: readonly string[];
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly linkLocal: readonly string[];
  readonly mac?: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly gatewayPriority?: number;
};

export type AttachmentContext = {
  /** The container's own config, with what it inherits. */
  readonly config: ValueMap;
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  /** Name on the engine of a network id; undefined where it is not known at all. */
  readonly networkName: (id: string) => string | undefined;
  /** The application's own network, joined by whoever names no other. */
  readonly applicationNetwork: string;
  readonly complain: Complain;
};

const text = (map: ValueMap, key: string): string | undefined => {
  const value = textOf(map.get(key));
  return value === '' ? undefined : value;
};

/** Ids of the networks a config puts a container on; undefined: it says none, so the application's own. */
export function networkIds(config: ValueMap): readonly string[] | undefined {
  const listed = readList(config, 'network.list')?.flatMap((item) => textOf(item) ?? []);
  const own = readBoolean(config, 'sdn.applicationNetwork.create');
  if (listed === undefined) return own === false ? [] : undefined;
  return listed;
}

/** Whether the application's own network is joined besides. */
export const joinsApplicationNetwork = (config: ValueMap): boolean =>
  readBoolean(config, 'sdn.applicationNetwork.create') ?? networkIds(config) === undefined;

/** Higher priority first; else as listed. */
export function attachmentsOf(context: AttachmentContext): readonly WantedAttachment[] {
  const { config, complain } = context;
  const said = readMap(config, 'network.attachments');
  const listed = (networkIds(config) ?? []).flatMap((id) => {
    const network = context.networkName(id);
    if (network === undefined) complain('deploy-reference', `There is no network "${id}".`);
    const value = said?.get(id);
    const about: ValueMap = isMap(value) ? value : new Map<string, Value>();
    return network === undefined ? [] : [{ network, about, priority: readNumber(about, 'priority') ?? 0 }];
  });
  const own = joinsApplicationNetwork(config)
    ? [{ network: context.applicationNetwork, about: new Map<string, Value>(), priority: 0 }]
    : [];
  const ordered = [...listed, ...own].sort((a, b) => b.priority - a.priority);
  const attachments = ordered.map(({ network, about }) => attachmentOf(network, about, context));
  const mac = text(config, 'docker.container.macAddress');
  const [first] = attachments;
  if (mac === undefined || first === undefined || first.mac !== undefined) return attachments;
  return [{ ...first, mac }, ...attachments.slice(1)];
}

function attachmentOf(network: string, about: ValueMap, context: AttachmentContext): WantedAttachment {
  const ipv4 = text(about, 'ipv4_address');
  const ipv6 = text(about, 'ipv6_address');
  const mac = text(about, 'mac_address');
  const options = about.get('driver_opts');
  const gatewayPriority = readNumber(about, 'gw_priority');
  return {
    network,
    aliases: [...new Set([...context.aliases, ...(readTexts(about, 'aliases') ?? [])])],
    links: context.links,
    linkLocal: readTexts(about, 'link_local_ips') ?? [],
    driverOptions: options === undefined || options === null ? {} : (asTextObject(options, context.complain) ?? {}),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(mac === undefined ? {} : { mac }),
    ...(gatewayPriority === undefined ? {} : { gatewayPriority }),
  };
}

/** The engine's EndpointSettings. */
export function endpointFields(attachment: WantedAttachment): Fields {
  const { aliases, links, ipv4, ipv6, linkLocal, mac, driverOptions, gatewayPriority } = attachment;
  const isFixed = ipv4 !== undefined || ipv6 !== undefined || linkLocal.length > 0;
  return {
    Aliases: aliases,
    ...(links.length === 0 ? {} : { Links: links }),
    ...(isFixed
      ? {
          IPAMConfig: {
            ...(ipv4 === undefined ? {} : { IPv4Address: ipv4 }),
            ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }),
            ...(linkLocal.length === 0 ? {} : { LinkLocalIPs: linkLocal }),
          },
        }
      : {}),
    ...(mac === undefined ? {} : { MacAddress: mac }),
    ...(Object.keys(driverOptions).length === 0 ? {} : { DriverOpts: driverOptions }),
    // Known since API 1.48; older engines ignore it.
    ...(gatewayPriority === undefined ? {} : { GwPriority: gatewayPriority }),
  };
}
