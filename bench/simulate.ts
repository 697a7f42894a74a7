/**
 * A thousand hosts: a real etcd with their records, and one of the hosts, with all it calculates and a kernel that only
 * listens. What one host bears, each of them does. Cold start and idle load are those of the daemon itself.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleScript } from '../test/support/bundle.ts';
import { openLab, startClocker, startLabEtcd, type Clocker, type LabHost } from '../test/support/lab/index.ts';
import { until } from '../test/support/lab/process.ts';
import type { Figure, Part } from './figure.ts';
import { medianFigure, untilIdle } from './pairs.ts';
import { percentile } from './statistics.ts';

const hosts = 1000;
/** Of each host. */
const sizes = [1, 10, 50];
const changes = 100;
const idleSeconds = 20;
/** Milliseconds after the start in which a daemon is not idle. */
const settling = 15_000;
const enter = (argv: readonly string[]): readonly [string, ...string[]] => [argv[0] ?? '', ...argv.slice(1)];

type Line = Readonly<Record<string, unknown>>;
type Run = { readonly child: ChildProcess; readonly lines: readonly Line[]; readonly ended: Promise<void> };

function startRun(argv: readonly string[]): Run {
  const [program, ...args] = enter(argv);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  const reading = createInterface({ input: child.stdout });
  reading.on('line', (text) => {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null) lines.push({ ...line });
  });
  const ended = once(child, 'close').then(([status]) => {
    if (status !== 0) throw new Error(`${argv.slice(-5).join(' ')} ended with status ${String(status)}.`);
  });
  return { child, lines, ended };
}

const numberOf = (line: Line | undefined, key: string): number => {
  const value = line?.[key];
  if (typeof value !== 'number') throw new Error(`The simulated host says nothing of ${key}.`);
  return value;
};

/** Processor time so far in milliseconds, and memory in MB. */
async function ask({ child, lines }: Run): Promise<{ readonly cpu: number; readonly rss: number }> {
  const before = lines.length;
  child.stdin?.write('look\n');
  const line = await until('the simulated host answers', () =>
    lines.slice(before).find(({ cpu }) => cpu !== undefined),
  );
  return { cpu: numberOf(line, 'cpu'), rss: numberOf(line, 'rss') };
}

type Simulated = {
  readonly endpoints: number;
  readonly cold: number;
  readonly rss: number;
  /** Processor milliseconds of one change. */
  readonly cost: number;
  /** From before the other host's write: until policy and names, and until the route. */
  readonly further: readonly number[];
  readonly first: readonly number[];
};

/** Milliseconds from before the write of each change until it was seen in all those places. */
function delays(
  made: readonly Line[],
  seen: readonly Line[],
  kind: string,
  places: readonly string[],
): readonly number[] {
  const timeIn = (place: string, change: Line): number =>
    numberOf(
      seen.find((line) => line['seen'] === place && line['address'] === change['address']),
      'at',
    );
  return made
    .filter((one) => one['kind'] === kind)
    .map((one) => Math.max(...places.map((place) => timeIn(place, one))) - numberOf(one, 'at'));
}

/** `script`: how a process of the simulation is started, up to its first argument. */
async function simulate(script: readonly string[], store: string, perHost: number): Promise<Simulated> {
  await untilIdle();
  const host = startRun([...script, 'host', store, String(hosts), String(perHost)]);
  const ready = await until(
    'the simulated host is ready',
    () => host.lines.find(({ ready: at }) => at !== undefined),
    120,
  );
  await sleep(2000);
  const idle = await ask(host);
  await sleep(changes * 50);
  const before = await ask(host);
  const writer = startRun([...script, 'change', store, String(hosts), String(perHost), String(changes)]);
  await writer.ended;
  await sleep(500);
  const after = await ask(host);
  host.child.stdin?.end('end\n');
  await host.ended;
  return {
    endpoints: hosts * perHost,
    cold: numberOf(ready, 'ready'),
    rss: after.rss,
    // Without what it spends on nothing in the same time.
    cost: (after.cpu - before.cpu - (before.cpu - idle.cpu)) / changes,
    further: delays(writer.lines, host.lines, 'further', ['policy', 'name']),
    first: delays(writer.lines, host.lines, 'first', ['route']),
  };
}

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
/** Of the process and all it has waited for, in milliseconds. */
function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field) * 10, 0);
}

/** The daemon itself: until it has all routes, and what it then takes. */
async function measureDaemon(host: LabHost, clocker: Clocker, endpoints: number): Promise<readonly Figure[]> {
  await untilIdle();
  // A daemon that ended leaves its routes.
  await host.exec(['ip', 'route', 'flush', 'proto', '68']);
  const began = performance.now();
  await clocker.start();
  await until(
    'all routes are set',
    async () =>
      (await host.exec(['ip', 'route', 'show', 'proto', '68'])).split('\n').length > hosts ? true : undefined,
    60,
  );
  const cold = performance.now() - began;
  const pid = clocker.process?.pid ?? 0;
  await sleep(settling);
  const before = processorTime(pid);
  await sleep(idleSeconds * 1000);
  const idle = (processorTime(pid) - before) / (idleSeconds * 10);
  const memory = residentMegabytes(pid);
  await clocker.stop();
  const name = (what: string): string => `${what}, ${endpoints.toLocaleString('en')} endpoints`;
  const goals = endpoints <= 10_000 ? { cold: { atMost: 3000 }, memory: { atMost: 150 } } : { memory: { atMost: 300 } };
  return [
    { name: name('cold start until all routes'), value: cold, unit: 'ms', samples: 1, ...goalOf(goals.cold) },
    { name: name('memory of the daemon'), value: memory, unit: 'MB', samples: 1, ...goalOf(goals.memory) },
    { name: name('idle daemon, of one processor'), value: idle, unit: '%', samples: 1, ...goalOf({ atMost: 0.5 }) },
  ];
}
const goalOf = (goal: { readonly atMost: number } | undefined): Pick<Figure, 'goal'> =>
  goal === undefined ? {} : { goal };

function figuresOf(simulated: readonly Simulated[]): readonly Figure[] {
  const shown = (endpoints: number): string => `${endpoints.toLocaleString('en')} endpoints`;
  const each = simulated.flatMap(({ endpoints, cold, rss, cost, further, first }): readonly Figure[] => [
    { name: `calculated from nothing, ${shown(endpoints)}`, value: cold, unit: 'ms', samples: 1 },
    { name: `memory of the calculation, ${shown(endpoints)}`, value: rss, unit: 'MB', samples: 1 },
    { name: `processor time of a change, ${shown(endpoints)}`, value: cost, unit: 'ms', samples: changes },
    medianFigure(`change to policy and names, p50, ${shown(endpoints)}`, 'ms', further),
    {
      name: `change to policy and names, p99, ${shown(endpoints)}`,
      value: percentile(further, 0.99),
      unit: 'ms',
      samples: further.length,
      goal: { atMost: 100 },
    },
    {
      name: `new block to route, p99, ${shown(endpoints)}`,
      value: percentile(first, 0.99),
      unit: 'ms',
      samples: first.length,
      goal: { atMost: 100 },
    },
  ]);
  const [least, most] = [simulated[0], simulated.at(-1)];
  if (least === undefined || most === undefined) return each;
  const growth = most.cost / least.cost;
  const name = `a change with ${shown(most.endpoints)} / with ${shown(least.endpoints)}`;
  return [...each, { name, value: growth, unit: '×', samples: changes, goal: { atMost: 2 } }];
}

async function measure(say: (line: string) => void): Promise<readonly Figure[]> {
  const lab = await openLab({ hosts: ['h1'] });
  try {
    const etcd = await startLabEtcd(lab);
    const store = `etcd://${etcd.endpoint}`;
    const host = lab.host('h1');
    const clocker = await startClocker(host, { store });
    await clocker.stop();
    const bundle = await bundleScript(new URL('simulated-host.ts', import.meta.url), lab.directory);
    const script = [...lab.switch.enter, process.execPath, bundle];
    const simulated: Simulated[] = [];
    const figures: Figure[] = [];
    for (const perHost of sizes) {
      say(`${hosts} hosts with ${perHost} endpoints each`);
      await startRun([...script, 'fill', store, String(hosts), String(perHost)]).ended;
      simulated.push(await simulate(script, store, perHost));
      if (perHost * hosts >= 10_000) figures.push(...(await measureDaemon(host, clocker, perHost * hosts)));
    }
    return [...figuresOf(simulated), ...figures];
  } finally {
    await lab.close();
  }
}

export const simulateCluster: Part = { name: 'simulate', title: 'a thousand hosts', measure };
