/** The kernel of this host, as far as Clocker programs it: one run of `ip -batch` per burst, reads as JSON, sysctls as files. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Fault } from '../../src/diagnostic/fault.ts';
import { run, runChecked } from '../../src/host/process.ts';
import { list, optional, readShape, record, text, type Shape } from '../../src/shape/index.ts';

/** Marks routes as ours (rtnetlink protocol number; Calico's own for routes it programs). */
export const routeProtocol = 80;
export const gatewayDevice = 'clocker0';

const loose = { unknownKeys: 'ignored' } as const;
const links = list(record({ ifname: text({ longest: 32 }) }, loose), 100_000);
const addresses = list(
  record(
    {
      addr_info: optional(
        list(
          record({ family: optional(text({ longest: 8 })), local: optional(text({ longest: 64 })) }, loose),
          100_000,
        ),
      ),
    },
    loose,
  ),
  100_000,
);
const routes = list(
  record(
    { dst: text({ longest: 64 }), dev: optional(text({ longest: 32 })), type: optional(text({ longest: 32 })) },
    loose,
  ),
  1_000_000,
);

async function readIp<T>(args: readonly string[], shape: Shape<T>): Promise<T | undefined> {
  const { status, stdout } = await run(['ip', '-j', ...args]);
  if (status !== 0) return undefined;
  const read = readShape(shape, stdout.trim() === '' ? [] : JSON.parse(stdout));
  if (read.kind === 'issues') throw new Fault('command-failed', `ip ${args.join(' ')} printed what can't be read.`);
  return read.value;
}

export type KernelRoute = { readonly dst: string; readonly dev: string };

export type KernelState = {
  /** Host sides of workload interfaces. */
  readonly workloads: readonly string[];
  /** IPv4 addresses of the gateway device; undefined when there is no device. */
  readonly gateways: readonly string[] | undefined;
  /** Routes with our protocol number; `dev` is empty for a blackhole. */
  readonly routes: readonly KernelRoute[];
};

export async function readKernel(): Promise<KernelState> {
  const [allLinks, device, four, six] = await Promise.all([
    readIp(['link', 'show'], links),
    readIp(['addr', 'show', 'dev', gatewayDevice], addresses),
    readIp(['-4', 'route', 'show', 'proto', String(routeProtocol)], routes),
    readIp(['-6', 'route', 'show', 'proto', String(routeProtocol)], routes),
  ]);
  return {
    workloads: (allLinks ?? []).map(({ ifname }) => ifname).filter((name) => name.startsWith('cali')),
    gateways: device?.flatMap(({ addr_info = [] }) =>
      addr_info.flatMap(({ family, local }) => (family === 'inet' && local !== undefined ? [local] : [])),
    ),
    routes: [...(four ?? []), ...(six ?? [])].map(({ dst, dev = '' }) => ({ dst, dev })),
  };
}

/** Interfaces that are ports of a bridge. */
export async function readBridgePorts(bridge: string): Promise<readonly string[]> {
  return ((await readIp(['link', 'show', 'master', bridge], links)) ?? []).map(({ ifname }) => ifname);
}

/** Lines of `ip -batch`; stops at the first that fails, and says which. */
export async function applyBatch(lines: readonly string[], signal?: AbortSignal): Promise<void> {
  if (lines.length === 0) return;
  await runChecked(['ip', '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Goes on after a line that fails: for taking away what may be gone already. */
export async function applyBatchAnyway(lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run(['ip', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

export async function applyNft(textOfRules: string, signal?: AbortSignal): Promise<void> {
  if (textOfRules !== '')
    await runChecked(['nft', '-f', '-'], { input: textOfRules, ...(signal === undefined ? {} : { signal }) });
}

/** /sys/class/net shows the network namespace it was mounted in; /proc/sys/net that of the one who looks. */
export const hasInterface = (name: string): boolean => existsSync(`/proc/sys/net/ipv4/conf/${name}`);

const sysctlFile = (name: string): string => `/proc/sys/${name.replaceAll('.', '/')}`;

/** `undefined` where the kernel has no such setting. Names have no dots but separators. */
export async function readSysctl(name: string): Promise<string | undefined> {
  return readFile(sysctlFile(name), 'utf8').then(
    (value) => value.trim(),
    () => undefined,
  );
}

/** Writes only what differs; a setting the kernel does not have is left out. */
export async function writeSysctl(name: string, value: string): Promise<void> {
  const now = await readSysctl(name);
  if (now === undefined || now === value) return;
  await writeFile(sysctlFile(name), value).catch((cause: unknown) => {
    throw new Fault('not-permitted', `The kernel setting ${name} can't be set to ${value}.`, {
      cause,
      hint: 'The daemon must run as root.',
    });
  });
}
