/** What store, engines and kernels say at one moment, each asked by itself: nothing of the daemon's is believed. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { allocationsOf } from '../../src/model/network/block.ts';
import { decodeAddressOwner, decodeBlock, decodeEndpoint } from '../../src/model/network/decode.ts';
import { addressOwnersPrefix, blocksPrefix, hostsPrefix } from '../../src/model/network/keys.ts';
import type { EndpointRecord } from '../../src/model/network/records.ts';
import { run, runChecked } from '../../src/host/process.ts';
import type { LabCluster, LabHost } from '../support/lab/index.ts';

export type EngineEndpoint = {
  readonly id: string;
  readonly container: string;
  readonly network: string;
  readonly address: string;
  /** Of its first process. */
  readonly pid: number;
};

export type HostView = {
  readonly host: string;
  /** Of containers that run, on Clocker's networks; undefined while the engine is down. */
  readonly engine: readonly EngineEndpoint[] | undefined;
  /** Ours: `cali…` and what is half made. */
  readonly interfaces: readonly string[];
  /** Addresses with a route of ours to an interface. */
  readonly routes: readonly string[];
  /** Interfaces of the group that our rules let through. */
  readonly open: readonly string[];
  /** Names of workloads' interfaces in our tables of nft. */
  readonly ruled: readonly string[];
  /** Our tables of nft, in order, without what counts. */
  readonly rules: string;
  /** How many rules with our comment iptables has. */
  readonly verdicts: number;
};

export type StoreView = {
  readonly keys: ReadonlyMap<string, string>;
  readonly endpoints: readonly EndpointRecord[];
  /** Address -> node that took it. */
  readonly allocated: ReadonlyMap<string, string | undefined>;
  /** Address -> id of the endpoint that has it. */
  readonly owners: ReadonlyMap<string, string>;
};

export type View = { readonly hosts: readonly HostView[]; readonly store: StoreView };

type Inspected = {
  readonly Name: string;
  readonly State: { readonly Running: boolean; readonly Pid: number };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly EndpointID: string; readonly IPAddress: string }>>;
  };
};

async function engineEndpoints({ engine }: LabHost): Promise<readonly EngineEndpoint[] | undefined> {
  if (engine.process?.isRunning() !== true) return undefined;
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  const ours = new Set(lines(await engine.docker('network', 'ls', '-f', 'driver=clocker', '--format', '{{.Name}}')));
  const ids = lines(await engine.docker('ps', '-q'));
  if (ids.length === 0) return [];
  // One that ends meanwhile is left out, which is right.
  const { stdout } = await run(['docker', '--host', engine.address, 'inspect', ...ids], { timeout: 60_000 });
  const inspected = JSON.parse(stdout) as readonly Inspected[];
  return inspected
    .filter(({ State }) => State.Running)
    .flatMap(({ Name, State, NetworkSettings }) =>
      Object.entries(NetworkSettings.Networks)
        .filter(([network]) => ours.has(network))
        .map(([network, { EndpointID, IPAddress }]) => ({
          id: EndpointID,
          container: Name.slice(1),
          network,
          address: IPAddress,
          pid: State.Pid,
        })),
    );
}

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, one = '']) => one))].sort();

async function viewHost(host: LabHost): Promise<HostView> {
  const [links, open, routes, table, bridges, verdicts] = await Promise.all([
    host.exec(['ip', '-o', 'link']),
    host.exec(['ip', '-o', 'link', 'show', 'group', '6700']),
    host.exec(['ip', 'route', 'show', 'proto', '67']),
    host.run(['nft', 'list', 'table', 'inet', 'clocker']),
    host.run(['nft', 'list', 'table', 'bridge', 'clocker']),
    host.exec(['iptables', '-S']),
  ]);
  const rules = table.stdout + bridges.stdout;
  return {
    host: host.name,
    engine: await engineEndpoints(host),
    interfaces: found(links, /^\d+: (cali\w+|tmpc\w+)/gm),
    routes: found(routes, /^([\d.]+) dev/gm),
    open: found(open, /^\d+: (cali\w+)/gm),
    ruled: found(rules, /\b(cali[0-9a-f]{11})\b/g),
    rules: rules.split('\n').sort().join('\n'),
    verdicts: verdicts.split('--comment clocker').length - 1,
  };
}

type Dump = { readonly kvs?: readonly { readonly key: string; readonly value?: string }[] };

/** Everything that is stored, read from etcd itself. */
export async function viewStore({ etcd }: Pick<LabCluster, 'etcd'>): Promise<StoreView> {
  const dump = JSON.parse(await etcd.ctl('get', '--prefix', '/', '-w', 'json')) as Dump;
  const plain = (text = ''): string => Buffer.from(text, 'base64').toString('utf8');
  const keys = new Map((dump.kvs ?? []).map(({ key, value }) => [plain(key), plain(value)]));
  const under = (prefix: string) => [...keys].filter(([key]) => key.startsWith(prefix));
  return {
    keys,
    endpoints: under(hostsPrefix)
      .filter(([key]) => key.includes('/endpoints/'))
      .map(([key, value]) => {
        const endpoint = decodeEndpoint(value);
        if (endpoint === undefined) throw new Fault('store-corrupt', `${key} can't be read: ${value}`);
        return endpoint;
      }),
    allocated: new Map(
      under(blocksPrefix).flatMap(([key, value]) => {
        const block = decodeBlock(value);
        if (block === undefined) throw new Fault('store-corrupt', `${key} can't be read: ${value}`);
        return [...allocationsOf(block)].map(
          ({ address, attribute }) => [address, attribute.secondary['node']] as const,
        );
      }),
    ),
    owners: new Map(
      under(addressOwnersPrefix).map(([key, value]) => [
        key.slice(addressOwnersPrefix.length),
        decodeAddressOwner(value)?.endpoint ?? value,
      ]),
    ),
  };
}

export async function view(cluster: LabCluster): Promise<View> {
  const [store, hosts] = await Promise.all([viewStore(cluster), Promise.all(cluster.hosts.map(viewHost))]);
  return { store, hosts };
}

/** Addresses of a container's interfaces, as its own kernel has them. */
export async function addressesInside(host: LabHost, pid: number): Promise<readonly string[]> {
  const said = await runChecked([...host.enter, 'nsenter', '--target', String(pid), '--net', '--', 'ip', '-4', 'addr']);
  return found(said, /inet ([\d.]+)\//g);
}
