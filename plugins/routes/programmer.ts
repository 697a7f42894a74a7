/** Brings the kernel's routes and the tunnel to what is wanted. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { formatAddress } from '../../src/ip/address.ts';
import type { BatchFailure, Link } from '../../src/host/ip.ts';
import { tunnelOverhead } from '../../src/model/network/mtu.ts';
import { ownTunnelNumber, type TunnelSettings } from '../../src/model/network/tunnel.ts';
import type { WantedRoute, WantedRoutes, WantedTunnel } from './desired.ts';
import type { RouteKernel } from './kernel.ts';
import { planChange, planRoutes, type RoutePlan } from './lines.ts';
import { tunnelDevice } from './names.ts';
import { planTunnel } from './tunnel.ts';

export type RouteProgrammer = {
  /**
   * `look`: reads the kernel first, since somebody may have changed it; otherwise it is taken to be as it was left.
   * Throws `command-failed` when something could not be done; the rest is done all the same.
   */
  apply(want: WantedRoutes, settings: TunnelSettings, look: boolean): Promise<void>;
  removeAll(): Promise<void>;
};

const usualMtu = 1500;

/** Of the interface packets leave by. */
function underlayMtu(links: readonly Link[], local: string): number {
  const found = links.find(({ addresses }) => addresses.some(({ address }) => formatAddress(address) === local));
  return found?.mtu ?? usualMtu;
}

const sameTunnel = (a: WantedTunnel | undefined, b: WantedTunnel | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export function createRouteProgrammer(kernel: RouteKernel): RouteProgrammer {
  let applied: WantedRoutes | undefined;
  let appliedSettings = '';

  async function setTunnel(want: WantedTunnel, settings: TunnelSettings, isV6Used: boolean) {
    const [links, device] = await Promise.all([kernel.links(), kernel.tunnel()]);
    const peers = device === undefined ? { neighbours: new Map(), forwarding: new Map() } : await kernel.tunnelPeers();
    const mtu = underlayMtu(links, want.local) - tunnelOverhead[want.underlay];
    const plan = planTunnel(want, { device, peers, settings, mtu, isV6Used });
    const made = await kernel.batch(plan.device);
    if (made.length > 0) throw tunnelFault(made, settings);
    if (isV6Used) await kernel.setSetting(`net/ipv6/conf/${tunnelDevice}/disable_ipv6`, '0');
    // Whoever is at the other end is checked by our own rules; the way back may be another one.
    await kernel.setSetting(`net/ipv4/conf/${tunnelDevice}/rp_filter`, '0');
    const failures = [...(await kernel.batch(plan.neighbours)), ...(await kernel.bridge(plan.forwarding))];
    await kernel.batch(plan.spareNeighbours);
    await kernel.bridge(plan.spareForwarding);
    return failures;
  }

  async function planOf(routes: readonly WantedRoute[], look: boolean): Promise<RoutePlan> {
    if (!look && applied !== undefined) return planChange(applied.routes, routes);
    return planRoutes(routes, await kernel.routes());
  }

  return {
    apply: async (want, settings, look) => {
      const isFresh = applied === undefined || look || appliedSettings !== JSON.stringify(settings);
      const failures: BatchFailure[] = [];
      const { tunnel } = want;
      const isV6Used = want.routes.some(({ family, isTunnelled }) => family === 6 && isTunnelled);
      if (tunnel !== undefined && (isFresh || !sameTunnel(applied?.tunnel, tunnel)))
        failures.push(...(await setTunnel(tunnel, settings, isV6Used)));
      const plan = await planOf(want.routes, isFresh);
      applied = undefined;
      failures.push(...(await kernel.batch(plan.put)));
      await kernel.batch(plan.remove);
      if (tunnel === undefined && isFresh && (await kernel.tunnel()) !== undefined)
        await kernel.batch([`link del ${tunnelDevice}`]);
      const [first] = failures;
      if (first !== undefined)
        throw new Fault(
          'command-failed',
          `${failures.length} routes to other hosts can't be set, for example "${first.line}": ${first.message}`,
          { transient: true },
        );
      applied = want;
      appliedSettings = JSON.stringify(settings);
    },
    removeAll: async () => {
      applied = undefined;
      await kernel.batch(planRoutes([], await kernel.routes()).remove);
      if ((await kernel.tunnel()) !== undefined) await kernel.batch([`link del ${tunnelDevice}`]);
    },
  };
}

function tunnelFault(failures: readonly BatchFailure[], { vni, port }: TunnelSettings): Fault {
  const said = failures.map(({ message }) => message).join('; ');
  return new Fault('command-failed', `The VXLAN interface ${tunnelDevice} can't be made: ${said}`, {
    transient: true,
    ...(/exist/i.test(said)
      ? {
          hint: `Another VXLAN of this host has the number ${vni} at port ${port} (a swarm's ingress network has 4096): set vxlanVNI in Calico's FelixConfiguration "default", for all hosts at once; ${ownTunnelNumber} is what new clusters have.`,
        }
      : {}),
  });
}
