/** Networks and endpoints in the store, as the driver reads and writes them. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { decodeEndpoint, decodeEngineNetwork, decodeNetwork, decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  addressOwnerKey,
  endpointKey,
  engineNetworkKey,
  networkKey,
  poolUseKey,
  workloadEndpointKey,
} from '../../src/model/network/keys.ts';
import { poolNameOf } from '../../src/model/network/names.ts';
import type {
  AddressOwner,
  EndpointRecord,
  NetworkPool,
  NetworkRecord,
  PoolUse,
} from '../../src/model/network/records.ts';
import { workloadEndpointName, workloadEndpointOf } from '../../src/model/network/resources.ts';
import type { Condition, Operation, Overlay } from '../../src/store/index.ts';

export type Write = Exclude<Operation, { readonly op: 'deletePrefix' }>;

/** A record with what a compare-and-swap needs. */
export type Stored<T> = { readonly value: T; readonly condition: Condition };

type Reader = { readonly overlay: Overlay; readonly node: string };

async function find<T>(
  overlay: Overlay,
  key: string,
  decode: (value: string) => T | undefined,
): Promise<Stored<T> | undefined> {
  const entry = await overlay.find(key);
  const value = entry === undefined ? undefined : decode(entry.value);
  if (entry === undefined || value === undefined) return undefined;
  return { value, condition: { key, is: 'revision', revision: entry.revision } };
}

export const findNetwork = (overlay: Overlay, id: string): Promise<Stored<NetworkRecord> | undefined> =>
  find(overlay, networkKey(id), decodeNetwork);

export const findEndpoint = ({ overlay, node }: Reader, id: string): Promise<Stored<EndpointRecord> | undefined> =>
  find(overlay, endpointKey(node, id), decodeEndpoint);

export const findUse = (overlay: Overlay, { cidr }: Pick<NetworkPool, 'cidr'>): Promise<Stored<PoolUse> | undefined> =>
  find(overlay, poolUseKey(poolNameOf(cidr)), decodePoolUse);

/** The network behind an id of this host's engine; undefined when CreateNetwork never came, or DeleteNetwork did. */
export const findEngineNetwork = async ({ overlay, node }: Reader, engineId: string): Promise<string | undefined> =>
  (await find(overlay, engineNetworkKey(node, engineId), decodeEngineNetwork))?.value.network;

export async function requireNetwork(reader: Reader, engineId: string): Promise<NetworkRecord> {
  const id = await findEngineNetwork(reader, engineId);
  const network = id === undefined ? undefined : await findNetwork(reader.overlay, id);
  if (network !== undefined) return network.value;
  throw new Fault('network-unknown', `Clocker does not know the network ${engineId.slice(0, 12)}.`, {
    hint: 'Its records were lost, or it is being removed: remove the network and make it again.',
  });
}

/** A network as the messages name it. */
export const shownNetwork = ({ name, id }: Pick<NetworkRecord, 'name' | 'id'>): string => name ?? id.slice(0, 12);

export const addressesOf = ({ ipv4, ipv6 }: Pick<EndpointRecord, 'ipv4' | 'ipv6'>): readonly string[] =>
  [ipv4, ipv6].filter((address) => address !== undefined);

export const putEndpoint = (endpoint: EndpointRecord): Write => ({
  op: 'put',
  key: endpointKey(endpoint.node, endpoint.id),
  value: renderJson(endpoint),
});

/** Clocker's record, Calico's, and the claims on the addresses appear together, so none is ever without the others. */
export function createEndpointWrites(endpoint: EndpointRecord, uid: string): readonly Write[] {
  const owner: AddressOwner = { endpoint: endpoint.id, node: endpoint.node };
  return [
    putEndpoint(endpoint),
    {
      op: 'put',
      key: workloadEndpointKey(workloadEndpointName(endpoint.node, endpoint.id)),
      value: renderJson(workloadEndpointOf(endpoint, uid)),
    },
    ...addressesOf(endpoint).map(
      (address): Write => ({ op: 'put', key: addressOwnerKey(address), value: renderJson(owner) }),
    ),
  ];
}

export const deleteEndpointWrites = (endpoint: EndpointRecord): readonly Write[] => [
  { op: 'delete', key: endpointKey(endpoint.node, endpoint.id) },
  { op: 'delete', key: workloadEndpointKey(workloadEndpointName(endpoint.node, endpoint.id)) },
  ...addressesOf(endpoint).map((address): Write => ({ op: 'delete', key: addressOwnerKey(address) })),
];
