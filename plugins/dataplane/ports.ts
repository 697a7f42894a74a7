/** What is known of containers' ports at Docker's bridges, from one look to the next. */
import { byFamily, type PerFamily } from './family.ts';
import type { Workload } from './desired.ts';
import type { Kernel } from './kernel.ts';
import type { BridgeFacts, BridgePort } from './rules/bridge.ts';
import { gatewayBridge } from './rules/names.ts';
import { ensureWayBack, findPorts, isDockerBridge, readAtBridge, type Port } from './sandbox.ts';
import type { Link } from '../../src/host/ip.ts';

export type PortKeeper = {
  /** Looks into the containers that are new, and answers all that is known now. */
  look(links: readonly Link[], workloads: readonly Workload[]): Promise<Omit<BridgeFacts, 'pools'>>;
};

/** An interface number is not used again soon, so a port that is another has another. */
const portKey = ({ link }: Port): string => `${link.name} ${link.index} ${link.peer}`;

const ownAddresses = (workloads: readonly Workload[]): PerFamily<readonly string[]> =>
  byFamily((family) => workloads.flatMap((one) => one.address[family] ?? []));

export function keepPorts(kernel: Pick<Kernel, 'inside'>): PortKeeper {
  const known = new Map<string, PerFamily<readonly string[]>>();
  /** Workloads whose way back has been seen to. */
  const seen = new Set<string>();

  async function describe(port: Port): Promise<BridgePort> {
    const atBridge = port.link.master === gatewayBridge ? await learn(port) : undefined;
    await seeToWaysBack(port.workloads);
    return {
      port: port.link.name,
      addresses: ownAddresses(port.workloads),
      ...(atBridge === undefined ? {} : { atBridge }),
    };
  }

  async function learn(port: Port): Promise<PerFamily<readonly string[]> | undefined> {
    const key = portKey(port);
    const addresses = known.get(key) ?? (await readAtBridge(kernel, port));
    if (addresses !== undefined) known.set(key, addresses);
    return addresses;
  }

  async function seeToWaysBack(workloads: readonly Workload[]): Promise<void> {
    for (const workload of workloads) {
      const key = `${workload.id} ${workload.sandbox}`;
      if (seen.has(key)) continue;
      if (await ensureWayBack(kernel, workload).catch(() => false)) seen.add(key);
    }
  }

  /** What is no more is forgotten. */
  function forget(ports: readonly Port[], workloads: readonly Workload[]): void {
    const keys = new Set(ports.map(portKey));
    for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    const ids = new Set(workloads.map(({ id, sandbox }) => `${id} ${sandbox}`));
    for (const key of seen) if (!ids.has(key)) seen.delete(key);
  }

  return {
    look: async (links, workloads) => {
      const ports = findPorts(links, workloads);
      forget(ports, workloads);
      const described: BridgePort[] = [];
      for (const port of ports) described.push(await describe(port));
      for (const several of severalOf(links, workloads)) await seeToWaysBack(several);
      return {
        ports: described,
        gatewayPorts: links.filter(({ master }) => master === gatewayBridge).map(({ name }) => name),
      };
    },
  };
}

/** Workloads that share a container with another one. */
function severalOf(links: readonly Link[], workloads: readonly Workload[]): readonly (readonly Workload[])[] {
  const byNamespace = new Map<number, Workload[]>();
  const namespaces = new Map(links.map(({ name, peerNamespace }) => [name, peerNamespace]));
  for (const workload of workloads) {
    const namespace = namespaces.get(workload.interface);
    if (namespace !== undefined) byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), workload]);
  }
  return [...byNamespace.values()].filter((several) => several.length > 1);
}

export const dockerBridgesOf = (links: readonly Link[]): readonly string[] =>
  links.map(({ name }) => name).filter(isDockerBridge);
