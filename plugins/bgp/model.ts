/** What Calico's BGPConfiguration and BGPPeer say, as far as it is obeyed; read back from the store. */
import { boolean, integer, nullable, optional, readShape, record, text } from '../../src/shape/index.ts';
import { parseAddress, type Address } from '../../src/ip/address.ts';
import { matches, parseSelector, type Selector } from '../policy/index.ts';

export type BgpSettings = {
  readonly asNumber: number;
  readonly mesh: boolean;
  /** Seconds for which hosts keep each other's routes while BIRD starts again. */
  readonly meshRestartTime?: number;
};

/** How one peer is spoken with, where it says so. */
export type PeerManner = {
  /** Next hops are passed on as they were learned. */
  readonly keepsNextHop?: boolean;
  /** How often this host's own AS may be in a path that is believed. */
  readonly ownAsAllowed?: number;
  /** Seconds. */
  readonly restartTime?: number;
};

/** Calico's default. */
export const usualSettings: BgpSettings = { asNumber: 64512, mesh: true };

export type BgpPeer = {
  readonly name: string;
  readonly manner: PeerManner;
  /** Whether a host with this name and these labels has the peer. */
  readonly isOf: (node: string, labels: Readonly<Record<string, string>>) => boolean;
  readonly to:
    | {
        readonly kind: 'address';
        readonly address: Address;
        readonly port?: number;
        readonly asNumber: number | undefined;
      }
    | { readonly kind: 'nodes'; isOne(labels: Readonly<Record<string, string>>): boolean };
};

const short = text({ longest: 1024 });
const loose = { unknownKeys: 'ignored' } as const;
const as = optional(nullable(integer({ least: 1, most: 4_294_967_295 })));
const settingsShape = record(
  {
    spec: optional(
      nullable(
        record(
          {
            asNumber: as,
            nodeToNodeMeshEnabled: optional(nullable(boolean())),
            nodeMeshMaxRestartTime: optional(nullable(short)),
          },
          loose,
        ),
      ),
    ),
  },
  loose,
);
const peerShape = record(
  {
    metadata: record({ name: short }, loose),
    spec: record(
      {
        node: optional(short),
        nodeSelector: optional(short),
        peerIP: optional(short),
        asNumber: as,
        peerSelector: optional(short),
        keepOriginalNextHop: optional(nullable(boolean())),
        numAllowedLocalASNumbers: optional(nullable(integer({ least: 0, most: 10 }))),
        maxRestartTime: optional(nullable(short)),
      },
      loose,
    ),
  },
  loose,
);

export function decodeSettings(value: string): BgpSettings | undefined {
  const read = readShape(settingsShape, JSON.parse(value));
  if (read.kind !== 'value') return undefined;
  const { asNumber, nodeToNodeMeshEnabled, nodeMeshMaxRestartTime } = read.value.spec ?? {};
  const meshRestartTime = readSeconds(nodeMeshMaxRestartTime);
  return {
    asNumber: asNumber ?? usualSettings.asNumber,
    mesh: nodeToNodeMeshEnabled ?? usualSettings.mesh,
    ...(meshRestartTime === undefined ? {} : { meshRestartTime }),
  };
}

/** `1h2m3s`, as Go writes a time; BGP has 12 bits for it (RFC 4724, section 3). */
function readSeconds(text: string | null | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)?$/.exec(text ?? '') ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  return Math.min(4095, Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0));
}

type Labels = Readonly<Record<string, string>>;
const fits = (selector: Selector, labels: Labels): boolean => matches(selector, new Map(Object.entries(labels)));

/** `192.0.2.1`, `192.0.2.1:1790`, `2001:db8::1`, `[2001:db8::1]:1790` */
function readPeerAddress(given: string): { readonly address: Address; readonly port?: number } | undefined {
  const plain = parseAddress(given);
  if (plain !== undefined) return { address: plain };
  const [, v6, v4, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([\d.]+)):(\d{1,5})$/.exec(given) ?? [];
  const address = parseAddress(v6 ?? v4 ?? '');
  return address === undefined || Number(port) < 1 || Number(port) > 65_535
    ? undefined
    : { address, port: Number(port) };
}

/** Undefined for what is no peer, or can't be understood. */
export function decodePeer(value: string): BgpPeer | undefined {
  const read = readShape(peerShape, JSON.parse(value));
  if (read.kind !== 'value') return undefined;
  const { metadata, spec } = read.value;
  const of = parseSelector(spec.nodeSelector ?? '');
  if (of.kind !== 'selector') return undefined;
  const isOf: BgpPeer['isOf'] = (node, labels) => {
    if (spec.node !== undefined && spec.node !== '') return node === spec.node;
    return fits(of.selector, labels);
  };
  const restartTime = readSeconds(spec.maxRestartTime);
  const manner: PeerManner = {
    ...(spec.keepOriginalNextHop === true ? { keepsNextHop: true } : {}),
    ...(typeof spec.numAllowedLocalASNumbers === 'number' ? { ownAsAllowed: spec.numAllowedLocalASNumbers } : {}),
    ...(restartTime === undefined ? {} : { restartTime }),
  };
  const { name } = metadata;
  const found = readPeerAddress(spec.peerIP ?? '');
  if (found !== undefined)
    return { name, manner, isOf, to: { kind: 'address', ...found, asNumber: spec.asNumber ?? undefined } };
  if (spec.peerSelector === undefined || spec.peerSelector === '') return undefined;
  const to = parseSelector(spec.peerSelector);
  if (to.kind !== 'selector') return undefined;
  return { name, manner, isOf, to: { kind: 'nodes', isOne: (labels) => fits(to.selector, labels) } };
}
