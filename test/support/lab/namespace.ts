/** Namespaces kept by a process of ours: they end with it, and it ends with us. */
import { startForked, until, type LabProcess } from './process.ts';
import { runChecked } from '../../../src/host/process.ts';
import { readlinkSync } from 'node:fs';

export type Namespace = {
  readonly keeper: LabProcess;
  /** Put before a command, it runs inside. */
  readonly enter: readonly [string, ...string[]];
  close(): Promise<void>;
};

/** Killed with its parent, and all in its process namespace with it. */
const keep = [
  'setpriv',
  '--pdeathsig',
  'KILL',
  'unshare',
  '--net',
  '--mount',
  '--uts',
  '--pid',
  '--fork',
  '--kill-child',
];

export async function openNamespace(name: string, log: string): Promise<Namespace> {
  const keeper = await startForked([...keep, '--mount-proc', 'busybox', 'sleep', '1000000000'], log);
  const { pid } = keeper;
  const enter = ['nsenter', '--target', String(pid), '--net', '--mount', '--uts', '--pid', '--'] as const;
  // Until it has become `busybox`, its /proc is still this machine's.
  await until(`the namespaces of ${name} are there`, () =>
    readlinkSync(`/proc/${pid}/exe`).includes('busybox') ? true : undefined,
  );
  await runChecked([...enter, 'hostname', name]);
  // Sockets, locks and process ids of its own.
  await runChecked([...enter, 'busybox', 'mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  await runChecked([...enter, 'ip', 'link', 'set', 'lo', 'up']);
  return {
    keeper,
    enter,
    close: async () => {
      keeper.kill('SIGKILL');
      await keeper.exited;
    },
  };
}
