/** Each thing that can be amiss on a host, made to be so, and what is said about it. */
import { expect, test } from 'vitest';
import { Fault } from '../../src/diagnostic/fault.ts';
import {
  examine,
  probeOfHost,
  type DaemonView,
  type DoctorOptions,
  type Finding,
  type Probe,
} from '../../src/doctor/index.ts';
import { features } from '../../src/doctor/kernel.ts';
import { programs } from '../../src/doctor/programs.ts';
import type { Argv, Finished } from '../../src/host/process.ts';
import { parseCidr } from '../../src/ip/prefix.ts';
import { like } from '../support/like.ts';

const socket = { kind: 'socket', mode: 0o660, gid: 998 } as const;

const printed: Readonly<Record<string, string>> = {
  ip: 'ip utility, iproute2-6.1.0, libbpf 1.1.0',
  nft: 'nftables v1.0.6 (Lester Gooch #5)',
  iptables: 'iptables v1.8.9 (nf_tables)',
  dockerd: 'Docker version 20.10.24+dfsg1, build 5d6db84',
  nsenter: 'nsenter from util-linux 2.38.1',
  bird: 'BIRD version 2.0.12',
};

const finished = (stdout: string, status = 0, stderr = ''): Finished => ({ status, stdout, stderr });

/** A host on which all is well. */
const good: Probe = {
  uid: 0,
  groups: [],
  group: async (name) => (name === 'clocker' ? 998 : undefined),
  run: async ([program, ...args]: Argv) => {
    if (args.includes('-S')) return finished('-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n');
    return finished(printed[program] ?? '');
  },
  read: async (path) => {
    if (path === '/proc/net/ip_tables_names') return undefined;
    return path.endsWith('osrelease') ? '6.1.0\n' : '1\n';
  },
  file: async () => socket,
  engine: async () => ({ version: '20.10.24', swarm: false }),
  activate: async () => '{"Implements":["NetworkDriver","IpamDriver"]}',
  refusal: async () => "The clocker driver needs clocker's own address management (IPAM).",
  routes: async () => [],
};

const view: DaemonView = {
  notices: [],
  peers: [],
  version: '1.0.0',
  node: 'host1',
  store: { kind: 'embedded', reachable: true },
  engine: { host: 'unix:///var/run/docker.sock', reachable: true },
};

const options: DoctorOptions = {
  docker: 'unix:///var/run/docker.sock',
  pluginSocket: '/run/docker/plugins/clocker.sock',
  apiSocket: '/run/clocker/clocker.sock',
  supernet: '10.192.0.0/10',
  daemon: async () => view,
  store: async () => ({ check: 'store', status: 'ok', message: 'It can be reached.' }),
};

const amiss = async (probe: Partial<Probe>, given: Partial<DoctorOptions> = {}): Promise<readonly Finding[]> =>
  (await examine({ ...options, ...given }, { ...good, ...probe })).filter(({ status }) => status !== 'ok');

test('where all is well nothing is said', async () => {
  expect(await amiss({})).toEqual([]);
});

test('every program is asked for its version, and every version is read', async () => {
  const found = (await examine(options, good)).filter(({ check }) => check === 'programs');
  expect(found.map(({ message }) => message)).toEqual([
    'ip is 6.1.0.',
    'nft is 1.0.6.',
    'iptables is 1.8.9 (nf_tables).',
    'dockerd is 20.10.24+dfsg1.',
    'nsenter is 2.38.1.',
    'bird is 2.0.12.',
  ]);
});

test.each(programs.map(({ name, isNeeded, from }) => [name, isNeeded, from] as const))(
  '%s is missing',
  async (name, isNeeded, from) => {
    const run: Probe['run'] = async (argv) =>
      argv[0].endsWith(name) && argv.length === 2 ? undefined : good.run(argv);
    const [finding] = await amiss({ run });
    expect(finding).toMatchObject({ check: 'programs', status: isNeeded ? 'error' : 'warning' });
    expect(finding?.hint).toContain(`apt-get install ${from}`);
  },
);

test.each(features.map(({ name, isNeeded }, place) => [name, isNeeded, place] as const))(
  'the kernel has no %s',
  async (_name, isNeeded, place) => {
    const tried = features[place]?.argv.join(' ') ?? '';
    const run: Probe['run'] = async (argv) =>
      argv.join(' ') === `unshare --net ${tried}`
        ? finished('', 2, 'RTNETLINK answers: Operation not supported')
        : good.run(argv);
    const [finding] = await amiss({ run });
    expect(finding).toMatchObject({
      check: 'kernel',
      status: isNeeded ? 'error' : 'warning',
      message: /not supported/,
    });
    expect(finding?.hint).toMatch(/^Load what is missing: modprobe/);
  },
);

type Row = readonly [
  name: string,
  probe: Partial<Probe>,
  given: Partial<DoctorOptions>,
  wanted: Partial<Record<keyof Finding, unknown>>,
];

const fault = new Fault('docker-unreachable', 'There is no engine.', { hint: 'Start it.' });
const failing = async (): Promise<never> => {
  throw fault;
};
const only =
  (path: string, file: Awaited<ReturnType<Probe['file']>>): Probe['file'] =>
  async (asked) =>
    asked === path ? file : socket;

test('says whether the engine finds the plugin, and how other hosts are sent to', async () => {
  const peers = [
    { name: 'h2', isUp: true, path: 'directly: it is on the network of this host' },
    { name: 'h3', isUp: false, path: 'by the tunnel: 198.18.0.13 does not answer' },
    { name: 'h4', isUp: true },
  ];
  const found = await examine({ ...options, daemon: async () => ({ ...view, peers }) }, good);
  expect(found.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      'The engine at unix:///var/run/docker.sock finds the plugin, and asks it.',
      'Sent to directly, on the network of this host: h2.',
      'h3 is sent to by the tunnel: 198.18.0.13 does not answer.',
      'The daemon of h3 does not run.',
    ]),
  );
});

const rows: readonly Row[] = [
  [
    'an engine that does not find the plugin',
    { refusal: async () => 'plugin "clocker" not found' },
    {},
    { check: 'plugin', status: 'error', message: /does not find the plugin: plugin "clocker" not found/ },
  ],
  [
    'no engine',
    { engine: failing },
    {},
    { check: 'engine', status: 'error', message: fault.message, hint: 'Start it.' },
  ],
  [
    'an old engine',
    { engine: async () => ({ version: '19.03.1', swarm: false }) },
    {},
    { check: 'engine', status: 'warning' },
  ],
  ['a swarm', { engine: async () => ({ version: '24.0.7', swarm: true }) }, {}, { check: 'engine', message: /swarm/ }],
  ['no daemon', {}, { daemon: async () => undefined }, { check: 'daemon', status: 'warning', hint: /clocker up/ }],
  [
    'a user outside the group',
    { uid: 1000, groups: [1000] },
    { daemon: async () => undefined },
    { check: 'daemon', hint: /usermod -aG clocker/ },
  ],
  ['no root', { uid: 1000 }, {}, { check: 'user', hint: /sudo/ }],
  [
    'an unreachable store',
    {},
    { daemon: async () => ({ ...view, store: { kind: 'etcd', reachable: false } }) },
    { check: 'store', status: 'error' },
  ],
  [
    'an engine the daemon does not reach',
    {},
    { daemon: async () => ({ ...view, engine: { ...view.engine, reachable: false } }) },
    { check: 'daemon', status: 'error' },
  ],
  ['no plugin socket', { file: only(options.pluginSocket, undefined) }, {}, { check: 'plugin', status: 'error' }],
  [
    'a file in the place of the plugin socket',
    { file: only(options.pluginSocket, { kind: 'other', mode: 0o644, gid: 0 }) },
    {},
    { check: 'plugin', hint: `Remove it: rm ${options.pluginSocket}` },
  ],
  ['a dead plugin socket', { activate: async () => undefined }, {}, { check: 'plugin', hint: /clocker up/ }],
  [
    'another plugin',
    { activate: async () => '{"Implements":["VolumeDriver"]}' },
    {},
    { check: 'plugin', status: 'error' },
  ],
  [
    'an API socket for all',
    { file: only(options.apiSocket, { ...socket, mode: 0o666 }) },
    {},
    { check: 'api', status: 'error', hint: /chmod 0660/ },
  ],
  [
    'an API socket of another group',
    { file: only(options.apiSocket, { ...socket, gid: 42 }) },
    {},
    { check: 'api', status: 'warning', message: /42/ },
  ],
  [
    'iptables refuses',
    { run: async (argv) => (argv.includes('-S') ? finished('', 4, 'Permission denied') : good.run(argv)) },
    {},
    { check: 'firewall', status: 'error', message: /Permission denied/ },
  ],
  [
    'legacy rules that drop',
    { read: async (path) => (path === '/proc/net/ip_tables_names' ? 'filter\n' : good.read(path)) },
    {},
    { check: 'firewall', hint: /iptables-legacy/ },
  ],
  [
    'a route in the supernet',
    {
      routes: async () =>
        ['0.0.0.0/0', '10.200.0.0/16'].flatMap((text) => {
          const to = parseCidr(text);
          return to === undefined ? [] : [{ to, device: 'eth1', isBlackhole: false }];
        }),
    },
    {},
    { check: 'routes', status: 'warning', message: /10\.200\.0\.0\/16 by eth1/ },
  ],
];

test.each(rows)('%s', async (_name, probe, given, wanted) => {
  expect(await amiss(probe, given)).toContainEqual(
    expect.objectContaining(
      Object.fromEntries(
        Object.entries(wanted).map(([key, value]) => [key, value instanceof RegExp ? like(value) : value]),
      ),
    ),
  );
});

test('whatever is amiss says what to do', async () => {
  const bad: Partial<Probe> = {
    run: async () => undefined,
    file: async () => undefined,
    engine: failing,
    read: async () => undefined,
  };
  const found = await amiss(bad, { daemon: async () => undefined });
  expect(found.length).toBeGreaterThan(8);
  for (const { hint, message } of found) expect(hint, message).toMatch(/\S/);
});

test('this very host can be looked at, and is the same afterwards', async () => {
  const before = await probeOfHost('unix:///nowhere.sock').run(['ip', '-o', 'link']);
  const found = await examine({ ...options, docker: 'unix:///nowhere.sock' }, probeOfHost('unix:///nowhere.sock'));
  expect(found.find(({ check }) => check === 'engine')).toMatchObject({ status: 'error' });
  expect(await probeOfHost('unix:///nowhere.sock').run(['ip', '-o', 'link'])).toEqual(before);
});
