/**
 * Virtual addresses of services. Docker serves none on networks that are not its own overlays (moby/swarmkit#2913). Each
 * service with a member gets one from its network's pool, by whichever host sees it first; every host leads its own
 * workloads' connections to a member. It is given back when the service has had no member for a while.
 */
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { alivePrefix, hostsPrefix, networkKey, networksPrefix } from '../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import { decodeService, serviceKey, servicesPrefix, type ServiceRecord } from '../../src/model/network/service.ts';
import { startLoop, type LoopClock } from '../../src/reconcile/loop.ts';
import type { Entry, Mirror } from '../../src/store/index.ts';
import { createServicesKeeper, type ServicesKernel, type Wanted } from './kernel.ts';
import { createMembers, idOf, serviceOfId, type Member } from './members.ts';
import { usable, type Virtual } from './rules.ts';

type Addresses = Pick<ServiceRecord, 'ipv4' | 'ipv6' | 'pool4' | 'pool6'>;

export type ServicesOptions = {
  readonly mirror: Mirror;
  readonly node: string;
  readonly take: (
    network: NetworkRecord,
    record: (addresses: Addresses) => { readonly key: string; readonly value: string },
  ) => Promise<Addresses | undefined>;
  readonly give: (addresses: Addresses, record: Entry) => Promise<boolean>;
  readonly kernel: ServicesKernel;
  readonly clock: LoopClock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
  /** Milliseconds for which a service without members keeps its address. */
  readonly rest?: number;
};

export type Services = {
  /** The addresses that `name.vip` stands for on a network; `name` in lower case. */
  virtual(network: string, name: string): Pick<ServiceRecord, 'ipv4' | 'ipv6'> | undefined;
  /** Somebody else has changed the rules. */
  lookAtRules(): void;
  readonly stopped: Promise<void>;
};

const recordKey = (id: string): string => {
  const { network, name } = serviceOfId(id);
  return serviceKey(network, name);
};

const usualRest = 30_000;
/** Milliseconds between looks at what nobody tells, and until what could not be done yet is tried again. */
const resync = 60_000;
const notYet = 5000;

export function openServices(options: ServicesOptions): Services {
  const { mirror, node, log, signal, now } = options;
  const rest = options.rest ?? usualRest;
  const networks = mirror.view(networksPrefix, ({ value }) => decodeNetwork(value));
  const records = mirror.view(servicesPrefix, ({ value }) => decodeService(value));
  const alive = mirror.view(alivePrefix, ({ key }) => key.slice(alivePrefix.length));
  const members = createMembers(node);
  const keeper = createServicesKeeper(options.kernel);
  /** Since when a record's service has had no member, as this host saw it. */
  const empty = new Map<string, number>();
  /** Services that got no address, so that it is told once. */
  const refused = new Set<string>();
  /** Keys of records whose part of `virtuals` has to be made anew. */
  const stale = new Set(records.items.keys());
  const virtuals = new Map<string, readonly Virtual[]>();
  let checked = 0;
  let isSuspect = false;
  /** Until the loop is there: its first look sees all. */
  let poke = (): void => undefined;

  const readEndpoint = ({ key, value }: Entry): EndpointRecord | undefined =>
    key.includes('/endpoints/') ? decodeEndpoint(value) : undefined;
  mirror.feed(hostsPrefix, readEndpoint, (changes) => {
    let isChanged = false;
    for (const { key, value } of changes)
      for (const id of members.set(key, value)) {
        stale.add(recordKey(id));
        isChanged = true;
      }
    if (isChanged) poke();
  });
  records.onChange((changes) => {
    for (const { key } of changes) stale.add(key);
    loop.poke();
  });
  alive.onChange(() => {
    for (const key of records.items.keys()) stale.add(key);
    loop.poke();
  });
  networks.onChange(() => loop.poke());

  const recordOf = (id: string): ServiceRecord | undefined => records.items.get(recordKey(id))?.value;

  /** Those of dead hosts only while there are no others: where the store is away, all hosts look dead. */
  function reachable(all: readonly Member[]): readonly Member[] {
    const living = all.filter((one) => one.node === node || alive.items.has(`${alivePrefix}${one.node}`));
    return living.length > 0 ? living : all;
  }

  function wantedOf(record: ServiceRecord): readonly Virtual[] {
    const found = reachable(members.of(idOf({ network: record.network, name: record.service })));
    const of = (family: 4 | 6, address: string | undefined, pool: string | undefined): readonly Virtual[] => {
      if (address === undefined || pool === undefined) return [];
      const to = found.flatMap(({ ipv4, ipv6 }) => (family === 4 ? ipv4 : ipv6) ?? []);
      const one = usable({ family, address, pool, members: to });
      return one === undefined ? [] : [one];
    };
    return [...of(4, record.ipv4, record.pool4), ...of(6, record.ipv6, record.pool6)];
  }

  function wanted(): Wanted {
    for (const key of stale) {
      const record = records.items.get(key)?.value;
      if (record === undefined) virtuals.delete(key);
      else virtuals.set(key, wantedOf(record));
    }
    stale.clear();
    const all = [...virtuals].flatMap(([key, of]) => of.map((one) => [`${key} ${one.family}`, one] as const));
    return { virtuals: new Map(all), own: { 4: members.own(4), 6: members.own(6) } };
  }

  /** Every host with a member tries; the store lets one. */
  async function takeMissing(): Promise<void> {
    for (const id of members.idsHere()) {
      const { network, name } = serviceOfId(id);
      const record = networks.items.get(networkKey(network))?.value;
      if (record === undefined || recordOf(id) !== undefined) continue;
      const createdAt = new Date(now()).toISOString();
      const taken = await options.take(record, (addresses) => ({
        key: serviceKey(network, name),
        value: renderJson({ network, service: name, ...addresses, createdAt } satisfies ServiceRecord),
      }));
      if (taken !== undefined) {
        refused.delete(id);
        log('info', 'a service has a virtual address', { service: name, network: record.name, ...taken });
      } else if (recordOf(id) === undefined && !refused.has(id)) {
        refused.add(id);
        log('warn', 'a service gets no virtual address: its subnet is full', { service: name, network: record.name });
      }
    }
  }

  async function giveUnused(): Promise<void> {
    for (const key of empty.keys()) if (!records.items.has(key)) empty.delete(key);
    for (const { key, value } of records.items.values()) {
      if (members.of(idOf({ network: value.network, name: value.service })).length > 0) {
        empty.delete(key);
        continue;
      }
      const since = empty.get(key) ?? now();
      empty.set(key, since);
      const entry = mirror.get(key);
      if (now() - since < rest || entry === undefined || mirror.state !== 'live') continue;
      if (await options.give(value, entry))
        log('info', 'a service without members has given its virtual address back', { service: value.service });
    }
  }

  async function sync(): Promise<void> {
    await mirror.ready;
    await keeper.set(wanted());
    await takeMissing();
    await giveUnused();
    if (empty.size > 0 || refused.size > 0) options.clock.schedule(notYet, () => loop.poke());
    if (!isSuspect && now() - checked < resync) return;
    isSuspect = false;
    checked = now();
    if (await keeper.check()) log('warn', 'the rules of virtual addresses were changed by somebody else; put right');
  }

  let failure = '';
  const loop = startLoop({
    sync: async () => {
      await sync();
      failure = '';
    },
    clock: options.clock,
    minDelay: 50,
    firstBackoff: 250,
    maxBackoff: 10_000,
    resync,
    signal,
    onFailure: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && message !== failure)
        log('warn', 'virtual addresses could not be brought up to date', { error: message });
      failure = message;
    },
  });
  poke = () => loop.poke();

  return {
    virtual: (network, name) => records.items.get(serviceKey(network, name))?.value,
    lookAtRules: () => {
      isSuspect = true;
      loop.poke();
    },
    stopped: loop.stopped,
  };
}
