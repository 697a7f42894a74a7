/**
 * Keeps this host's kernel as the records say. Join and Leave go through `gate`: endpoints that come at the same time share
 * one run of `ip` and one of `nft`. Everything else is found by `sync`, at the start and every few seconds: what somebody
 * deleted is put back, what nobody owns is taken away. Stopping the daemon leaves all of it in place.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { endpointsPrefix, networksPrefix } from '../../src/model/network/keys.ts';
import { containerInterface, peerOf } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import type { Store } from '../../src/store/index.ts';
import { run } from '../../src/host/process.ts';
import { desiredState, workloadInterface, type Desired, type WorkloadInterface } from './desired.ts';
import { interfaceSysctls, isolationLines, pairLines, routeLines, type Opening } from './interfaces.ts';
import {
  applyBatch,
  applyBatchAnyway,
  applyNft,
  gatewayDevice,
  hasInterface,
  readBridgePorts,
  readKernel,
  readSysctl,
  writeSysctl,
} from './kernel.ts';
import { ensureMarks, removeMarks } from './marks.ts';
import { gatewayBridge, membership, renderOpen, renderTable, source4, source6, tableName } from './nft.ts';

export type DataplaneOptions = {
  readonly store: Store;
  readonly node: string;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  /** Bytes; the MTU of the host's own network unless a network says otherwise. */
  readonly mtu: number;
};

export type Dataplane = {
  readonly gate: {
    open(endpoint: EndpointRecord, network: NetworkRecord, signal: AbortSignal): Promise<void>;
    close(endpoint: Pick<EndpointRecord, 'id' | 'interface'>): Promise<void>;
  };
  /** Looks at records and kernel and removes the difference. Never runs twice at once. */
  sync(): Promise<void>;
  /** Waits for what is under way; leaves the kernel as it is. */
  close(): Promise<void>;
  /** Takes away everything Clocker made on this host and restores the settings it changed. */
  removeAll(): Promise<void>;
};

/** Milliseconds in which an interface that was just made or closed is not judged by the records, which may be older. */
const settle = 15_000;
const sysctlKey = (node: string): string => `/clocker/v1/hosts/${node}/sysctls`;

export function openDataplane(options: DataplaneOptions): Dataplane {
  const { store, node, now, log } = options;
  const opened = new Map<string, { readonly wanted: WorkloadInterface; readonly at: number }>();
  const closed = new Map<string, number>();
  let applied: { table: string; rules: number; members: Set<string>; elements: Set<string> } | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting: {
    readonly opening: Opening;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  let networksApplied = new Set<number>();

  const serial = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work, work);
    tail = mine.catch(() => undefined);
    return mine;
  };

  /** A record that can't be read stops the sync: without it a container that is alive would lose its traffic. */
  async function readAll<T>(prefix: string, decode: (value: string) => T | undefined): Promise<readonly T[]> {
    const { entries } = await store.list(prefix);
    return entries.map(({ key, value }) => {
      const record = decode(value);
      if (record !== undefined) return record;
      throw new Fault('store-corrupt', `The record ${key} can't be read; the kernel is left as it is.`, {
        hint: 'Put the store back from a copy, or delete the record when its network or container is gone.',
      });
    });
  }

  /** Records plus what was opened or closed since they were read. */
  function withRecent(desired: Desired): Desired {
    const time = now();
    for (const [name, { at }] of opened) if (time - at > settle) opened.delete(name);
    for (const [name, at] of closed) if (time - at > settle) closed.delete(name);
    const interfaces = new Map(
      desired.interfaces.filter(({ name }) => !closed.has(name)).map((one) => [one.name, one]),
    );
    for (const [name, { wanted }] of opened) if (!closed.has(name)) interfaces.set(name, wanted);
    return { ...desired, interfaces: [...interfaces.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  /** How many rules and elements of workloads the kernel holds of our table; undefined when there is none. */
  async function countTable(): Promise<{ rules: number; elements: number } | undefined> {
    const { status, stdout } = await run(['nft', '-j', 'list', 'table', 'inet', tableName]);
    if (status !== 0) return undefined;
    // Rules name "cali*"; only elements name one interface.
    return { rules: stdout.split('"rule":').length - 1, elements: stdout.match(/"cali[^"*]*"/g)?.length ?? 0 };
  }

  const tableOf = (desired: Desired): string => renderTable({ ...desired, interfaces: [] });

  async function syncTable(desired: Desired): Promise<void> {
    const table = tableOf(desired);
    const members = new Set(desired.interfaces.map(membership));
    const elements = new Set(desired.interfaces.flatMap((one) => [...source4(one), ...source6(one)]));
    const kernel = applied === undefined ? undefined : await countTable();
    const isSame =
      applied !== undefined &&
      kernel !== undefined &&
      applied.table === table &&
      applied.members.size === members.size &&
      [...members].every((one) => applied?.members.has(one)) &&
      [...elements].every((one) => applied?.elements.has(one)) &&
      applied.elements.size === elements.size &&
      kernel.rules === applied.rules &&
      kernel.elements === members.size + elements.size;
    if (isSame) return;
    if (applied?.table === table) log('warn', 'somebody changed the nftables table of clocker; it is put back');
    await applyNft(renderTable(desired));
    const after = await countTable();
    applied = { table, rules: after?.rules ?? 0, members, elements };
    networksApplied = new Set(desired.networks.map(({ index }) => index));
  }

  async function syncAddresses(desired: Desired): Promise<void> {
    const kernel = await readKernel();
    const lines: string[] = [];
    if (kernel.gateways === undefined)
      lines.push(`link add name ${gatewayDevice} type bridge`, `link set dev ${gatewayDevice} up`);
    const have = new Set(kernel.gateways ?? []);
    for (const gateway of desired.gateways)
      if (!have.has(gateway)) lines.push(`addr replace ${gateway}/32 dev ${gatewayDevice} scope link`);
    const wanted = new Map(desired.interfaces.map((one) => [one.name, one]));
    const present = kernel.workloads.filter((name) => wanted.has(name));
    const routed = new Set(kernel.routes.map(({ dst, dev }) => `${dst} ${dev}`));
    for (const name of present) {
      const one = wanted.get(name);
      if (one === undefined) continue;
      const isRouted = [one.ipv4, one.ipv6].every(
        (address) => address === undefined || routed.has(`${address} ${name}`),
      );
      if (!isRouted) lines.push(...routeLines(one));
    }
    await applyBatch(lines);
    // One whose other side is not here is a container's: without its record its traffic is dropped, but it is not torn
    // out, since a store that was lost may come back. When the container ends, the kernel takes it away.
    const stale = kernel.workloads.filter(
      (name) => !wanted.has(name) && !opened.has(name) && hasInterface(peerOf(name)),
    );
    await applyBatchAnyway(stale.map((name) => `link del dev ${name}`));
    if (stale.length > 0) log('info', 'took away interfaces of endpoints that are gone', { interfaces: stale });
    const spare = [...have].filter((gateway) => gateway.startsWith('169.254.') && !desired.gateways.includes(gateway));
    await applyBatchAnyway(spare.map((gateway) => `addr del ${gateway}/32 dev ${gatewayDevice}`));
    await Promise.all(present.flatMap((name) => interfaceSysctls(name).map(([key, value]) => writeSysctl(key, value))));
  }

  /** Remembers what a setting was before we changed it, so that `removeAll` can give it back. */
  async function setHostSysctl(name: string, value: string): Promise<void> {
    const before = await readSysctl(name);
    if (before === undefined || before === value) return;
    const entry = await store.get(sysctlKey(node));
    const known: Record<string, string> = {};
    for (const [key, old] of Object.entries(
      entry === undefined ? {} : (JSON.parse(entry.value) as Record<string, unknown>),
    ))
      if (typeof old === 'string') known[key] = old;
    if (!Object.hasOwn(known, name))
      await store.transact([], [{ op: 'put', key: sysctlKey(node), value: renderJson({ ...known, [name]: before }) }]);
    await writeSysctl(name, value);
  }

  async function syncSettings(desired: Desired): Promise<void> {
    if (desired.networks.length === 0) return;
    await setHostSysctl('net.ipv4.ip_forward', '1');
    if (desired.isIpv6) await setHostSysctl('net.ipv6.conf.all.forwarding', '1');
    // Replies of published ports come back another way than a strict check expects.
    if (hasInterface(gatewayBridge)) {
      await writeSysctl(`net.ipv4.conf.${gatewayBridge}.rp_filter`, '2');
      await applyBatchAnyway(isolationLines(await readBridgePorts(gatewayBridge)));
    }
    if (await ensureMarks(desired.isIpv6)) log('info', 'put the rules that accept clocker’s traffic first again');
  }

  async function syncNow(): Promise<void> {
    const networks = await readAll(networksPrefix, decodeNetwork);
    const endpoints = await readAll(endpointsPrefix(node), decodeEndpoint);
    const desired = withRecent(desiredState(networks, endpoints));
    if (desired.networks.length === 0 && applied === undefined && !hasInterface(gatewayDevice)) return;
    await syncTable(desired);
    await syncAddresses(desired);
    await syncSettings(desired);
  }

  async function openAll(batch: readonly Opening[]): Promise<void> {
    if (batch.some(({ wanted }) => !networksApplied.has(wanted.network)) || applied === undefined) await syncNow();
    const fresh: string[] = [];
    for (const opening of batch) {
      const { wanted, endpoint } = opening;
      if (hasInterface(wanted.name) && !hasInterface(containerInterface(endpoint.id)))
        await applyBatchAnyway([`link del dev ${wanted.name}`]);
      if (!hasInterface(wanted.name)) fresh.push(...pairLines(opening));
      fresh.push(...routeLines(wanted));
    }
    const missing = batch.map(({ wanted }) => wanted).filter((one) => applied?.members.has(membership(one)) !== true);
    await Promise.all([applyBatch(fresh), applyNft(renderOpen(missing))]);
    for (const one of missing) {
      applied?.members.add(membership(one));
      for (const element of [...source4(one), ...source6(one)]) applied?.elements.add(element);
    }
    await Promise.all(
      batch.flatMap(({ wanted }) => interfaceSysctls(wanted.name).map(([key, value]) => writeSysctl(key, value))),
    );
  }

  async function runWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      await openAll(batch.map(({ opening }) => opening));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1) for (const { reject } of batch) reject(error);
      else await openEach(batch);
    }
  }

  /** One of a burst failed: each alone, so that the others are not harmed. */
  async function openEach(batch: typeof waiting): Promise<void> {
    for (const { opening, resolve, reject } of batch) await openAll([opening]).then(resolve, reject);
  }

  function open(endpoint: EndpointRecord, network: NetworkRecord): Promise<void> {
    const wanted = workloadInterface(endpoint, network);
    const opening: Opening = {
      endpoint,
      wanted,
      mtu: network.mtu ?? options.mtu,
    };
    closed.delete(wanted.name);
    opened.set(wanted.name, { wanted, at: now() });
    return new Promise<void>((resolve, reject) => {
      waiting.push({ opening, resolve, reject });
      void serial(runWaiting);
    }).catch((cause: unknown) => {
      opened.delete(wanted.name);
      throw cause instanceof Fault
        ? cause
        : new Fault('command-failed', `The interface of endpoint ${endpoint.id.slice(0, 12)} can't be made.`, {
            cause,
          });
    });
  }

  async function shut({ interface: name }: Pick<EndpointRecord, 'id' | 'interface'>): Promise<void> {
    opened.delete(name);
    closed.set(name, now());
    await serial(async () => {
      const members = [...(applied?.members ?? [])].filter((one) => one.startsWith(`"${name}" `));
      const elements = [...(applied?.elements ?? [])].filter((one) => one.startsWith(`"${name}" `));
      if (members.length > 0) {
        const four = elements.filter((one) => !one.includes(':'));
        const six = elements.filter((one) => one.includes(':'));
        const text = [
          ...members.map((one) => `delete element inet ${tableName} members { ${one} }`),
          ...four.map((one) => `delete element inet ${tableName} sources4 { ${one} }`),
          ...six.map((one) => `delete element inet ${tableName} sources6 { ${one} }`),
        ].join('\n');
        // What can't be deleted is not there; the next sync compares again.
        await applyNft(`${text}\n`).catch(() => {
          applied = undefined;
        });
        for (const one of members) applied?.members.delete(one);
        for (const one of elements) applied?.elements.delete(one);
      }
    });
    // The kernel takes 20 ms for a veth pair; nobody has to wait for that.
    void serial(async () => {
      if (closed.has(name) && hasInterface(name)) await applyBatchAnyway([`link del dev ${name}`]);
    });
  }

  async function removeEverything(): Promise<void> {
    const kernel = await readKernel();
    await applyBatchAnyway([
      ...kernel.workloads.map((name) => `link del dev ${name}`),
      `link del dev ${gatewayDevice}`,
    ]);
    await run(['nft', 'delete', 'table', 'inet', tableName]);
    await removeMarks();
    applied = undefined;
    const entry = await store.get(sysctlKey(node));
    if (entry === undefined) return;
    for (const [name, value] of Object.entries(JSON.parse(entry.value) as Record<string, unknown>))
      if (typeof value === 'string') await writeSysctl(name, value);
    await store.transact([], [{ op: 'delete', key: sysctlKey(node) }]);
  }

  return {
    gate: { open: (endpoint, network) => open(endpoint, network), close: shut },
    sync: () => serial(syncNow),
    close: async () => {
      await tail;
    },
    removeAll: () => serial(removeEverything),
  };
}
