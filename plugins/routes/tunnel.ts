/** What must change so that the tunnel is as wanted: its interface, its neighbours, where their packets go. Pure. */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { line } from '../../src/host/ip.ts';
import type { Vxlan, VxlanPeers } from '../../src/host/vxlan.ts';
import type { TunnelSettings } from '../../src/model/network/tunnel.ts';
import type { WantedTunnel } from './desired.ts';
import { tunnelDevice } from './names.ts';

export type TunnelPlan = {
  /** Lines of `ip`. */
  readonly device: readonly string[];
  readonly neighbours: readonly string[];
  /** Lines of `bridge`. */
  readonly forwarding: readonly string[];
  /** Lines to take away what nobody wants: of `ip`, and of `bridge`. */
  readonly spareNeighbours: readonly string[];
  readonly spareForwarding: readonly string[];
};

/** Clocker's own interfaces, so that `clocker down` finds it. */
const ownGroup = 6700;

const same = (a: string | undefined, b: string): boolean => {
  const [one, other] = [parseAddress(a ?? ''), parseAddress(b)];
  return one !== undefined && other !== undefined && formatAddress(one) === formatAddress(other);
};

/** What can't be changed while it is there. */
const isRight = (have: Vxlan, want: WantedTunnel, { vni, port }: TunnelSettings): boolean =>
  have.vni === vni && have.port === port && !have.learns && same(have.local, want.local);

function deviceLines(
  have: Vxlan | undefined,
  want: WantedTunnel,
  settings: TunnelSettings,
  mtu: number,
): readonly string[] {
  if (have !== undefined && isRight(have, want, settings))
    return [
      ...(have.mac === want.mac ? [] : [line('link', 'set', tunnelDevice, 'address', want.mac)]),
      ...(have.mtu === mtu ? [] : [line('link', 'set', tunnelDevice, 'mtu', mtu)]),
      ...(have.isUp ? [] : [line('link', 'set', tunnelDevice, 'up')]),
    ];
  const { vni, port } = settings;
  const kind = ['type', 'vxlan', 'id', vni, 'dstport', port, 'local', want.local, 'nolearning'] as const;
  return [
    ...(have === undefined ? [] : [line('link', 'del', tunnelDevice)]),
    line('link', 'add', tunnelDevice, 'address', want.mac, 'mtu', mtu, 'group', ownGroup, ...kind),
    line('link', 'set', tunnelDevice, 'addrgenmode', 'none', 'up'),
  ];
}

/** Neighbour -> MAC address, as the peers' routes name them. */
function wantedNeighbours({ peers }: WantedTunnel, isV6Used: boolean): ReadonlyMap<string, string> {
  return new Map(
    peers.flatMap(({ next, mac }) => [
      [next[4], mac] as const,
      ...(isV6Used || next[4].includes(':') ? [[next[6], mac] as const] : []),
    ]),
  );
}

/** `have` undefined: the interface is not there, or is to be made again. */
export function planTunnel(
  want: WantedTunnel,
  facts: {
    readonly device: Vxlan | undefined;
    readonly peers: VxlanPeers;
    readonly settings: TunnelSettings;
    readonly mtu: number;
    readonly isV6Used: boolean;
  },
): TunnelPlan {
  const isKept = facts.device !== undefined && isRight(facts.device, want, facts.settings);
  const have: VxlanPeers = isKept ? facts.peers : { neighbours: new Map(), forwarding: new Map() };
  const neighbours = wantedNeighbours(want, facts.isV6Used);
  const forwarding = new Map(want.peers.map(({ mac, underlay }) => [mac, underlay]));
  const dev = ['dev', tunnelDevice] as const;
  return {
    device: deviceLines(facts.device, want, facts.settings, facts.mtu),
    neighbours: [...neighbours]
      .filter(([address, mac]) => have.neighbours.get(address) !== mac)
      .map(([address, mac]) => line('neigh', 'replace', address, 'lladdr', mac, ...dev, 'nud', 'permanent')),
    forwarding: [...forwarding]
      .filter(([mac, to]) => !same(have.forwarding.get(mac), to))
      .map(([mac, to]) => line('fdb', 'replace', mac, ...dev, 'dst', to, 'self', 'permanent')),
    spareNeighbours: [...have.neighbours.keys()]
      .filter((address) => !neighbours.has(address))
      .map((address) => line('neigh', 'del', address, ...dev)),
    spareForwarding: [...have.forwarding]
      .filter(([mac]) => !forwarding.has(mac))
      .map(([mac, to]) => line('fdb', 'del', mac, ...dev, 'dst', to, 'self')),
  };
}
