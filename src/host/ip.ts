/**
 * Interfaces, addresses and routes of this host, by `ip`: one run of `ip -batch` for many changes, reads as JSON. An
 * `ip` that goes on remembers interface numbers, and puts a route on the wrong device when a name came back: it is told
 * only of interfaces that nobody else makes, and a new one when we make one again.
 */
import { existsSync } from 'node:fs';
import { Fault, isFault } from '../diagnostic/fault.ts';
import { parseAddress, type Address } from '../ip/address.ts';
import { parseCidr, type Cidr } from '../ip/prefix.ts';
import { integer, list, optional, readShape, record, text, type Shape, type TypeOf } from '../shape/index.ts';
import { endWord, openConversation, type Conversation, type ConversationOptions } from './conversation.ts';
import { run, type Argv } from './process.ts';

export type Link = {
  readonly name: string;
  readonly index: number;
  readonly isUp: boolean;
  readonly mtu: number;
  /** `default`, or a number. */
  readonly group: string;
  /** The bridge it is a port of. */
  readonly master?: string;
  /** Number of the peer, in its namespace. */
  readonly peer?: number;
  /** This namespace's number for the one the peer is in; absent when it is in this one. */
  readonly peerNamespace?: number;
  readonly addresses: readonly Cidr[];
};

export type Route = {
  readonly to: Cidr;
  /** Absent for a route that leads nowhere. */
  readonly device?: string;
  readonly via?: string;
  readonly source?: string;
  readonly isBlackhole: boolean;
};

const loose = { unknownKeys: 'ignored' } as const;
const word = text({ longest: 128 });
const most = 1_000_000;

const linksShape = list(
  record(
    {
      ifname: optional(word),
      ifindex: optional(integer()),
      flags: optional(list(word, 64)),
      mtu: optional(integer()),
      group: optional(word),
      master: optional(word),
      link_index: optional(integer()),
      link_netnsid: optional(integer()),
      addr_info: optional(list(record({ local: optional(word), prefixlen: optional(integer()) }, loose), most)),
    },
    loose,
  ),
  most,
);
const routesShape = list(
  record(
    {
      dst: word,
      dev: optional(word),
      type: optional(word),
      gateway: optional(word),
      via: optional(record({ host: optional(word) }, loose)),
      prefsrc: optional(word),
    },
    loose,
  ),
  most,
);

/** Some versions print `[{}]` or nothing at all for an empty list. */
async function readJson<T>(argv: Argv, shape: Shape<T>): Promise<T> {
  const { status, stdout, stderr } = await run(argv);
  if (status !== 0) throw new Fault('command-failed', `${argv.join(' ')} failed: ${stderr.trim().slice(0, 500)}`);
  try {
    const read = readShape(shape, stdout.trim() === '' ? [] : JSON.parse(stdout));
    if (read.kind === 'value') return read.value;
  } catch {
    // Told below.
  }
  throw new Fault('command-failed', `${argv.join(' ')} printed what can't be read.`);
}

function linkOf(one: TypeOf<typeof linksShape>[number]): readonly Link[] {
  if (one.ifname === undefined || one.ifindex === undefined) return [];
  const addresses = (one.addr_info ?? []).flatMap(({ local, prefixlen }) => parseCidr(`${local}/${prefixlen}`) ?? []);
  return [
    {
      name: one.ifname,
      index: one.ifindex,
      isUp: one.flags?.includes('UP') === true,
      mtu: one.mtu ?? 0,
      group: one.group ?? 'default',
      ...(one.master === undefined ? {} : { master: one.master }),
      ...(one.link_index === undefined ? {} : { peer: one.link_index }),
      ...(one.link_netnsid === undefined ? {} : { peerNamespace: one.link_netnsid }),
      addresses,
    },
  ];
}

/** All interfaces, with their addresses. `inside`: the path of another network namespace. */
export async function readLinks(inside?: string): Promise<readonly Link[]> {
  return (await readJson([...enter(inside), 'ip', '-j', 'addr', 'show'], linksShape)).flatMap(linkOf);
}

/**
 * Whether this network namespace has the interface: one look at a file, no program. Not under /sys, which shows the
 * namespace of whoever mounted it.
 */
export const hasLink = (name: string): boolean =>
  /^[\w.:@-]{1,15}$/.test(name) && !/^(\.\.?|all|default)$/.test(name) && existsSync(`/proc/sys/net/ipv4/conf/${name}`);

const all = { 4: '0.0.0.0/0', 6: '::/0' } as const;

/** Routes with a protocol number, or all of the main table. */
export async function readRoutes(
  family: 4 | 6,
  options: { readonly protocol?: number; readonly inside?: string } = {},
): Promise<readonly Route[]> {
  const which = options.protocol === undefined ? [] : ['table', 'all', 'proto', String(options.protocol)];
  const argv: Argv = [...enter(options.inside), 'ip', '-j', `-${family}`, 'route', 'show', ...which];
  return (await readJson(argv, routesShape)).flatMap(({ dst, dev, type, gateway, via, prefsrc }): Route[] => {
    const next = gateway ?? via?.host;
    const to = parseCidr(dst === 'default' ? all[family] : dst);
    if (to === undefined) return [];
    const isBlackhole = type === 'blackhole' || type === 'unreachable' || type === 'prohibit';
    return [
      {
        to,
        isBlackhole,
        ...(dev === undefined || isBlackhole ? {} : { device: dev }),
        ...(next === undefined ? {} : { via: next }),
        ...(prefsrc === undefined ? {} : { source: prefsrc }),
      },
    ];
  });
}

const sourceShape = list(record({ prefsrc: optional(word) }, loose), 16);

/** The address this host would send from to another; undefined when it has no way there. */
export async function readSource(to: string): Promise<Address | undefined> {
  try {
    const [route] = await readJson(['ip', '-j', 'route', 'get', to], sourceShape);
    return parseAddress(route?.prefsrc ?? '');
  } catch (error) {
    if (isFault(error, 'command-failed')) return undefined;
    throw error;
  }
}

/** Enters a network namespace by its path, for one program. */
export const enter = (namespace: string | undefined): [] | [string, string, string] =>
  namespace === undefined ? [] : ['nsenter', `--net=${namespace}`, '--'];

/** A line of `ip -batch`. Its words come from records of others too, so one that is not a word is a bug of ours. */
export function line(...words: readonly (string | number)[]): string {
  for (const one of words)
    if (!/^[\w.:/@-]+$/.test(String(one))) throw new Error(`${JSON.stringify(one)} is no word of an ip command.`);
  return words.join(' ');
}

export type BatchFailure = { readonly line: string; readonly message: string };

const batch = ['ip', '-force', '-batch', '-'] as const satisfies Argv;

/** Does all lines it can; answers those that failed. */
export async function runBatch(
  lines: readonly string[],
  options: { readonly inside?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly BatchFailure[]> {
  if (lines.length === 0) return [];
  const { inside, signal } = options;
  const how = { input: `${lines.join('\n')}\n`, ...(signal === undefined ? {} : { signal }) };
  const { status, stderr } = await run([...enter(inside), ...batch], how);
  return status === 0 ? [] : batchFailures(lines, stderr, 0);
}

export type Batch = (lines: readonly string[]) => Promise<readonly BatchFailure[]>;

const isDeletion = (said: string): boolean => said.startsWith('link del ');
/** Names no interface, so that nothing is remembered. */
const isGroupDeletion = (said: string): boolean => said.startsWith('link del group ');
const isCreation = (said: string): boolean => said.startsWith('link add ');
/** Interfaces are named first in `link` lines, and behind `dev`. */
const interfaceOf = (said: string): string | undefined =>
  /^link \w+ (\S+)|\bdev (\S+)/.exec(said)?.slice(1).find(Boolean);

const mostRemembered = 10_000;

const going: ConversationOptions = {
  argv: batch,
  complaint: new RegExp(`[^\\n]*"${endWord}"[^\\n]*\\nCommand failed [^\\n]*\\n`),
};

async function tell(told: Conversation, lines: readonly string[]): Promise<readonly BatchFailure[]> {
  const { errors, linesBefore } = await told.ask(`${lines.join('\n')}\n`);
  return errors.trim() === '' ? [] : batchFailures(lines, errors, linesBefore);
}

export type Batches = {
  /** Like `runBatch` here, by an `ip` that goes on, for lines about interfaces that only the caller makes. */
  readonly change: Batch;
  /** Only makes interfaces, by an `ip` of its own: nobody need wait for that. Not two of one name at once. */
  readonly make: Batch;
};

/** An `ip` that goes on, and the interfaces whose numbers it may remember. */
function openMemory() {
  const told = openConversation(going);
  let names = new Set<string>();
  const forget = (): void => {
    told.renew();
    names = new Set();
  };
  return {
    /** Interfaces that are about to be made: they get other numbers. */
    expectNew: (lines: readonly string[]): void => {
      if (lines.some((one) => isCreation(one) && names.has(interfaceOf(one) ?? ''))) forget();
    },
    tell: async (lines: readonly string[]): Promise<readonly BatchFailure[]> => {
      if (names.size > mostRemembered) forget();
      for (const one of lines) names.add(interfaceOf(one) ?? '');
      const failures = await tell(told, lines);
      // An interface may be gone.
      if (failures.length > 0) forget();
      return failures;
    },
  };
}

export function openBatches(): Batches {
  const changing = openMemory();
  const making = openMemory();
  // Deleting takes the kernel long, and others need not wait for it.
  const deleter = openConversation(going);
  const expectNew = (lines: readonly string[]): void => {
    for (const memory of [changing, making]) memory.expectNew(lines);
  };
  return {
    change: async (lines) => {
      if (lines.length === 0) return [];
      expectNew(lines);
      if (lines.every(isGroupDeletion)) return tell(deleter, lines);
      if (lines.some(isDeletion)) return runBatch(lines);
      return changing.tell(lines);
    },
    make: async (lines) => {
      expectNew(lines);
      return making.tell(lines);
    },
  };
}

/** `RTNETLINK answers: File exists`, then `Command failed -:3`, counted from the first line it was ever told. */
export function batchFailures(lines: readonly string[], stderr: string, linesBefore: number): readonly BatchFailure[] {
  const failures: BatchFailure[] = [];
  let words: string[] = [];
  for (const said of stderr.split('\n')) {
    const number = /^Command failed -:(\d+)$/.exec(said)?.[1];
    if (number === undefined) {
      if (said.trim() !== '') words.push(said.trim());
      continue;
    }
    failures.push({ line: lines[Number(number) - 1 - linesBefore] ?? '', message: words.join(' ') });
    words = [];
  }
  return failures.length > 0 ? failures : [{ line: lines.join('; ').slice(0, 200), message: words.join(' ') }];
}
