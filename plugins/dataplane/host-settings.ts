/** Which kernel settings this host needs for what is on it. Pure. */
import type { SettingName } from '../../src/host/sysctl.ts';
import type { Desired, Workload } from './desired.ts';
import { gatewayBridge } from './rules/names.ts';

export type WantedSetting = readonly [SettingName, string];

/** Nothing on the host, nothing set: a machine without workloads is not made a router. */
export function hostSettings({ workloads }: Desired): readonly WantedSetting[] {
  if (workloads.length === 0) return [];
  const isBehindBridge = workloads.some(({ defaultRoute }) => defaultRoute === 'bridge');
  return [
    ['net/ipv4/ip_forward', '1'],
    // Answers from a Clocker address may come by the bridge: reachable by any interface is enough.
    ...(isBehindBridge ? ([[`net/ipv4/conf/${gatewayBridge}/rp_filter`, '2']] as const) : []),
  ];
}

export const needsV6 = (workloads: readonly Workload[]): boolean =>
  workloads.some(({ address }) => address[6] !== undefined);

export const forwardingV6: WantedSetting = ['net/ipv6/conf/all/forwarding', '1'];
/** An interface that takes router advertisements stops to once the host forwards, unless it is told to go on. */
export const advertisements = (name: string): SettingName => `net/ipv6/conf/${name}/accept_ra`;

/** A port published at 127.0.0.1 is reached from there; packets for 127.0.0.0/8 from the workload are dropped by our rules. */
export const workloadSettings = ({ interface: name, published }: Workload): readonly WantedSetting[] =>
  published.length === 0 ? [] : [[`net/ipv4/conf/${name}/route_localnet`, '1']];
