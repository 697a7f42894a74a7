/**
 * `npm run demo`: the main job, shown on this machine and nothing of it changed. A Docker Engine and `clocker up` run in
 * namespaces of their own (network, mounts, processes), so docker_gwbridge, forwarding and firewall rules of the machine
 * stay as they are, whether an engine runs here or not; when the namespaces end, everything in them does.
 * `-- --keep` leaves it running and says how to look around and how to end it.
 */
import { spawn, spawnSync } from 'node:child_process';
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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDebianPackages, ensureNodePackages, root, runPackages } from './setup.mjs';

const keep = process.argv.includes('--keep');
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

async function demo(directory, remember) {
  step('What is needed');
  ensureDebianPackages({ ...runPackages, 'docker-compose': ['/usr/bin/docker-compose'] }, (text) => say(`    ${text}`));
  ensureNodePackages((text) => say(`    ${text}`));
  if (!existsSync(join(root, 'dist/clocker.cjs'))) {
    say('    Building');
    must([process.execPath, join(root, 'scripts/build.mjs')]);
  }
  const clocker = join(root, 'bin/clocker');
  const guestbook = join(directory, 'guestbook');
  cpSync(join(root, 'compose-examples/guestbook'), guestbook, { recursive: true });
  copyFileSync(
    ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file)),
    join(guestbook, 'busybox'),
  );

  step('A compose file becomes a blueprint');
  show('clocker convert compose-examples/guestbook/compose.yml');
  say(indent(must([process.execPath, clocker, 'convert', join(root, 'compose-examples/guestbook/compose.yml')])));

  step('A host of its own, with a Docker Engine and clocker up');
  const host = await openHost(directory);
  remember(host);
  const socket = `unix://${join(directory, 'docker.sock')}`;
  const docker = (...args) => must([...host.enter, 'docker', '--host', socket, ...args]);
  const paths = [
    '--data-root',
    join(directory, 'data'),
    '--exec-root',
    join(directory, 'exec'),
    '--pidfile',
    join(directory, 'dockerd.pid'),
  ];
  startIn(host, directory, 'dockerd', [
    'dockerd',
    ...paths,
    '--host',
    socket,
    '--cgroup-parent',
    `/clocker-demo-${process.pid}`,
  ]);
  startIn(host, directory, 'clocker', [
    process.execPath,
    clocker,
    'up',
    '--store',
    `embedded://${join(directory, 'store')}`,
    '--docker',
    socket,
    '--node-name',
    'demo',
  ]);
  await until(
    'the Docker Engine',
    () => spawnSync('docker', ['--host', socket, 'version'], { timeout: 5000 }).status === 0,
    60,
  );
  await until(
    'clocker up',
    () =>
      spawnSync(host.enter[0], [...host.enter.slice(1), 'test', '-S', '/run/docker/plugins/clocker.sock']).status === 0,
    30,
  );
  say(indent(docker('version', '--format', 'Docker Engine {{.Server.Version}}')));

  step('The same compose file, with nothing but docker-compose, on a Clocker network');
  show('docker-compose up -d');
  const environment = { ...process.env, DOCKER_HOST: socket, COMPOSE_PROJECT_NAME: 'guestbook' };
  must([...host.enter, 'docker-compose', '--project-directory', guestbook, '-f', composeFor(guestbook), 'up', '-d'], {
    env: environment,
    timeout: 300_000,
  });

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
  say(
    indent(
      docker(
        'network',
        'inspect',
        '--format',
        '{{.Name}}: driver {{.Driver}}, subnet {{range .IPAM.Config}}{{.Subnet}}{{end}}',
        'guestbook_default',
      ),
    ),
  );
  const table = docker(
    'network',
    'inspect',
    '--format',
    '{{range .Containers}}{{printf "%-22s %-20s %s\\n" .Name .IPv4Address .MacAddress}}{{end}}',
    'guestbook_default',
  );
  say(indent(`container              address              MAC\n${table}`));
  show('ip route   (on the host: every container is a route)');
  say(indent(must([...host.enter, 'ip', 'route'])));

  if (keep) {
    const prefix = host.enter.join(' ');
    say(
      `\nLeft running. Look around:\n    ${prefix} docker --host ${socket} ps\n    ${prefix} wget -qO- http://127.0.0.1:8080/\nEnd it, and everything in it:\n    kill ${host.keeper.pid}; rm -rf ${directory}`,
    );
    return;
  }
  step('Everything is taken away again');
  must([...host.enter, 'docker-compose', '--project-directory', guestbook, '-f', composeFor(guestbook), 'down', '-v'], {
    env: environment,
    timeout: 120_000,
  });
  // The kernel takes a moment for a veth pair, and nobody waits for that.
  const isClean = () => !must([...host.enter, 'ip', '-o', 'link']).includes('cali');
  await until('the interfaces to go', isClean, 20);
  say('    No container, network, volume or interface is left.');
}

/** docker-compose 1.29 wants a version, and conditions of depends_on only in format 2; everything else is the example's. */
function composeFor(guestbook) {
  const file = join(guestbook, 'compose-1.29.yml');
  if (!existsSync(file)) writeFileSync(file, `version: "2.4"\n${readFileSync(join(guestbook, 'compose.yml'), 'utf8')}`);
  return file;
}

/** dockerd leaves its groups; they are empty, and only empty ones can be removed. */
function removeGroups() {
  const name = `clocker-demo-${process.pid}`;
  for (const part of ['', ...readdirSync('/sys/fs/cgroup')]) {
    const group = join('/sys/fs/cgroup', part, name);
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

const directory = mkdtempSync(join(tmpdir(), 'clocker-demo-'));
mkdirSync(join(directory, 'exec'));
let host;
const started = Date.now();
try {
  await demo(directory, (opened) => {
    host = opened;
  });
  say(`\nDone in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
} catch (error) {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
  for (const name of ['clocker', 'dockerd']) {
    const log = join(directory, `${name}.log`);
    if (existsSync(log))
      say(`\n── the end of ${name}.log\n${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`);
  }
  process.exitCode = 1;
} finally {
  if (!keep || process.exitCode === 1) await close(host, directory);
}
