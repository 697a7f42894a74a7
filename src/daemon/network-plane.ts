/** Wires the network plane of a host: Docker's plugin socket, the data plane, and the sweeper. No logic of its own. */
import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import {
  dropPool,
  ipamDriver,
  parsePoolId,
  releaseAddress,
  type IpamDeps,
  type Taken,
} from '../../plugins/ipam/index.ts';
import { openDataplane, type Dataplane } from '../../plugins/dataplane/index.ts';
import {
  applySweep,
  deleteEndpoint,
  forgetNetwork,
  networkDriver,
  planSweep,
  readSweepState,
  twice,
  type EngineView,
  type SweepPlan,
} from '../../plugins/network/index.ts';
import { createLocks, openPluginServer, type PluginServerOptions } from '../../plugins/protocol/index.ts';
import { poolUsePrefix } from '../model/network/keys.ts';
import { decodePoolUse } from '../model/network/decode.ts';
import { contains, parsePrefix } from '../ip/prefix.ts';
import { parseAddress } from '../ip/address.ts';
import { startLoop, type Loop } from '../reconcile/loop.ts';
import { clockOfHost } from '../host/clock.ts';
import type { Docker } from '../host/docker.ts';
import type { Store } from '../store/index.ts';

export type Log = (
  level: 'debug' | 'info' | 'warn',
  message: string,
  details?: Readonly<Record<string, unknown>>,
) => void;

export type NetworkPlaneOptions = {
  readonly store: Store;
  readonly node: string;
  readonly docker: Docker;
  /** `/run/docker/plugins/clocker.sock` */
  readonly socket: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onCall?: PluginServerOptions['onCall'];
};

export type NetworkPlane = {
  readonly dataplane: Dataplane;
  /** Resolves when everything has ended; the kernel is left as it is. */
  close(): Promise<void>;
};

/** The host's own addresses; pools must not overlap them. Clocker's gateways and workloads are not the host's. */
function hostRanges(): readonly Taken[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    name === 'clocker0' || name.startsWith('cali')
      ? []
      : addresses.flatMap(({ cidr, internal }) =>
          cidr === null || internal ? [] : { cidr, by: `the host's interface ${name} has` },
        ),
  );
}

const engineView = (docker: Docker): EngineView => ({
  networks: async () => {
    const all = (await docker.networks()).filter(({ driver }) => driver === 'clocker' || driver === 'clocker:latest');
    const found = await Promise.all(all.map(({ id }) => docker.network(id)));
    return found.flatMap((network) =>
      network === undefined
        ? []
        : {
            id: network.id,
            name: network.name,
            labels: network.labels,
            endpoints: Object.values(network.containers).map(({ endpoint }) => endpoint),
          },
    );
  },
});

/** Bytes; a network says otherwise with -o clocker.mtu. */
const hostMtu = 1500;

/** Opens the plugin socket first: dockerd waits for it at boot, and for nothing else here. */
export async function openNetworkPlane(options: NetworkPlaneOptions): Promise<NetworkPlane> {
  const { store, node, docker, log, signal } = options;
  const locks = createLocks();
  const now = (): number => clockOfHost.now();
  const dataplane = openDataplane({ store, node, now: () => performance.now(), log, mtu: hostMtu });
  const ipam: IpamDeps = { store, node, now, locks, uuid: randomUUID, hostRanges: () => Promise.resolve(hostRanges()) };
  const loops: { keeper?: Loop; sweeper?: Loop } = {};
  const network = networkDriver({
    store,
    node,
    locks,
    now,
    uuid: randomUUID,
    gate: {
      open: async (...endpoint) => {
        await dataplane.gate.open(...endpoint);
        // Docker connects the container to its gateway bridge only after this; the port there has to be isolated.
        loops.keeper?.poke();
      },
      close: (endpoint) => dataplane.gate.close(endpoint),
    },
    onNetworks: () => {
      loops.keeper?.poke();
      loops.sweeper?.poke();
    },
  });
  const server = await openPluginServer({
    socket: options.socket,
    handlers: { ...network, ...ipamDriver(ipam) },
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const failed = (what: string) => (error: unknown, retryIn: number) =>
    log('warn', `${what} failed; again in ${Math.round(retryIn / 1000)} s`, {
      error: error instanceof Error ? error.message : String(error),
    });
  const pace = { clock: clockOfHost, firstBackoff: 1000, maxBackoff: 30_000, signal };
  loops.keeper = startLoop({
    ...pace,
    sync: () => dataplane.sync(),
    minDelay: 500,
    resync: 4000,
    onFailure: failed('keeping the kernel as it should be'),
  });
  let before: SweepPlan | undefined;
  const sweep = async (): Promise<void> => {
    const plan = planSweep(await readSweepState(store, node, engineView(docker)), now());
    const sure = twice(before, plan);
    before = plan;
    await applySweep(sure, store, {
      closeEndpoint: async (endpoint) => {
        log('info', 'an endpoint was left behind and is taken away', {
          endpoint: endpoint.id,
          network: endpoint.network,
        });
        await dataplane.gate.close(endpoint);
        await store.transact([], deleteEndpoint(node, endpoint.id));
      },
      releaseAddress: (address) => releaseOf(ipam, address),
      forgetNetwork: (id) => forgetNetwork(id, { store, node, gate: dataplane.gate }),
      dropPool: (cidr) => dropPool(ipam, cidr),
    });
  };
  loops.sweeper = startLoop({
    ...pace,
    sync: sweep,
    minDelay: 2000,
    resync: 15_000,
    onFailure: failed('looking for leftovers'),
  });
  return {
    dataplane,
    close: async () => {
      await server.close();
      await Promise.all([loops.keeper?.stopped, loops.sweeper?.stopped]);
      await dataplane.close();
    },
  };
}

/** The pool an address belongs to is found among those in use. */
async function releaseOf(ipam: IpamDeps, text: string): Promise<void> {
  const address = parseAddress(text);
  if (address === undefined) return;
  const { entries } = await ipam.store.list(poolUsePrefix);
  for (const entry of entries) {
    const use = decodePoolUse(entry.value);
    const prefix = use === undefined ? undefined : parsePrefix(use.cidr);
    if (use === undefined || prefix === undefined || !contains(prefix, address)) continue;
    const pool = parsePoolId(use.cidr);
    if (pool !== undefined) await ipam.locks.hold(`pool ${use.cidr}`, () => releaseAddress(ipam, pool, text));
  }
}
