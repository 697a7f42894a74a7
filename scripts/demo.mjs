/**
 * `npm run demo`: the main job, shown on this machine and nothing of it changed. A Docker Engine and `clocker up` run in
 * namespaces of their own (network, mounts, processes), so docker_gwbridge, forwarding and firewall rules of the machine
 * stay as they are, whether an engine runs here or not; when the namespaces end, everything in them does.
 * `-- --keep` leaves it running and says how to look around and how to end it. `-- --hosts N` shows one network over N
 * hosts, with plain Docker and with Swarm.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, machineState, requireUnchanged } from './machine-state.mjs';
import { bundleEntry } from './bundle.mjs';
import { ensureDebianPackages, ensureNodePackages, root, runPackages, testPackages } from './setup.mjs';

function readArguments() {
  const options = { keep: { type: 'boolean', default: false }, hosts: { type: 'string', default: '1' } };
  const { values } = parseArgs({ options });
  const hosts = Number(values.hosts);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 9)
    throw new Error(`--hosts ${values.hosts}: give a number from 1 to 9.`);
  if (hosts > 1 && values.keep) throw new Error('--keep is for the demo of one host.');
  return { keep: values.keep, hosts };
}

/** Control groups of the demo's containers are below it. */
const groupName = `clocker-demo-${process.pid}`;

const say = (text) => process.stdout.write(`${text}\n`);
let steps = 0;
const step = (text) => say(`\n[${++steps}] ${text}`);
const show = (command) => say(`    $ ${command}`);
const indent = (text) =>
  text
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function must(argv, options = {}) {
  const [program, ...args] = argv;
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000, ...options });
  if (result.error !== undefined) throw new Error(`${program}: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`${argv.slice(0, 6).join(' ')} failed (${result.status}):\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

async function until(what, look, seconds) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what} took more than ${seconds} s.`);
    await sleep(100);
  }
}

const childOf = (pid) => {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0];
    return first === '' ? undefined : Number(first);
  } catch {
    return undefined;
  }
};

/** A host of its own: it ends, and everything in it, when the process that keeps it does. */
async function openHost(directory) {
  const log = openSync(join(directory, 'host.log'), 'a');
  const flags = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const keeper = spawn('unshare', [...flags, 'busybox', 'sleep', '1000000000'], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  keeper.unref();
  const pid = await until('the namespaces', () => childOf(keeper.pid), 10);
  await until('the namespaces', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sleep'), 10);
  const enter = ['nsenter', '--target', String(pid), '--net', '--mount', '--uts', '--pid', '--'];
  must([...enter, 'hostname', 'demo']);
  must([...enter, 'busybox', 'mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  const lines = [
    'link set lo up',
    'link add out0 type veth peer name out1',
    'link set out0 up',
    'link set out1 up',
    'addr add 198.18.0.1/24 dev out0',
    'route add default via 198.18.0.254',
  ];
  must([...enter, 'ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });
  return { pid, keeper, enter };
}

function startIn(host, directory, name, argv) {
  const log = openSync(join(directory, `${name}.log`), 'a');
  const [program, ...args] = [...host.enter, ...argv];
  spawn(program, args, { stdio: ['ignore', log, log], detached: true }).unref();
}

async function fetchBook(host, path) {
  const [program, ...args] = [...host.enter, 'busybox', 'wget', '-q', '-O', '-', `http://127.0.0.1:8080${path}`];
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 8000 });
  return result.status === 0 ? result.stdout : undefined;
}

/** Runs a program and shows what it prints, as it prints it. */
function watch(argv, options = {}) {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const lines = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        say(`    ${line}`);
      });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(lines.join('\n'));
      else reject(new Error(`${args.slice(1, 4).join(' ')} failed (${status}).`));
    });
  });
}

async function demo(directory, keep, remember) {
  step('What is needed');
  ensureDebianPackages(runPackages, (text) => say(`    ${text}`));
  ensureNodePackages((text) => say(`    ${text}`));
  say('    Building');
  must([process.execPath, join(root, 'scripts/build.mjs')]);
  const before = machineState();
  const hasEngine = ask(
    'docker',
    '--host',
    'unix:///var/run/docker.sock',
    'version',
    '--format',
    '{{.Server.Version}}',
  );
  say(
    hasEngine === ''
      ? '    No Docker Engine runs on this machine; the demo starts one of its own.'
      : `    A Docker Engine ${hasEngine} runs on this machine; the demo leaves it alone and starts one of its own.`,
  );
  const bin = join(root, 'bin/clocker');
  const guestbook = join(directory, 'guestbook');
  cpSync(join(root, 'compose-examples/guestbook'), guestbook, { recursive: true });
  copyFileSync(
    ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file)),
    join(guestbook, 'busybox'),
  );
  const compose = join(guestbook, 'compose.yml');

  step('A compose file becomes a blueprint');
  show('clocker convert compose-examples/guestbook/compose.yml');
  say(indent(must([process.execPath, bin, 'convert', join(root, 'compose-examples/guestbook/compose.yml')])));

  step('A host of its own, with a Docker Engine and clocker up');
  const host = await openHost(directory);
  remember(host);
  const socket = `unix://${join(directory, 'docker.sock')}`;
  const docker = (...args) => must([...host.enter, 'docker', '--host', socket, ...args]);
  startIn(host, directory, 'dockerd', [
    'dockerd',
    ...['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec')],
    ...['--pidfile', join(directory, 'dockerd.pid'), '--host', socket],
    ...['--cgroup-parent', `/${groupName}`],
  ]);
  const api = join(directory, 'clocker.sock');
  startIn(host, directory, 'clocker', [
    ...[process.execPath, bin, 'up', '--docker', socket, '--node-name', 'demo', '--socket', api],
    ...['--store', `embedded://${join(directory, 'store')}`, '--state-dir', join(directory, 'state')],
  ]);
  const environment = { ...process.env, CLOCKER_HOST: `unix://${api}` };
  const clocker = (...args) => watch([process.execPath, bin, ...args], { env: environment });
  const isUp = (program, ...args) => spawnSync(program, args, { timeout: 5000, env: environment }).status === 0;
  await until('the Docker Engine', () => isUp('docker', '--host', socket, 'version'), 60);
  await until('clocker up', () => isUp(process.execPath, bin, 'ls'), 30);
  say(indent(docker('version', '--format', 'Docker Engine {{.Server.Version}}')));
  show('clocker node ls');
  await clocker('node', 'ls');

  step('Deploying it: first what would be done, then doing it');
  show('clocker deploy compose.yml --plan');
  await clocker('deploy', compose, '--name', 'guestbook', '--plan');
  show('clocker deploy compose.yml');
  await clocker('deploy', compose, '--name', 'guestbook');

  step('The published port answers, and the web tier reaches the back end by name');
  show('curl http://127.0.0.1:8080/?text=hello+from+the+demo');
  await until('the guest book', () => fetchBook(host, '/?text=ready').then((page) => page?.includes('<li>')), 60);
  const page = await fetchBook(host, '/cgi-bin/index.cgi?text=hello+from+the+demo');
  if (page === undefined || !page.includes('hello from the demo'))
    throw new Error(`The guest book does not show what was written:\n${page}`);
  say(indent(page));

  step('What Docker shows');
  show('docker ps');
  say(indent(docker('ps', '--format', 'table {{.Names}}\t{{.Status}}\t{{.Ports}}')));
  show('docker network inspect guestbook_default');
  const network =
    '{{.Name}}: driver {{.Driver}}, IPAM {{.IPAM.Driver}}, subnet {{range .IPAM.Config}}{{.Subnet}}{{end}}\n' +
    '{{range .Containers}}{{printf "%-22s %-20s %s\\n" .Name .IPv4Address .MacAddress}}{{end}}';
  const inspected = docker('network', 'inspect', '--format', network.replace('\n', '{{println}}'), 'guestbook_default');
  if (!inspected.includes('driver clocker')) throw new Error(`The network is not Clocker's:\n${inspected}`);
  say(indent(inspected));
  show('ip route   (on the host: every container is a route)');
  say(indent(must([...host.enter, 'ip', 'route'])));

  step('What Clocker shows');
  show('clocker tree guestbook');
  await clocker('tree', 'guestbook');
  show('clocker ipam show --show-blocks');
  await clocker('ipam', 'show', '--show-blocks');
  show('clocker ipam check');
  await clocker('ipam', 'check');

  if (keep) {
    const prefix = host.enter.join(' ');
    say(
      [
        '\nLeft running. Look around:',
        `    export CLOCKER_HOST=unix://${api} DOCKER_HOST=${socket}`,
        `    ${bin} show guestbook`,
        '    docker ps',
        `    ${prefix} busybox wget -qO- http://127.0.0.1:8080/`,
        'End it, and everything in it:',
        `    kill -9 ${host.keeper.pid}; sleep 1; rm -rf ${directory}`,
        `    find /sys/fs/cgroup -depth -type d -regex '.*/${groupName}\\(/.*\\)?' -exec rmdir {} +`,
      ].join('\n'),
    );
    return;
  }
  step('Everything is taken away again');
  show('clocker rm guestbook --volumes --images');
  await clocker('rm', 'guestbook', '--volumes', '--images');
  // The kernel takes a moment for a veth pair, and nobody waits for that.
  await until('the interfaces to go', () => !must([...host.enter, 'ip', '-o', 'link']).includes('cali'), 20);
  const left = [
    ['containers', docker('ps', '--all', '--format', '{{.Names}}')],
    ['volumes', docker('volume', 'ls', '--format', '{{.Name}}')],
    ['networks', docker('network', 'ls', '--filter', 'driver=clocker', '--format', '{{.Name}}')],
    ['images', docker('images', '--filter', 'reference=guestbook*', '--format', '{{.Repository}}')],
  ].filter(([, names]) => names.trim() !== '');
  if (left.length > 0) throw new Error(`Something is left: ${left.map((each) => each.join(': ')).join('; ')}`);
  say('    No container, network, volume, image or interface of it is left.');
  return before;
}

/** dockerd leaves its groups; they are empty, and only empty ones can be removed. */
function removeGroups() {
  for (const part of ['', ...readdirSync('/sys/fs/cgroup')]) {
    const group = join('/sys/fs/cgroup', part, groupName);
    if (!existsSync(group)) continue;
    try {
      for (const child of readdirSync(group, { withFileTypes: true }))
        if (child.isDirectory()) rmdirSync(join(group, child.name));
      rmdirSync(group);
    } catch {
      // A process of it is still ending; an empty group does no harm.
    }
  }
}

async function close(host, directory) {
  if (host !== undefined) {
    try {
      process.kill(host.keeper.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    await until('the host to end', () => !existsSync(`/proc/${host.pid}`), 20);
  }
  removeGroups();
  for (let tries = 0; tries < 20; tries++) {
    try {
      rmSync(directory, { recursive: true, force: true });
      return;
    } catch {
      // Mounts of the engine go with its namespace, a moment later.
      await sleep(200);
    }
  }
}

/** One network over several hosts; what is to be seen there is demo/hosts.ts. */
async function demoOfHosts(hosts) {
  ensureDebianPackages(testPackages, say);
  ensureNodePackages(say);
  must([process.execPath, join(root, 'scripts/build.mjs')]);
  const before = machineState();
  const bundle = await bundleEntry('demo/hosts.ts', 'demo');
  const { status } = spawnSync(process.execPath, [bundle, root, String(hosts)], { stdio: 'inherit' });
  if (status !== 0) throw new Error('See above.');
  requireUnchanged(before, say);
}

async function demoOfOneHost(keep) {
  const directory = mkdtempSync(join(tmpdir(), 'clocker-demo-'));
  mkdirSync(join(directory, 'exec'));
  let host;
  let failed = true;
  try {
    const remember = (opened) => {
      host = opened;
    };
    const before = await Promise.race([demo(directory, keep, remember), interruption()]);
    if (before !== undefined) {
      await close(host, directory);
      host = undefined;
      requireUnchanged(before, say);
    }
    failed = false;
  } catch (error) {
    showLogs(directory);
    throw error;
  } finally {
    if (!keep || failed) await close(host, directory);
  }
}

/** Ctrl-C ends the demo as a failure does: what it started goes with it. */
function interruption() {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.once(signal, () => reject(new Error(`ended by ${signal}.`)));
  });
}

function showLogs(directory) {
  for (const name of ['host', 'clocker', 'dockerd']) {
    const log = join(directory, `${name}.log`);
    if (existsSync(log) && statSync(log).size > 0)
      say(`\n── the end of ${name}.log\n${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`);
  }
}

const started = Date.now();
try {
  const { keep, hosts } = readArguments();
  await (hosts > 1 ? demoOfHosts(hosts) : demoOfOneHost(keep));
  say(`\nDone in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
} catch (error) {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
// What was interrupted would go on.
process.exit();
