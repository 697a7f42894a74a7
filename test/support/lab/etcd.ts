/** etcd in the namespace of the lab's switch: one member, or several with an address each, so that each can be cut off. */
import { mkdir } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked } from '../../../src/host/process.ts';
import type { Lab } from './lab.ts';
import { startForked, until, type LabProcess } from './process.ts';

export type LabMember = {
  readonly name: string;
  /** `198.18.0.2` */
  readonly address: string;
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

/** An etcd of the lab that every host reaches. */
export type LabEtcd = {
  /** `198.18.0.1:2379,198.18.0.2:2379` */
  readonly endpoint: string;
  readonly members: readonly LabMember[];
  /** Answers what etcdctl printed. */
  ctl(...args: readonly string[]): Promise<string>;
  /** All members; resolves when they take writes. */
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  leader(): Promise<LabMember>;
  /** A copy of what is stored, as `etcdctl snapshot save` makes it; answers its path. */
  save(): Promise<string>;
  /** Stops all members and starts them from a copy. */
  restore(snapshot: string): Promise<void>;
};

const addressOf = (index: number): string => `198.18.0.${1 + index}`;

export async function startLabEtcd(lab: Lab, size = 1): Promise<LabEtcd> {
  const directory = join(lab.directory, 'etcd');
  await mkdir(directory);
  const names = Array.from({ length: size }, (_, index) => `m${index}`);
  const addresses = names.map((_name, index) => addressOf(index));
  for (const address of addresses.slice(1))
    await runChecked([...lab.switch.enter, 'ip', 'addr', 'add', `${address}/32`, 'dev', 'lab0']);
  const peer = (index: number): string => `http://${addressOf(index)}:2380`;
  const initial = names.map((name, index) => `${name}=${peer(index)}`).join(',');
  const endpoint = addresses.map((address) => `${address}:2379`).join(',');
  const inside = [...lab.switch.enter, 'busybox', 'env', 'ETCDCTL_API=3', 'etcdctl', '--command-timeout=3s'] as const;
  const etcdctl = [...inside, '--endpoints', endpoint] as const;
  const checked = async (argv: readonly [string, ...string[]], what: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await run([...argv, ...what]);
    if (status !== 0) throw new Error(`etcdctl ${what.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const ctl = (...args: readonly string[]): Promise<string> => checked(etcdctl, args);
  const dataOf = (name: string): string => join(directory, `${name}.data`);

  function memberOf(name: string, index: number): LabMember {
    const address = addressOf(index);
    const argv = [
      ...lab.switch.enter,
      'etcd',
      ...['--name', name, '--data-dir', dataOf(name), '--log-level', 'error'],
      ...['--listen-client-urls', `http://${address}:2379`, '--advertise-client-urls', `http://${address}:2379`],
      ...['--listen-peer-urls', peer(index), '--initial-advertise-peer-urls', peer(index)],
      ...['--initial-cluster', initial, '--initial-cluster-token', lab.name],
    ];
    let running: LabProcess | undefined;
    return {
      name,
      address,
      start: async () => {
        if (running?.isRunning() === true) running.kill('SIGCONT');
        else running = await startForked(argv, join(directory, `${name}.log`));
      },
      kill: async (signal) => {
        running?.kill(signal);
        if (signal === 'SIGKILL' || signal === 'SIGTERM') await running?.exited;
      },
    };
  }

  const members = names.map(memberOf);
  const start = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.start()));
    await until('etcd takes writes', async () =>
      (await run([...etcdctl, 'put', '/healthy', 'yes'])).status === 0 ? true : undefined,
    );
  };
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    await Promise.all(members.map((member) => member.kill(signal)));
  };
  const etcd: LabEtcd = {
    endpoint,
    members,
    ctl,
    start,
    kill,
    leader: () =>
      until('etcd has a leader', async () => {
        const { stdout } = await run([...etcdctl, 'endpoint', 'status', '-w', 'json']);
        const rows = JSON.parse(stdout.trim() === '' ? '[]' : stdout) as {
          readonly Endpoint: string;
          readonly Status: { readonly leader: number; readonly header: { readonly member_id: number } };
        }[];
        const row = rows.find(({ Status }) => Status.leader === Status.header.member_id);
        return members.find(({ address }) => row?.Endpoint.startsWith(`${address}:`));
      }),
    save: async () => {
      const path = join(directory, 'snapshot.db');
      rmSync(path, { force: true });
      await checked([...inside, '--endpoints', `${addressOf(0)}:2379`], ['snapshot', 'save', path]);
      return path;
    },
    restore: async (snapshot) => {
      await kill('SIGKILL');
      for (const [index, name] of names.entries()) {
        rmSync(dataOf(name), { recursive: true, force: true });
        await checked(inside, [
          ...['snapshot', 'restore', snapshot, '--name', name, '--data-dir', dataOf(name)],
          ...['--initial-cluster', initial, '--initial-cluster-token', lab.name],
          ...['--initial-advertise-peer-urls', peer(index)],
        ]);
      }
      await start();
    },
  };
  await etcd.start();
  return etcd;
}
