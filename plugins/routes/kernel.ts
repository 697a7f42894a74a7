/** What routes ask of the host; src/host gives the real one, tests a fake. */
import { readLinks, readRoutes, openBatches, type BatchFailure, type Link, type Route } from '../../src/host/ip.ts';
import { readSetting, writeSetting, type SettingName } from '../../src/host/sysctl.ts';
import { readVxlan, readVxlanPeers, runBridgeBatch, type Vxlan, type VxlanPeers } from '../../src/host/vxlan.ts';
import { remoteProtocol, tunnelDevice } from './names.ts';

export type RouteKernel = {
  /** Of both families, with this part's protocol number. */
  routes(): Promise<readonly Route[]>;
  links(): Promise<readonly Link[]>;
  tunnel(): Promise<Vxlan | undefined>;
  tunnelPeers(): Promise<VxlanPeers>;
  /** Lines of `ip`; answers those that failed. */
  batch(lines: readonly string[]): Promise<readonly BatchFailure[]>;
  /** Lines of `bridge`. */
  bridge(lines: readonly string[]): Promise<readonly BatchFailure[]>;
  setting(name: SettingName): Promise<string | undefined>;
  setSetting(name: SettingName, value: string): Promise<void>;
};

/** An `ip` goes on for this part alone: starting one takes longer than all else between a change and its route. */
export const routeKernelOfHost = (batches = openBatches()): RouteKernel => ({
  routes: async () => {
    const found = await Promise.all(
      ([4, 6] as const).map((family) => readRoutes(family, { protocol: remoteProtocol })),
    );
    return found.flat();
  },
  links: () => readLinks(),
  tunnel: () => readVxlan(tunnelDevice),
  tunnelPeers: () => readVxlanPeers(tunnelDevice),
  batch: batches.change,
  bridge: runBridgeBatch,
  setting: readSetting,
  setSetting: writeSetting,
});
