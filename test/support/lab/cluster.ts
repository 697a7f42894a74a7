/** Hosts that share an etcd, each with an engine and a daemon: a lab for everything that needs more than one host. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/host/process.ts';
import { startClocker, type Clocker, type ClockerOptions } from './clocker.ts';
import type { LabHost } from './host.ts';
import { openLab, type Lab, type LabOptions } from './lab.ts';
import { startForked, until, type LabProcess } from './process.ts';
import { nodesPrefix } from '../../../src/model/network/keys.ts';

/** An etcd of the lab, in the namespace of the switch, that every host reaches. */
export type LabEtcd = {
  /** `198.18.0.1:2379` */
  readonly endpoint: string;
  /** Answers what etcdctl printed. */
  ctl(...args: readonly string[]): Promise<string>;
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

export type LabCluster = Lab & {
  readonly etcd: LabEtcd;
  /** `etcd://198.18.0.1:2379` */
  readonly store: string;
  clocker(host: string): Clocker;
};

export type ClusterOptions = LabOptions & Omit<ClockerOptions, 'store'>;

export async function startLabEtcd(lab: Lab): Promise<LabEtcd> {
  const directory = join(lab.directory, 'etcd');
  await mkdir(directory);
  const endpoint = '198.18.0.1:2379';
  const urls = [`http://${endpoint}`, 'http://127.0.0.1:2379'].join(',');
  const argv = [
    ...lab.switch.enter,
    'etcd',
    ...['--name', 'm0', '--data-dir', join(directory, 'data'), '--log-level', 'error'],
    ...['--listen-client-urls', urls, '--advertise-client-urls', `http://${endpoint}`],
    ...['--listen-peer-urls', 'http://127.0.0.1:2380', '--initial-advertise-peer-urls', 'http://127.0.0.1:2380'],
    ...['--initial-cluster', 'm0=http://127.0.0.1:2380'],
  ];
  let running: LabProcess | undefined;
  const etcdctl = [...lab.switch.enter, 'busybox', 'env', 'ETCDCTL_API=3', 'etcdctl', '--command-timeout=3s'];
  const ask = (...args: readonly string[]) => run([etcdctl[0] ?? '', ...etcdctl.slice(1), ...args]);
  const etcd: LabEtcd = {
    endpoint,
    ctl: async (...args) => {
      const { status, stdout, stderr } = await ask(...args);
      if (status !== 0) throw new Error(`etcdctl ${args.join(' ')}: ${stderr}`);
      return stdout.trim();
    },
    start: async () => {
      running = await startForked(argv, join(directory, 'etcd.log'));
      await until('etcd takes writes', async () =>
        (await ask('put', '/healthy', 'yes')).status === 0 ? true : undefined,
      );
    },
    kill: async (signal) => {
      running?.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await running?.exited;
    },
  };
  await etcd.start();
  return etcd;
}

/** Resolves when every daemon is known to the others. Takes everything away when it fails half-way. */
export async function openCluster(options: ClusterOptions): Promise<LabCluster> {
  const lab = await openLab(options);
  try {
    const etcd = await startLabEtcd(lab);
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
