/** Hosts that share an etcd, each with an engine and a daemon: a lab for everything that needs more than one host. */
import { run } from '../../../src/host/process.ts';
import { startClocker, type Clocker, type ClockerOptions } from './clocker.ts';
import type { LabHost } from './host.ts';
import { openLab, type Lab, type LabOptions } from './lab.ts';
import { startLabEtcd, type LabEtcd } from './etcd.ts';
import { until } from './process.ts';
import { nodesPrefix } from '../../../src/model/network/keys.ts';

export type LabCluster = Lab & {
  readonly etcd: LabEtcd;
  /** `etcd://198.18.0.1:2379` */
  readonly store: string;
  clocker(host: string): Clocker;
};

export type ClusterOptions = LabOptions &
  Omit<ClockerOptions, 'store'> & { /** Members of etcd; one unless told. */ readonly members?: number };

/** Resolves when every daemon is known to the others. Takes everything away when it fails half-way. */
export async function openCluster(options: ClusterOptions): Promise<LabCluster> {
  const lab = await openLab(options);
  try {
    const etcd = await startLabEtcd(lab, options.members);
    const store = `etcd://${etcd.endpoint}`;
    const members = lab.hosts.filter(({ engine }) => engine.process !== undefined);
    const started = await Promise.all(
      members.map(async (host) => [host.name, await startClocker(host, { ...options, store })] as const),
    );
    const clockers = new Map(started);
    await until('every host is known', async () => {
      const names = await etcd.ctl('get', '--prefix', '--keys-only', nodesPrefix);
      return members.every(({ name }) => names.includes(`${nodesPrefix}${name}`)) ? true : undefined;
    });
    return {
      ...lab,
      etcd,
      store,
      clocker: (name) => {
        const found = clockers.get(name);
        if (found === undefined) throw new Error(`No clocker runs on ${name}.`);
        return found;
      },
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

/** Until the engine of a host has a network that was made on another one. */
export const networkAppears = (host: LabHost, name: string): Promise<true> =>
  until(`the network ${name} is on ${host.name}`, async () =>
    (await run(['docker', '--host', host.engine.address, 'network', 'inspect', name])).status === 0 ? true : undefined,
  );
