/**
 * What an attach costs at the plugin socket: dockerd's calls in dockerd's order, against `clocker up` with the embedded
 * store in namespaces of its own, without an engine. Not in a process namespace: the kernel tells who changed its rules by
 * the number of the process outside, and the daemon would take its own changes for those of others.
 *
 * `node bench/attach.mjs` prints the figures as JSON; `measureAttach()` gives them.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(import.meta.url);
const command = fileURLToPath(new URL('../bin/clocker', import.meta.url));
const socket = '/run/docker/plugins/clocker.sock';

/** Milliseconds, megabytes and per cent. */
/** @typedef {{ aloneP50: number, aloneP99: number, detachP50: number, burstP50: number, burstP99: number, callsP50: Record<string, number>, rssMegabytes: number, idleCpuPercent: number, idleEmptyCpuPercent: number, endpoints: number }} AttachFigures */

const namespaces = ['unshare', '--net', '--mount', '--uts'];
/** The daemon ends with whoever started it. */
const bound = ['setpriv', '--pdeathsig', 'KILL'];

/** @param {{ alone?: number, bursts?: number, burst?: number, endpoints?: number, idleSeconds?: number, nodeFlags?: string[] }} options */
/** @returns {Promise<AttachFigures>} */
export function measureAttach(options = {}) {
  return new Promise((resolve, reject) => {
    const [program, ...args] = [...namespaces, process.execPath, script, '--inside', JSON.stringify(options)];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = [];
    child.stdout.on('data', (data) => said.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(said).toString()));
      else reject(new Error(`The measurement ended with status ${code}.`));
    });
  });
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function runToEnd(program, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')}: ${code}`))));
  });
}

const spent = new Map();
const idle = [];

/** Kept connections and few words, as dockerd's own client: what is measured is who answers. */
function connection() {
  const open = idle.pop() ?? connect(socket);
  open.unref();
  return open;
}

/** The answer to the one request that is under way; all of ours have a length. */
function readAnswer(open) {
  return new Promise((resolve, reject) => {
    let said = '';
    const settle = (end) => (value) => {
      for (const event of ['data', 'error', 'close']) open.removeAllListeners(event);
      end(value);
    };
    open.on('error', settle(reject));
    open.on('close', () => settle(reject)(new Error('The connection was closed.')));
    open.on('data', (data) => {
      said += data.toString('latin1');
      const head = said.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(said)?.[1] ?? Number.NaN);
      if (head >= 0 && said.length >= head + 4 + length)
        settle(resolve)({ status: Number(said.slice(9, 12)), text: said.slice(head + 4) });
    });
  });
}

async function call(method, body) {
  const text = JSON.stringify(body);
  const began = performance.now();
  const open = connection();
  open.ref();
  open.write(`POST /${method} HTTP/1.1\r\nHost: clocker\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  const answer = await readAnswer(open);
  open.unref();
  idle.push(open);
  if (answer.status !== 200) throw new Error(`${method}: ${answer.text}`);
  const known = spent.get(method);
  if (known === undefined) spent.set(method, [performance.now() - began]);
  else known.push(performance.now() - began);
  return JSON.parse(answer.text);
}

const network = 'b'.repeat(64);
const subnet = '198.18.0.0/16';
let attached = 0;

async function attach() {
  const EndpointID = `${(++attached).toString(16).padStart(11, '0')}${'e'.repeat(53)}`;
  const both = { NetworkID: network, EndpointID };
  const began = performance.now();
  const { Address } = await call('IpamDriver.RequestAddress', { PoolID: subnet, Address: '', Options: null });
  await call('NetworkDriver.CreateEndpoint', {
    ...both,
    Interface: { Address, AddressIPv6: '', MacAddress: '' },
    Options: {},
  });
  await call('NetworkDriver.Join', {
    ...both,
    SandboxKey: `/var/run/docker/netns/${EndpointID.slice(0, 12)}`,
    Options: {},
  });
  await call('NetworkDriver.ProgramExternalConnectivity', { ...both, Options: {} });
  await call('NetworkDriver.EndpointOperInfo', both);
  await call('NetworkDriver.EndpointOperInfo', both);
  return { both, address: Address.split('/')[0], milliseconds: performance.now() - began };
}

async function detach({ both, address }) {
  const began = performance.now();
  await call('NetworkDriver.RevokeExternalConnectivity', both);
  await call('NetworkDriver.Leave', both);
  await call('NetworkDriver.DeleteEndpoint', both);
  await call('IpamDriver.ReleaseAddress', { PoolID: subnet, Address: address });
  return performance.now() - began;
}

function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0;
}
const round = (value) => Math.round(value * 100) / 100;

const residentMegabytes = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
/** Of the daemon, its helpers, and those of them that have ended, in ticks of 10 ms. */
function ticks(pid) {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statOf(name) : []));
  const sum = (own) =>
    all.reduce((total, { pid, parent, spent }) => total + (pid === own ? spent : parent === own ? sum(pid) : 0), 0);
  return sum(pid);
}

function statOf(name) {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const spent = fields.slice(11, 15).reduce((total, field) => total + field, 0);
    return [{ pid: Number(name), parent: fields[1], spent }];
  } catch {
    return [];
  }
}

/** Per cent of one processor. Longer than anything waits that the daemon does by itself, or it would be missed. */
async function idleLoad(pid, seconds) {
  await sleep(10_000);
  const before = ticks(pid);
  await sleep(seconds * 1000);
  return round((ticks(pid) - before) / seconds);
}

async function inside({ alone = 60, bursts = 6, burst = 50, endpoints = 200, idleSeconds = 95, nodeFlags = [] }) {
  const directory = mkdtempSync(join(tmpdir(), 'clocker-bench-'));
  await runToEnd('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
  await runToEnd('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', directory);
  for (const line of [
    'link set lo up',
    'link add eth0 type veth peer name far',
    'link set eth0 up',
    'link set far up',
    'addr add 192.0.2.1/24 dev eth0',
  ])
    await runToEnd('ip', ...line.split(' '));
  const args = [
    'up',
    '--store',
    `embedded://${directory}/store`,
    '--docker',
    `unix://${directory}/none.sock`,
    '--node-name',
    'bench',
  ];
  const [program, ...rest] = [...bound, process.execPath, ...nodeFlags, command, ...args];
  const daemon = spawn(program, rest, { stdio: ['ignore', 'ignore', 'ignore'] });
  for (let wait = 0; !existsSync(socket); wait++) {
    if (wait > 1000 || daemon.exitCode !== null) throw new Error('clocker up does not open its socket.');
    await sleep(10);
  }
  const idleEmptyCpuPercent = await idleLoad(daemon.pid, idleSeconds);
  await call('IpamDriver.RequestPool', {
    AddressSpace: 'clockerLocal',
    Pool: subnet,
    SubPool: '',
    Options: null,
    V6: false,
  });
  await call('NetworkDriver.CreateNetwork', {
    NetworkID: network,
    Options: {},
    IPv4Data: [{ AddressSpace: 'clockerLocal', Pool: subnet, Gateway: '0.0.0.0/0', AuxAddresses: {} }],
    IPv6Data: [],
  });
  // Once without counting: what a daemon has never done it does slowly.
  for (let count = 0; count < 10; count++) await detach(await attach());
  for (let count = 0; count < bursts; count++) {
    await Promise.all((await Promise.all(Array.from({ length: burst }, attach))).map(detach));
    await sleep(300);
  }
  await sleep(1000);
  spent.clear();

  const times = [];
  const away = [];
  for (let count = 0; count < alone; count++) {
    const one = await attach();
    times.push(one.milliseconds);
    away.push(await detach(one));
    await sleep(50);
  }
  const callsP50 = Object.fromEntries([...spent].map(([method, all]) => [method, round(quantile(all, 0.5))]));
  const crowded = [];
  for (let count = 0; count < bursts; count++) {
    const all = await Promise.all(Array.from({ length: burst }, attach));
    crowded.push(...all.map(({ milliseconds }) => milliseconds));
    await Promise.all(all.map(detach));
    await sleep(1000);
  }
  for (let count = 0; count < endpoints; count += 20) await Promise.all(Array.from({ length: 20 }, attach));
  const idleCpuPercent = await idleLoad(daemon.pid, idleSeconds);
  const figures = {
    aloneP50: round(quantile(times, 0.5)),
    aloneP99: round(quantile(times, 0.99)),
    detachP50: round(quantile(away, 0.5)),
    burstP50: round(quantile(crowded, 0.5)),
    burstP99: round(quantile(crowded, 0.99)),
    callsP50,
    endpoints,
    rssMegabytes: round(residentMegabytes(daemon.pid)),
    idleCpuPercent,
    idleEmptyCpuPercent,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  daemon.kill('SIGTERM');
  await new Promise((resolve) => daemon.once('exit', resolve));
  await runToEnd('umount', directory);
  rmSync(directory, { recursive: true, force: true });
}

if (process.argv[1] === script) {
  if (process.argv[2] === '--inside') {
    await inside(JSON.parse(process.argv[3] ?? '{}'));
    process.exit(0);
  }
  process.stdout.write(`${JSON.stringify(await measureAttach(), undefined, 2)}\n`);
}
