/** Opens a lab with a running container, says so, and waits to be killed. */
import { openLab } from './index.ts';

const lab = await openLab({ hosts: ['h1'] });
const [host] = lab.hosts;
if (host === undefined) throw new Error('The lab has no host.');
await host.docker('run', '-d', 'busybox:lab');
const pids = [host.pid, lab.switch.keeper.pid, host.engine.process?.pid ?? 0];
process.stdout.write(`${JSON.stringify({ name: lab.name, pids })}\n`);
setInterval(() => undefined, 60_000);
