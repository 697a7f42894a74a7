/** The VXLAN between hosts: numbers all hosts agree on, from Calico's FelixConfiguration where it has them. */
import { integer, nullable, optional, readShape, record } from '../../shape/index.ts';

export type TunnelSettings = { readonly vni: number; readonly port: number };

/** Calico's, so that its own hosts are reached too. */
export const usualTunnel: TunnelSettings = { vni: 4096, port: 4789 };

/**
 * The number a new cluster's tunnel gets. Docker numbers the overlay networks of a swarm from 4096 upwards, its ingress
 * network first, and two VXLANs of one host can't have one number at one port.
 */
export const ownTunnelNumber = 0xc1_0c_ce;

const loose = { unknownKeys: 'ignored' } as const;
const shape = record(
  {
    spec: optional(
      nullable(
        record(
          {
            vxlanVNI: optional(nullable(integer({ least: 1, most: 16_777_215 }))),
            vxlanPort: optional(nullable(integer({ least: 1, most: 65_535 }))),
          },
          loose,
        ),
      ),
    ),
  },
  loose,
);

/** Of the value at `felixConfigurationKey`. Throws what JSON.parse throws. */
export function decodeTunnel(value: string): TunnelSettings | undefined {
  const read = readShape(shape, JSON.parse(value));
  if (read.kind !== 'value') return undefined;
  const { vxlanVNI, vxlanPort } = read.value.spec ?? {};
  return { vni: vxlanVNI ?? usualTunnel.vni, port: vxlanPort ?? usualTunnel.port };
}
