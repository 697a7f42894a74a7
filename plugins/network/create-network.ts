/** CreateNetwork: a new network, or this engine's copy of one that other hosts have. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { decodePool } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  engineNetworkKey,
  gatewayKey,
  networkKey,
  poolKey,
  poolUseKey,
  profileKey,
} from '../../src/model/network/keys.ts';
import { mostGateways, networkOption, poolNameOf } from '../../src/model/network/names.ts';
import type { NetworkPool, NetworkRecord, PoolUse } from '../../src/model/network/records.ts';
import { poolOf, profileOf, resourceTime, vxlanModeOf } from '../../src/model/network/resources.ts';
import type { Condition, Records } from '../../src/store/index.ts';
import type { Reply, RequestOf } from '../protocol/index.ts';
import type { NetworkDeps } from './deps.ts';
import { readNetworkOptions } from './options.ts';
import { readDriverOptions } from './ports.ts';
import { readPools } from './read-pools.ts';
import { findEngineNetwork, findNetwork, findUse, shownNetwork, type Stored, type Write } from './records.ts';

type Request = RequestOf<'NetworkDriver.CreateNetwork'>;
type Step = { readonly conditions: readonly Condition[]; readonly operations: readonly Write[] };

const mostRaces = 100;
/** 1 is the daemon's DNS. */
const firstGateway = 2;

export async function createNetwork(request: Request, gateways: Records<true>, deps: NetworkDeps): Promise<Reply> {
  const given = request.Options ?? {};
  const options = readDriverOptions(given);
  const wanted = {
    options,
    internal: Object.hasOwn(given, 'com.docker.network.internal') && given['com.docker.network.internal'] === true,
    pools: readPools(request),
    ...(deps.routeMode === undefined ? {} : { routeMode: deps.routeMode }),
    ...readNetworkOptions(options),
  };
  if (wanted.mtu !== undefined && wanted.mtu < 1280 && wanted.pools.some(({ cidr }) => cidr.includes(':')))
    throw new Fault('request-invalid', 'A network with IPv6 needs an MTU of at least 1280.');
  for (let race = 0; race < mostRaces; race++) {
    const engineId = request.NetworkID;
    if ((await findEngineNetwork(deps, engineId)) !== undefined) return {};
    const uses = await Promise.all(wanted.pools.map((pool) => requireUse(pool, deps)));
    const id = Object.hasOwn(options, networkOption) ? (options[networkOption] ?? engineId) : engineId;
    const known = await findNetwork(deps.overlay, id);
    const step =
      known === undefined
        ? firstStep(newNetwork(engineId, id, wanted, uses, deps), uses, gateways, deps)
        : copyStep(engineId, known, wanted.pools, uses, deps);
    deps.failPoints.reach('NetworkDriver.CreateNetwork', 'before-transaction');
    const outcome = await deps.overlay.transact(step.conditions, step.operations);
    deps.failPoints.reach('NetworkDriver.CreateNetwork', 'after-transaction');
    if (!outcome.succeeded) continue;
    deps.onNetworks();
    return {};
  }
  throw new Fault('store-conflict', 'The networks keep changing; this one could not be recorded.', { transient: true });
}

async function requireUse(pool: NetworkPool, { overlay }: NetworkDeps): Promise<Stored<PoolUse>> {
  const use = await findUse(overlay, pool);
  if (use !== undefined) return use;
  throw new Fault('pool-unknown', `Clocker has not been asked for the pool ${pool.cidr}.`, {
    hint: 'Remove the network if it is there, and make it again with --ipam-driver clocker.',
  });
}

type Wanted = Pick<NetworkRecord, 'options' | 'internal' | 'pools' | 'portMode' | 'routeMode' | 'natOutgoing'>;

function newNetwork(
  engineId: string,
  id: string,
  wanted: Wanted,
  uses: readonly Stored<PoolUse>[],
  deps: NetworkDeps,
): Omit<NetworkRecord, 'gatewayIndex'> {
  if (id !== engineId)
    throw new Fault('network-unknown', `The network ${id.slice(0, 12)}, which this is to be a copy of, is not there.`);
  for (const { value } of uses)
    if (value.network !== undefined)
      throw new Fault(
        'pool-overlap',
        `The subnet ${value.cidr} belongs to the network ${value.network.slice(0, 12)}.`,
        {
          hint: 'Choose another with --subnet, or leave it away and Clocker takes a free one.',
        },
      );
  return {
    id,
    ...wanted,
    pools: withPools(wanted.pools, uses),
    createdBy: deps.node,
    createdAt: new Date(deps.now()).toISOString(),
  };
}

/** The request has no `--ip-range`, and does not know the name of an adopted IPPool. */
const withPools = (pools: readonly NetworkPool[], uses: readonly Stored<PoolUse>[]): readonly NetworkPool[] =>
  pools.map((pool, index) => {
    const use = uses[index]?.value;
    return { ...pool, pool: use?.pool ?? pool.pool, ...(use?.range === undefined ? {} : { range: use.range }) };
  });

function firstStep(
  base: Omit<NetworkRecord, 'gatewayIndex'>,
  uses: readonly Stored<PoolUse>[],
  gateways: Records<true>,
  deps: NetworkDeps,
): Step {
  const gatewayIndex = freeGateway(gateways);
  const network: NetworkRecord = { ...base, gatewayIndex };
  const profile = profileOf(network.id, { uid: deps.uuid(), creationTimestamp: resourceTime(deps.now()) });
  const absent = [gatewayKey(gatewayIndex), networkKey(network.id), engineNetworkKey(deps.node, network.id)];
  return {
    conditions: [...absent.map((key): Condition => ({ key, is: 'absent' })), ...uses.map(({ condition }) => condition)],
    operations: [
      { op: 'put', key: gatewayKey(gatewayIndex), value: renderJson({ network: network.id }) },
      { op: 'put', key: networkKey(network.id), value: renderJson(network) },
      { op: 'put', key: profileKey(profile.metadata.name), value: renderJson(profile) },
      ...hereWrites(network.id, network.id, uses, deps),
      ...uses.flatMap((use) => poolWrites(use.value, network, deps)),
    ],
  };
}

function freeGateway(gateways: Records<true>): number {
  for (let index = firstGateway; index <= mostGateways; index++)
    if (gateways.get(gatewayKey(index)) === undefined) return index;
  throw new Fault('addresses-exhausted', `There are ${mostGateways} networks already; no gateway address is left.`);
}

function copyStep(
  engineId: string,
  { value: network, condition }: Stored<NetworkRecord>,
  pools: readonly NetworkPool[],
  uses: readonly Stored<PoolUse>[],
  deps: NetworkDeps,
): Step {
  const cidrs = (of: readonly NetworkPool[]): string => of.map(({ cidr }) => cidr).join(' and ');
  const isSame = cidrs(pools) === cidrs(network.pools) && uses.every(({ value }) => value.network === network.id);
  if (!isSame)
    throw new Fault(
      'request-invalid',
      `The network ${shownNetwork(network)} has ${cidrs(network.pools)}, not ${cidrs(pools)}.`,
      {
        hint: 'A network has the same subnets on every host.',
      },
    );
  return {
    conditions: [
      condition,
      { key: engineNetworkKey(deps.node, engineId), is: 'absent' },
      ...uses.map((use) => use.condition),
    ],
    operations: hereWrites(engineId, network.id, uses, deps),
  };
}

/** This engine has the network from now on. */
const hereWrites = (
  engineId: string,
  network: string,
  uses: readonly Stored<PoolUse>[],
  { node, now }: NetworkDeps,
): readonly Write[] => [
  {
    op: 'put',
    key: engineNetworkKey(node, engineId),
    value: renderJson({ network, at: new Date(now()).toISOString() }),
  },
  ...uses.map(({ value }): Write => {
    const nodes = [...new Set([...value.nodes, node])];
    const made = [...new Set([...(value.made ?? []), node])];
    return {
      op: 'put',
      key: poolUseKey(poolNameOf(value.cidr)),
      value: renderJson({ ...value, network, nodes, made }),
    };
  }),
];

/** RequestPool has made the IPPool without knowing; one that Calico's tools made stays as it is. */
function poolWrites(
  { pool: name, adopted }: PoolUse,
  { natOutgoing, internal, routeMode }: NetworkRecord,
  { overlay, uuid, now }: NetworkDeps,
): readonly Write[] {
  const pool = adopted === true ? undefined : decodePool(overlay.get(poolKey(name))?.value ?? '');
  if (pool?.spec.blockSize === undefined) return [];
  const { uid = uuid(), creationTimestamp = resourceTime(now()) } = pool.metadata;
  const { cidr, blockSize } = pool.spec;
  const spec = { cidr, blockSize, natOutgoing: natOutgoing && !internal, vxlanMode: vxlanModeOf(routeMode) };
  return [{ op: 'put', key: poolKey(name), value: renderJson(poolOf(name, spec, { uid, creationTimestamp })) }];
}
