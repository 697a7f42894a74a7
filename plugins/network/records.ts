/** Networks and endpoints in the store, as the driver writes them. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { endpointKey, networkKey, workloadEndpointKey } from '../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import { workloadEndpointName, workloadEndpointOf } from '../../src/model/network/resources.ts';
import type { Operation, Store } from '../../src/store/index.ts';

export async function readNetwork(store: Store, id: string): Promise<NetworkRecord | undefined> {
  const entry = await store.get(networkKey(id));
  return entry === undefined ? undefined : decodeNetwork(entry.value);
}

export async function requireNetwork(store: Store, id: string): Promise<NetworkRecord> {
  const network = await readNetwork(store, id);
  if (network !== undefined) return network;
  throw new Fault('network-unknown', `Clocker does not know the network ${id.slice(0, 12)}.`, {
    hint: 'Its store was lost or the network is being removed: remove the network and make it again.',
  });
}

export async function readEndpoint(store: Store, node: string, id: string): Promise<EndpointRecord | undefined> {
  const entry = await store.get(endpointKey(node, id));
  return entry === undefined ? undefined : decodeEndpoint(entry.value);
}

/** Clocker's record and Calico's change together, so neither is ever without the other. */
export const putEndpoint = (endpoint: EndpointRecord, uid: string): readonly Operation[] => [
  { op: 'put', key: endpointKey(endpoint.node, endpoint.id), value: renderJson(endpoint) },
  {
    op: 'put',
    key: workloadEndpointKey(workloadEndpointName(endpoint.node, endpoint.id)),
    value: renderJson(workloadEndpointOf(endpoint, uid)),
  },
];

export const deleteEndpoint = (node: string, id: string): readonly Operation[] => [
  { op: 'delete', key: endpointKey(node, id) },
  { op: 'delete', key: workloadEndpointKey(workloadEndpointName(node, id)) },
];
