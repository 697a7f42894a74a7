/**
 * What the plugin answers whatever the store says. Scope local: each host gives addresses from its own blocks, in a swarm
 * and outside of one. Connectivity global: names of a swarm's network are known on all nodes.
 */
import { addressSpaces } from './names.ts';

export const capabilities = {
  'NetworkDriver.GetCapabilities': { Scope: 'local', ConnectivityScope: 'global', GwAllocChecker: true },
  'IpamDriver.GetCapabilities': { RequiresMACAddress: false, RequiresRequestReplay: false },
  'IpamDriver.GetDefaultAddressSpaces': {
    LocalDefaultAddressSpace: addressSpaces.local,
    GlobalDefaultAddressSpace: addressSpaces.global,
  },
} as const;
