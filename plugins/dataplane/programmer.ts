/** Brings the kernel to what the records say: for single endpoints at once, and as a whole. */
import { line, type Link } from '../../src/host/ip.ts';
import { usualTunnel } from '../../src/model/network/tunnel.ts';
import { desiredState, mtuByMode, workloadOf, type Attachment, type Desired, type Workload } from './desired.ts';
import { byFamily, families, type Family } from './family.ts';
import type { Turn } from './gate.ts';
import { advertisements, forwardingV6, hostSettings, needsV6, workloadSettings } from './host-settings.ts';
import type { Kernel } from './kernel.ts';
import {
  addressLines,
  closingLines,
  deleteClosed,
  gatewayDeviceLines,
  gatewayLine,
  pairLines,
  planLinks,
  type LinkPlan,
} from './links.ts';
import { ensureMarks, removeMarks } from './marks.ts';
import { dockerBridgesOf, keepPorts } from './ports.ts';
import { createPrepared } from './prepared.ts';
import type { RecordKeeper } from './records.ts';
import { desiredBridgeTable, type BridgeFacts } from './rules/bridge.ts';
import { createRuleKeeper, type RuleKeeper } from './rules/keeper.ts';
import { renderRemoval } from './rules/model.ts';
import type { PolicyBook } from './rules/policy-book.ts';
import { bridgeAddressesOf } from './rules/policy-bridge.ts';
import { interfacesOf, type HostInterface } from './rules/policy-host.ts';
import { createPolicyCompiler, type PolicyPart } from './rules/policy.ts';
import { bridgeTable, closingGroup, filterTable, gatewayDevice, ownGroup } from './rules/names.ts';
import { desiredTable } from './rules/table.ts';
import { remakeInterface } from './sandbox.ts';
import type { Settings } from './settings.ts';

export type ProgrammerDeps = {
  readonly kernel: Kernel;
  readonly records: RecordKeeper;
  readonly policies: PolicyBook;
  /** Name of this host. */
  readonly node: string;
  readonly settings: Settings;
  /** Bytes; the uplink's unless told. */
  readonly mtu: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told what somebody else had changed and was put right, in words. */
  readonly onRepair: (what: string, details?: Readonly<Record<string, unknown>>) => void;
};

export type Programmer = {
  /** Begins to make an interface that a turn will open. */
  prepare(attachment: Attachment): void;
  /** Does a gate's turn; answers why endpoints could not be opened. */
  take(turn: Turn): Promise<ReadonlyMap<string, string>>;
  /** Looks at everything, and removes the difference. Never twice at once. */
  sync(): Promise<void>;
  /** Looks only at who sits at Docker's bridges: a container that starts must not pay for more. */
  lookAtPorts(): Promise<void>;
  /** Looks only at the settings of the host. */
  lookAtSettings(): Promise<void>;
  /** Looks only whether the rules that accept what is allowed are where they belong. */
  lookAtMarks(): Promise<void>;
  /** Whether the records want something else than was done last, turns that are waiting included. */
  isBehind(): Promise<boolean>;
  /** Whether an interface of this name is to be here. */
  isWanted(name: string): boolean;
  /** Writes the rules as policies and labels are now, and looks at nothing else. */
  applyPolicies(): Promise<void>;
  /** Takes away all of Clocker on this host. */
  removeAll(): Promise<void>;
};

type Serial = <T>(work: () => Promise<T>) => Promise<T>;

function createSerial(): Serial {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = tail.then(work, work);
    tail = mine.catch(() => undefined);
    return mine;
  };
}

const usualMtu = 1500;
/** Milliseconds. */
const deletionDelay = 100;

export function createProgrammer(deps: ProgrammerDeps): Programmer {
  const { kernel, records, settings, onRepair } = deps;
  const filter = createRuleKeeper(kernel);
  const bridge = createRuleKeeper(kernel);
  const ports = keepPorts(kernel);
  const serial = createSerial();
  const looks = createSerial();
  /** From the last look at the interfaces. */
  let dockerBridges: readonly string[] = ['docker0', 'docker_gwbridge'];
  let mtu = deps.mtu ?? usualMtu;
  let portFacts: Omit<BridgeFacts, 'pools'> = { ports: [], gatewayPorts: [] };
  let interfaces: readonly HostInterface[] = [];
  /** Gateway addresses that are on the device for sure, and families whose marks are. */
  const gateways = new Set<string>();
  const marked = new Set<Family>();
  /** Interfaces that are closed, and are being deleted. */
  const leaving = new Set<string>();
  let deletion: NodeJS.Timeout | undefined;
  /** What the kernel was brought to last. */
  let applied: Desired | undefined;
  /** Missing in the last look already. */
  let missedBefore = new Set<string>();

  const compiler = createPolicyCompiler(deps.policies, deps.node);

  const prepared = createPrepared(kernel, deps.now);
  let mtuOf = mtuByMode({ nodes: [] }, mtu);
  const desired = (): Desired => {
    const now = records.records();
    mtuOf = mtuByMode(now, mtu);
    return desiredState(now, mtuOf);
  };

  function policyPart(): PolicyPart {
    const { attachments } = records.records();
    const { byEndpoint, known } = bridgeAddressesOf(attachments, portFacts.ports);
    return compiler.part(attachments, { atBridge: byEndpoint, known, interfaces });
  }

  const setFilter = (want: Desired): Promise<void> => filter.set(desiredTable(want, dockerBridges, policyPart()));
  const setBridge = (want: Desired): Promise<void> => {
    const pools = byFamily((family) => want.networks.flatMap((network) => network.pools[family]));
    return bridge.set(desiredBridgeTable({ ...portFacts, pools }));
  };

  async function ensureSettings(want: Desired): Promise<void> {
    for (const [name, value] of hostSettings(want)) await settings.ensure(name, value);
    if (!needsV6(want.workloads)) return;
    if ((await kernel.setting(forwardingV6[0])) === forwardingV6[1]) return;
    for (const { name } of await kernel.links()) {
      const listens = advertisements(name);
      if ((await kernel.setting(listens)) === '1') await settings.ensure(listens, '2');
    }
    await settings.ensure(...forwardingV6);
  }

  async function ensureMarked(want: Desired, always: boolean): Promise<void> {
    if (want.networks.length === 0) return;
    for (const family of families) {
      const isWanted = family === 4 || want.networks.some(({ pools }) => pools[6].length > 0);
      if (!isWanted || (!always && marked.has(family))) continue;
      const isPut = await ensureMarks(kernel, family);
      if (isPut && marked.has(family)) onRepair('the rules that accept what Clocker allows were gone', { family });
      marked.add(family);
    }
  }

  function openingLines(workloads: readonly Workload[]): readonly string[] {
    const lines: string[] = [];
    if (!kernel.hasLink(gatewayDevice)) {
      gateways.clear();
      lines.push(...gatewayDeviceLines);
    }
    for (const workload of workloads) {
      if (workload.address[4] !== undefined && !gateways.has(workload.gateway[4]))
        lines.push(gatewayLine(workload.gateway[4]));
      gateways.add(workload.gateway[4]);
      lines.push(...interfaceLines(workload));
    }
    return lines;
  }

  /** One that is there stays: Docker may have taken its other end into the container long ago. */
  function interfaceLines(workload: Workload): readonly string[] {
    const { interface: name } = workload;
    const isThere = kernel.hasLink(name);
    const isLeaving = leaving.delete(name) && isThere;
    return [
      ...(isLeaving ? [line('link', 'del', name)] : []),
      ...(isThere && !isLeaving ? [] : pairLines(workload)),
      ...addressLines(workload),
    ];
  }

  async function openLinks(workloads: readonly Workload[]): Promise<ReadonlyMap<string, string>> {
    if (workloads.length === 0) return new Map();
    const isV6Off = needsV6(workloads) && (await kernel.setting('net/ipv6/conf/default/disable_ipv6')) === '1';
    const failures = [...(await kernel.batch(openingLines(workloads)))];
    for (const workload of workloads)
      for (const [name, value] of workloadSettings(workload)) await kernel.setSetting(name, value);
    if (isV6Off) {
      failures.length = 0;
      for (const { interface: name } of workloads) await kernel.setSetting(`net/ipv6/conf/${name}/disable_ipv6`, '0');
      failures.push(...(await kernel.batch(workloads.flatMap(addressLines))));
    }
    return new Map(
      workloads.flatMap((workload): [string, string][] => {
        const failure = failures.find(({ line }) => line.split(' ').includes(workload.interface));
        return failure === undefined ? [] : [[workload.id, `${failure.message} (ip ${failure.line})`]];
      }),
    );
  }

  function closeLinks(closing: Turn['close'], known: readonly (Attachment | undefined)[]): readonly string[] {
    return closing.flatMap(({ interface: name }, index) => {
      if (leaving.has(name) || !kernel.hasLink(name)) return [];
      leaving.add(name);
      const attachment = known[index];
      const { address } = attachment === undefined ? { address: undefined } : workloadOf(attachment, () => mtu);
      const own = families.flatMap((family) => address?.[family] ?? []);
      return closingLines(name, own);
    });
  }

  /** Deleting takes the kernel 20 ms, for one or for fifty, and nobody has to wait for that: it is closed already. */
  function deleteSoon(): void {
    deletion ??= setTimeout(() => {
      deletion = undefined;
      const gone = [...leaving];
      const forget = (): void => gone.forEach((name) => leaving.delete(name));
      void kernel.batch([deleteClosed]).then(forget, forget);
    }, deletionDelay);
  }

  async function take({ open, close }: Turn): Promise<ReadonlyMap<string, string>> {
    return serial(async () => {
      await prepared.take([...open.map(({ endpoint }) => endpoint), ...close].map((one) => one.interface));
      const known = close.map(({ id }) => records.closed(id));
      for (const attachment of open) records.opened(attachment);
      const want = desired();
      const opened = new Set(open.map(({ endpoint }) => endpoint.id));
      const closing = closeLinks(close, known);
      const [failures] = await Promise.all([
        openLinks(want.workloads.filter(({ id }) => opened.has(id))),
        setFilter(want),
        kernel.batch(closing),
        open.length > 0 ? ensureSettings(want) : undefined,
        ensureMarked(want, false),
      ]);
      if (closing.length > 0) deleteSoon();
      for (const id of failures.keys()) records.closed(id);
      applied = want;
      return failures;
    });
  }

  async function readLinks(): Promise<readonly Link[]> {
    const links = await kernel.links();
    dockerBridges = dockerBridgesOf(links);
    interfaces = interfacesOf(links);
    return links;
  }

  async function setByPorts(links: readonly Link[]): Promise<void> {
    portFacts = await ports.look(links, desired().workloads);
    await serial(async () => {
      await setBridge(desired());
      await setFilter(desired());
    });
  }

  async function look(): Promise<{ readonly links: readonly Link[]; readonly plan: LinkPlan }> {
    const [links, four, six] = await Promise.all([readLinks(), kernel.routes(4), kernel.routes(6)]);
    const names = new Set(links.map(({ name }) => name));
    records.bury(({ endpoint }) => !names.has(endpoint.interface));
    return {
      links,
      plan: planLinks(desired(), { links, routes: [...four, ...six], isWaiting: (name) => prepared.isWaiting(name) }),
    };
  }

  async function repairLinks(plan: LinkPlan): Promise<void> {
    // Looked at before, so what was opened or closed since is not to be judged by it.
    const still = new Set(desired().workloads.map((one) => one.interface));
    const remove = plan.remove.filter((said) => !said.split(' ').some((word) => still.has(word)));
    const failures = await kernel.batch(plan.put);
    for (const { line, message } of failures)
      if (kernel.hasLink(line.split(' dev ')[1]?.split(' ')[0] ?? ''))
        onRepair('an interface or route could not be put right', { line, message });
    await kernel.batch(remove);
  }

  async function remakeMissing(plan: LinkPlan, want: Desired): Promise<void> {
    const lost = plan.missing.filter((one) => missedBefore.has(one.id) && !kernel.hasLink(one.interface));
    missedBefore = new Set(plan.missing.map(({ id }) => id));
    for (const workload of lost) {
      const pools = want.networks.find(({ index }) => index === workload.network)?.pools ?? { 4: [], 6: [] };
      if (!(await remakeInterface(kernel, workload, pools).catch(() => false))) continue;
      await kernel.batch(addressLines(workload));
      onRepair('the interface of a running container was gone', { interface: workload.interface });
    }
  }

  async function verify(keeper: RuleKeeper, what: string): Promise<void> {
    const found = await keeper.check();
    if (found === 'same') return;
    await serial(() => keeper.replace());
    if (found === 'changed') onRepair(`${what} had been changed`);
  }

  return {
    prepare: (attachment) => prepared.begin(workloadOf(attachment, mtuOf)),
    take,
    sync: () =>
      looks(async () => {
        const { links, plan } = await look();
        await serial(async () => {
          const want = desired();
          if (deps.mtu === undefined) mtu = uplinkMtu(links) ?? mtu;
          await setFilter(want);
          await ensureSettings(want);
          await repairLinks(plan);
          await remakeMissing(plan, want);
          gateways.clear();
          for (const { pools, gateway } of want.networks) if (pools[4].length > 0) gateways.add(gateway[4]);
          applied = want;
        });
        await ensureMarked(desired(), true);
        await setByPorts(links);
        await verify(filter, 'the nftables rules of Clocker');
        await verify(bridge, 'the nftables rules of Clocker for bridges');
      }),
    lookAtPorts: () => looks(async () => setByPorts(await readLinks())),
    lookAtSettings: () => serial(async () => (applied === undefined ? undefined : ensureSettings(applied))),
    lookAtMarks: () => looks(() => ensureMarked(desired(), true)),
    isBehind: () => serial(() => Promise.resolve(JSON.stringify(desired()) !== JSON.stringify(applied))),
    isWanted: (name) => applied === undefined || records.isKnown(name),
    applyPolicies: () => serial(() => setFilter(desired())),
    removeAll: () =>
      serial(async () => {
        const links = await kernel.links();
        const ours = links.filter(({ group }) => group === String(ownGroup) || group === String(closingGroup));
        await kernel.batch([
          ...ours.flatMap(({ name }) => closingLines(name, [])),
          ...(ours.length > 0 ? [deleteClosed] : []),
          ...(links.some(({ name }) => name === gatewayDevice) ? [`link del ${gatewayDevice}`] : []),
        ]);
        const { put: _put, remove } = planLinks(
          { workloads: [], networks: [], blackholes: [], peers: { 4: [], 6: [] }, tunnel: usualTunnel },
          { links: [], routes: [...(await kernel.routes(4)), ...(await kernel.routes(6))] },
        );
        await kernel.batch(remove);
        for (const table of [filterTable, bridgeTable]) await kernel.rules(renderRemoval(table));
        for (const family of families) await removeMarks(kernel, family);
        await settings.restore();
        filter.forget();
        bridge.forget();
      }),
  };
}

/** The least of what leads out of the host. */
function uplinkMtu(links: readonly Link[]): number | undefined {
  const out = links.filter(
    ({ name, isUp, addresses, master }) =>
      isUp &&
      master === undefined &&
      /^(eth|en|wl|ww|bond|team|ib)/.test(name) &&
      addresses.some(({ address }) => address.family === 4 || !String(address.value).startsWith('fe80')),
  );
  return out.length === 0 ? undefined : Math.min(...out.map((link) => link.mtu));
}
