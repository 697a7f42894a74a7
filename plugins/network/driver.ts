/** Docker's network driver: networks and endpoints (libnetwork docs/remote.md). Every call may come twice. */
import { isFault } from '../../src/diagnostic/fault.ts';
import { capabilities } from '../../src/model/network/capabilities.ts';
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { endpointsPrefix, gatewaysPrefix, networksPrefix } from '../../src/model/network/keys.ts';
import type { NetworkHandlers, Reply } from '../protocol/index.ts';
import { deleteEndpoint, join, leave, publish, unpublish } from './attach.ts';
import { createEndpoint } from './create-endpoint.ts';
import { createNetwork } from './create-network.ts';
import { deleteNetwork } from './delete-network.ts';
import type { NetworkDeps } from './deps.ts';

const nothing = (): Promise<Reply> => Promise.resolve({});

export function networkDriver(deps: NetworkDeps): NetworkHandlers {
  const { locks, overlay, node } = deps;
  const gateways = overlay.records<true>(gatewaysPrefix, () => true);
  const endpointsHere = overlay.records(endpointsPrefix(node), ({ value }) => decodeEndpoint(value));
  const networks = overlay.records(networksPrefix, ({ value }) => decodeNetwork(value));
  const network = (id: string): string => `network ${id}`;
  const endpoint = (id: string): string => `endpoint ${id}`;

  /**
   * A delete is never refused because the store is away: dockerd only logs it and forgets, so the sweeper has to find the
   * leftover anyway.
   */
  async function putOff(what: string, work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (error) {
      if (!isFault(error) || !error.transient) throw error;
      deps.onPutOff(what, error);
      return {};
    }
  }

  return {
    'NetworkDriver.GetCapabilities': () => Promise.resolve(capabilities['NetworkDriver.GetCapabilities']),
    'NetworkDriver.GwAllocCheck': () => Promise.resolve({ SkipIPv4: true, SkipIPv6: true }),
    'NetworkDriver.AllocateNetwork': (request) => Promise.resolve({ Options: request.Options ?? {} }),
    'NetworkDriver.FreeNetwork': nothing,
    'NetworkDriver.CreateNetwork': (request, signal) =>
      locks.hold('networks', () => createNetwork(request, gateways, deps), signal),
    'NetworkDriver.DeleteNetwork': ({ NetworkID: id }, signal) =>
      putOff(network(id), () =>
        locks.hold(
          'networks',
          async () => {
            await deleteNetwork(id, deps);
            deps.onNetworks();
            return {};
          },
          signal,
        ),
      ),
    'NetworkDriver.CreateEndpoint': (request, signal) =>
      locks.hold(endpoint(request.EndpointID), () => createEndpoint(request, networks, deps), signal),
    'NetworkDriver.EndpointOperInfo': () => Promise.resolve({ Value: {} }),
    'NetworkDriver.DeleteEndpoint': ({ EndpointID: id }, signal) =>
      putOff(endpoint(id), () => locks.hold(endpoint(id), () => deleteEndpoint(id, deps), signal)),
    'NetworkDriver.Join': (request, signal) =>
      locks.hold(endpoint(request.EndpointID), () => join(request, endpointsHere, deps, signal), signal),
    'NetworkDriver.Leave': ({ EndpointID: id }, signal) =>
      putOff(endpoint(id), () => locks.hold(endpoint(id), () => leave(id, deps), signal)),
    'NetworkDriver.ProgramExternalConnectivity': (request, signal) =>
      locks.hold(endpoint(request.EndpointID), () => publish(request, endpointsHere, deps, signal), signal),
    'NetworkDriver.RevokeExternalConnectivity': ({ EndpointID: id }, signal) =>
      putOff(endpoint(id), () => locks.hold(endpoint(id), () => unpublish(id, deps, signal), signal)),
    'NetworkDriver.DiscoverNew': nothing,
    'NetworkDriver.DiscoverDelete': nothing,
  };
}
