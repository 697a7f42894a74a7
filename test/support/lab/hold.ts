/** Opens a lab with a container, an etcd, a BIRD and a grandchild in it, says so, and waits to be killed. */
import '../end-with-parent.ts';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLab, startLabEtcd } from './index.ts';

const lab = await openLab({ hosts: ['h1'] });
const [host] = lab.hosts;
if (host === undefined) throw new Error('The lab has no host.');
await host.docker('run', '-d', 'busybox:lab');
await startLabEtcd(lab);
const configuration = join(host.directory, 'bird.conf');
writeFileSync(configuration, 'router id 198.18.0.11;\nprotocol device {}\n');
await host.start('bird', ['bird', '-f', '-c', configuration, '-s', '/run/bird.ctl']);
await host.start('grandchild', ['sh', '-c', 'busybox sleep 1000000000 & wait']);

const spaceOf = (pid: number | string): string => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid_for_children`);
  } catch {
    return '';
  }
};
const spaces = new Set([host.pid, lab.switch.keeper.pid].map(spaceOf));
const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && spaces.has(spaceOf(name)));
process.stdout.write(`${JSON.stringify({ name: lab.name, pids: pids.map(Number) })}\n`);
setInterval(() => undefined, 60_000);
