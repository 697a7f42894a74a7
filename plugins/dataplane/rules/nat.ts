/** Published ports of networks that keep the routed gateway, and what leaves under the host's address. */
import { formatAddress, parseAddress } from '../../../src/ip/address.ts';
import type { Workload } from '../desired.ts';
import { byFamily, families, header, type Family, type PerFamily } from '../family.ts';
import type { Chain } from './model.ts';
import { gatewayBridge, workloads } from './names.ts';

/** Key of a map of published ports -> where to. */
type Publication = readonly [string, string];

export type Publications = {
  /** At one address of the host. */
  readonly at: PerFamily<readonly Publication[]>;
  /** At all addresses of the host. */
  readonly any: PerFamily<readonly Publication[]>;
};

const unspecified = { 4: '0.0.0.0', 6: '::' } as const;

/** Which map a host address belongs to, for a workload's address of one family; undefined when it is not for it. */
function placeOf(hostAddress: string, family: Family): { readonly at: string | undefined } | undefined {
  if (hostAddress === '') return { at: undefined };
  const address = parseAddress(hostAddress);
  if (address?.family !== family) return undefined;
  const at = formatAddress(address);
  return { at: at === unspecified[family] ? undefined : at };
}

const destination = (family: Family, address: string, port: number): string =>
  family === 4 ? `${address} . ${port}` : `${address} . ${port}`;

/** In order of age: where two workloads publish the same port, the older one keeps it. */
export function publicationsOf(workloadsByAge: readonly Workload[]): Publications {
  const at = byFamily(() => new Map<string, string>());
  const any = byFamily(() => new Map<string, string>());
  for (const workload of workloadsByAge)
    for (const port of workload.published)
      for (const family of families) {
        const address = workload.address[family];
        const place = placeOf(port.hostAddress, family);
        if (address === undefined || place === undefined || port.hostPort === 0) continue;
        const to = destination(family, address, port.containerPort);
        const key = `${port.protocol} . ${port.hostPort}`;
        const map = place.at === undefined ? any[family] : at[family];
        const whole = place.at === undefined ? key : `${place.at} . ${key}`;
        if (!map.has(whole)) map.set(whole, to);
      }
  return { at: byFamily((family) => [...at[family]]), any: byFamily((family) => [...any[family]]) };
}

/** Before Docker's own translation, which is at -100, for packets that come and for those the host sends itself. */
const early = -105;

const publish = families.flatMap((family) => [
  `dnat ${header[family]} to ${header[family]} daddr . meta l4proto . th dport map @ports-at${family}`,
  `dnat ${header[family]} to meta l4proto . th dport map @ports-any${family}`,
]);

export const natChains = {
  arriving: {
    hook: `type nat hook prerouting priority ${early}; policy accept;`,
    rules: ['fib daddr type local goto publish'],
  },
  // ::1 can't leave the loopback interface, so it is never sent elsewhere.
  'sent-by-host': {
    hook: `type nat hook output priority ${early}; policy accept;`,
    rules: ['ip6 daddr ::1 accept', 'fib daddr type local goto publish'],
  },
  publish: { rules: publish },
  leaving: {
    hook: 'type nat hook postrouting priority 95; policy accept;',
    rules: [
      // Whoever is behind the bridge answers by the bridge, not by its own route to the pool.
      `oifname "${gatewayBridge}" ip saddr @pools4 masquerade`,
      `oifname ${workloads} goto into-workload`,
      ...families.map(
        (family) =>
          `${header[family]} saddr @masquerade${family} ${header[family]} daddr != @pools${family} masquerade`,
      ),
    ],
  },
  'into-workload': {
    rules: [
      'ip saddr 127.0.0.0/8 masquerade',
      // A workload that comes to itself by its published port.
      ...families.map((family) => `${header[family]} saddr . ${header[family]} daddr @itself${family} masquerade`),
    ],
  },
} as const satisfies Record<string, Chain>;
