/** A swarm of the lab's hosts, with the managed plugin on each. */
import { existsSync, readFileSync } from 'node:fs';
import { defaultSocket, installPlugin } from '../../../plugins/managed/index.ts';
import { openDocker } from '../../../src/host/docker.ts';
import { run } from '../../../src/host/process.ts';
import type { LabCluster } from './cluster.ts';
import { image } from './engine.ts';
import type { LabHost } from './host.ts';
import { until } from './process.ts';

/** As `clocker plugin install` does on a host. */
export async function installManaged(host: LabHost): Promise<void> {
  const docker = openDocker({ host: host.engine.address });
  try {
    await installPlugin({
      docker,
      socket: defaultSocket,
      answers: async () => existsSync(`/proc/${host.pid}/root${defaultSocket}`),
      read: (path) => (existsSync(path) ? readFileSync(path) : undefined),
      exists: existsSync,
      node: process.execPath,
    });
  } finally {
    docker.close();
  }
}

/** The first host begins it; `managers` are those that are managers too. */
export async function formSwarm(cluster: LabCluster, managers: readonly string[] = []): Promise<void> {
  const [first, ...others] = cluster.hosts;
  if (first === undefined) return;
  await first.docker('swarm', 'init', '--advertise-addr', first.address);
  for (const host of others) {
    const role = managers.includes(host.name) ? 'manager' : 'worker';
    const token = (await first.docker('swarm', 'join-token', '-q', role)).trim();
    await host.docker('swarm', 'join', '--advertise-addr', host.address, '--token', token, `${first.address}:2377`);
  }
}

export type ServiceWish = {
  readonly name: string;
  readonly network: string;
  readonly replicas: number;
  /** More of `docker service create`. */
  readonly more?: readonly string[];
};

/** Its tasks answer at TCP port 80 with the name of their container. */
export async function createService(manager: LabHost, wish: ServiceWish): Promise<void> {
  // By its id: by a name each task would first ask a registry that is not there, for ten seconds.
  const id = (await manager.docker('images', '--no-trunc', '--quiet', image)).trim();
  const what = ['--name', wish.name, '--network', wish.network, '--replicas', String(wish.replicas)];
  const quick = ['--detach', '--restart-delay', '1s', '--stop-grace-period', '1s', '--no-resolve-image'];
  const answering = ['nc', '-ll', '-p', '80', '-e', 'hostname'];
  await manager.docker('service', 'create', ...quick, ...what, ...(wish.more ?? []), id, ...answering);
}

/** Nodes of a service's running tasks. */
export async function placesOf(manager: LabHost, service: string): Promise<readonly string[]> {
  const format = ['--filter', 'desired-state=running', '--format', '{{.Node}} {{.CurrentState}}'];
  const { stdout } = await run(['docker', '--host', manager.engine.address, 'service', 'ps', ...format, service]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([node = '', state]) => (state === 'Running' ? node : []));
}

/** Until so many tasks of a service run. */
export const untilRunning = (manager: LabHost, service: string, tasks: number, seconds = 60): Promise<true> =>
  until(
    `${tasks} tasks of ${service} run`,
    async () => ((await placesOf(manager, service)).length === tasks ? true : undefined),
    seconds,
  );
