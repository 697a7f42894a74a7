/**
 * The bridge table: who may use which source address at a port of one of Docker's bridges, where a container of ours
 * sits beside its Clocker network, and no frames between containers at docker_gwbridge. Without
 * bridge-nf-call-iptables frames between two ports meet no other rules; with it, they were judged before (priority 0).
 */
import { addressType, families, header } from '../family.ts';
import type { PerFamily } from '../family.ts';
import { setOf, type Table } from './model.ts';
import { allowedMark, bridgeTable, checkedMark } from './names.ts';

/** A port of a bridge of Docker's, with a container of ours behind it. */
export type BridgePort = {
  readonly port: string;
  /** All addresses of that container in its Clocker networks. */
  readonly addresses: PerFamily<readonly string[]>;
  /**
   * Its addresses at the bridge itself. Only at docker_gwbridge: a container at a bridge of the user's may have more
   * addresses than Docker knows of. Absent until they are known.
   */
  readonly atBridge?: PerFamily<readonly string[]>;
};

export type BridgeFacts = {
  readonly ports: readonly BridgePort[];
  /** All ports of docker_gwbridge, whoever's. */
  readonly gatewayPorts: readonly string[];
  readonly pools: PerFamily<readonly string[]>;
};

const quoted = (names: readonly string[]): readonly string[] => names.map((name) => `"${name}"`);

export function desiredBridgeTable({ ports, gatewayPorts, pools }: BridgeFacts): Table {
  const known = (family: 4 | 6): readonly string[] =>
    ports.flatMap(({ port, addresses, atBridge }) =>
      [...addresses[family], ...(atBridge?.[family] ?? [])].map((address) => `"${port}" . ${address}`),
    );
  const guarded = ports.filter(({ atBridge }) => atBridge !== undefined).map(({ port }) => port);
  return {
    ...bridgeTable,
    sets: {
      bound: setOf('ifname', quoted(ports.map(({ port }) => port))),
      guarded: setOf('ifname', quoted(guarded)),
      'gateway-ports': setOf('ifname', quoted(gatewayPorts)),
      ...Object.fromEntries(
        families.flatMap((family) => [
          [`sources${family}`, setOf(`ifname . ${addressType[family]}`, known(family))],
          [`pools${family}`, setOf(addressType[family], pools[family], true)],
        ]),
      ),
    },
    chains: {
      sources: {
        hook: 'type filter hook prerouting priority -300; policy accept;',
        rules: [
          'iifname != @bound accept',
          ...families.map(
            (family) =>
              `iifname . ${header[family]} saddr @sources${family} meta mark set meta mark | ${checkedMark} accept`,
          ),
          ...families.map((family) => `${header[family]} saddr @pools${family} drop`),
          'iifname != @guarded accept',
          'ether type arp arp saddr ip 0.0.0.0 accept',
          'iifname . arp saddr ip @sources4 accept',
          'ether type { ip, arp } drop',
        ],
      },
      between: {
        hook: 'type filter hook forward priority 10; policy accept;',
        rules: [`meta mark & ${allowedMark} == ${allowedMark} accept`, 'iifname @gateway-ports drop'],
      },
    },
  };
}
