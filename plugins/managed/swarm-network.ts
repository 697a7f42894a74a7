/**
 * A network of the swarm in one step: its pools are held, each daemon makes the configuration on its own engine, then the
 * manager makes the network. Whatever breaks off is taken back, or by `removeSwarmNetwork` later.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import type { Docker, SwarmNode } from '../../src/host/docker.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { hostsPrefix } from '../../src/model/network/keys.ts';
import {
  decodeSwarmNetwork,
  decodeSwarmReport,
  reporterOf,
  swarmNetworkKey,
  swarmShare,
  type SwarmNetwork,
  type SwarmPool,
  type SwarmReport,
} from '../../src/model/network/swarm.ts';
import type { Store } from '../../src/store/index.ts';
import { swarmBody } from './plan.ts';

export type SwarmWish = Pick<SwarmNetwork, 'name' | 'options' | 'labels' | 'internal'> & {
  readonly subnets: readonly string[];
  readonly ranges: readonly string[];
  readonly gateways: readonly string[];
  /** An IPv6 pool too, where no subnet of the kind is given. */
  readonly ipv6: boolean;
};

export type SwarmDeps = {
  readonly store: Store;
  readonly engine: Pick<Docker, 'info' | 'swarmNodes' | 'network' | 'createNetwork' | 'removeNetwork'>;
  readonly node: string;
  readonly holdPool: (wish: {
    readonly subnet: string | undefined;
    readonly range: string | undefined;
    readonly isIpv6: boolean;
    readonly share: string;
  }) => Promise<string>;
  readonly letPoolsGo: (share: string) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** Milliseconds in which the daemons have to answer. */
const patience = 20_000;
const step = 150;

const refuse = (message: string, hint: string): Fault => new Fault('request-invalid', message, { hint });

/** Every subnet once more is refused by the driver; that of a range or gateway is its order, as of Docker's flags. */
export async function createSwarmNetwork(wish: SwarmWish, deps: SwarmDeps): Promise<SwarmNetwork> {
  await requireManager(deps);
  await requirePlugins(await readyNodes(deps), deps);
  if ((await deps.engine.network(wish.name)) !== undefined)
    throw refuse(`There is a network called ${wish.name} already.`, `Remove it first: docker network rm ${wish.name}`);
  const first = await writeFirst(wish, deps);
  try {
    const pools = await holdPools(wish, deps);
    const wanted: SwarmNetwork = { ...first, pools };
    await write(wanted, deps);
    await untilPrepared(wish.name, deps);
    const id = await deps.engine.createNetwork(swarmBody(wanted));
    const made: SwarmNetwork = { ...wanted, id };
    await write(made, deps);
    return made;
  } catch (error) {
    await forget(wish.name, deps).catch(() => undefined);
    throw error;
  }
}

/** Again is as good. False when there is none of that name. */
export async function removeSwarmNetwork(name: string, deps: SwarmDeps): Promise<boolean> {
  const network = decodeSwarmNetwork((await deps.store.get(swarmNetworkKey(name)))?.value ?? '');
  if (network === undefined) return false;
  await requireManager(deps);
  if (network.id !== undefined) await deps.engine.removeNetwork(network.id);
  await forget(name, deps);
  return true;
}

/** The record last: while it is there, the rest can be taken away again. */
async function forget(name: string, { store, letPoolsGo }: SwarmDeps): Promise<void> {
  await letPoolsGo(swarmShare(name));
  await store.transact([], [{ op: 'delete', key: swarmNetworkKey(name) }]);
}

async function requireManager({ engine }: SwarmDeps): Promise<void> {
  const { swarm, isManager, managers } = await engine.info();
  if (!swarm) throw refuse('This engine is not a node of a swarm.', 'Make one first: docker swarm init');
  if (!isManager)
    throw refuse(
      'This node is not a manager, and only managers make and remove networks of the swarm.',
      managers.length === 0
        ? 'Run it on a manager.'
        : `Run it on a manager: ${managers.map((address) => address.replace(/:\d+$/, '')).join(', ')}`,
    );
}

/** Others run no task; they get what they need when they are back. */
const readyNodes = async ({ engine }: SwarmDeps): Promise<readonly SwarmNode[]> =>
  (await engine.swarmNodes()).filter(({ isReady }) => isReady).sort((a, b) => (a.name < b.name ? -1 : 1));

async function readReports({ store }: SwarmDeps): Promise<ReadonlyMap<string, SwarmReport>> {
  const { entries } = await store.list(hostsPrefix);
  return new Map(
    entries.flatMap(({ key, value }) => {
      const report = reporterOf(key) === undefined ? undefined : decodeSwarmReport(value);
      return report === undefined ? [] : [[report.swarmNode, report] as const];
    }),
  );
}

async function requirePlugins(nodes: readonly SwarmNode[], deps: SwarmDeps): Promise<void> {
  const reports = await readReports(deps);
  const without = nodes.filter(({ id }) => !reports.has(id)).map(({ name }) => name);
  if (without.length > 0)
    throw refuse(
      `No daemon of Clocker's with this store runs on ${without.join(', ')}.`,
      'Start clocker up with the same --store on every node of the swarm.',
    );
  const bare = nodes.filter(({ id }) => reports.get(id)?.plugin !== true).map(({ name }) => name);
  if (bare.length > 0)
    throw refuse(`The managed plugin is not enabled on ${bare.join(', ')}.`, 'Run there: clocker plugin install');
}

async function writeFirst(wish: SwarmWish, { store, node, now }: SwarmDeps): Promise<SwarmNetwork> {
  const { name, options, labels, internal } = wish;
  const createdAt = new Date(now()).toISOString();
  const network: SwarmNetwork = { name, pools: [], options, labels, internal, createdBy: node, createdAt };
  const key = swarmNetworkKey(name);
  const outcome = await store.transact([{ key, is: 'absent' }], [{ op: 'put', key, value: renderJson(network) }]);
  if (outcome.succeeded) return network;
  throw refuse(`A swarm's network called ${name} is there already.`, `Remove it first: clocker network rm ${name}`);
}

async function holdPools(
  { name, subnets, ranges, gateways, ipv6 }: SwarmWish,
  deps: SwarmDeps,
): Promise<readonly SwarmPool[]> {
  const given = subnets.map((subnet) => ({ subnet, isIpv6: subnet.includes(':') }));
  const wants = [
    ...given,
    ...(given.some(({ isIpv6 }) => !isIpv6) ? [] : [{ subnet: undefined, isIpv6: false }]),
    ...(ipv6 && !given.some(({ isIpv6 }) => isIpv6) ? [{ subnet: undefined, isIpv6: true }] : []),
  ];
  const pools: SwarmPool[] = [];
  for (const [index, { subnet, isIpv6 }] of wants.entries()) {
    const [range, gateway] = subnet === undefined ? [undefined, undefined] : [ranges[index], gateways[index]];
    const cidr = await deps.holdPool({ subnet, range, isIpv6, share: swarmShare(name) });
    pools.push({ cidr, ...(range === undefined ? {} : { range }), ...(gateway === undefined ? {} : { gateway }) });
  }
  return pools;
}

const write = async (network: SwarmNetwork, { store }: SwarmDeps): Promise<void> => {
  await store.transact([], [{ op: 'put', key: swarmNetworkKey(network.name), value: renderJson(network) }]);
};

async function untilPrepared(name: string, deps: SwarmDeps): Promise<void> {
  const end = deps.now() + patience;
  for (;;) {
    const [nodes, reports] = await Promise.all([readyNodes(deps), readReports(deps)]);
    const states = nodes.map((node) => ({ name: node.name, said: reports.get(node.id)?.networks[name] }));
    const failed = states.filter(({ said }) => said !== undefined && said !== '');
    if (failed.length > 0)
      throw refuse(
        `The network ${name} can't be prepared: ${failed.map((one) => `on ${one.name}, ${one.said}`).join('; ')}.`,
        'Remove what is in the way, or choose another name.',
      );
    const silent = states.filter(({ said }) => said === undefined);
    if (silent.length === 0) return;
    if (deps.now() > end)
      throw new Fault(
        'deadline-exceeded',
        `The daemon of ${silent.map((one) => one.name).join(', ')} did not prepare the network ${name} in ${patience / 1000} s.`,
        { transient: true, hint: 'Look at its log, and whether it reaches the store.' },
      );
    await deps.pause(step);
  }
}
