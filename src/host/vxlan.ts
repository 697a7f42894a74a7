/** A VXLAN interface of this host, and what it knows of the other ends. */
import { Fault } from '../diagnostic/fault.ts';
import { boolean, integer, list, optional, readShape, record, text, type Shape } from '../shape/index.ts';
import { run, type Argv } from './process.ts';
import type { BatchFailure } from './ip.ts';
import { batchFailures } from './ip.ts';

export type Vxlan = {
  readonly mac: string;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly vni: number;
  readonly port: number;
  /** Address packets are sent from. */
  readonly local: string | undefined;
  /** It must not believe what packets say of where others are. */
  readonly learns: boolean;
};

export type VxlanPeers = {
  /** Permanent neighbours: address -> MAC address. */
  readonly neighbours: ReadonlyMap<string, string>;
  /** MAC address -> where its packets go. */
  readonly forwarding: ReadonlyMap<string, string>;
};

const loose = { unknownKeys: 'ignored' } as const;
const word = text({ longest: 128 });
const most = 1_000_000;
const linksShape = list(
  record(
    {
      address: optional(word),
      mtu: optional(integer()),
      flags: optional(list(word, 64)),
      linkinfo: optional(
        record(
          {
            info_kind: optional(word),
            info_data: optional(
              record(
                {
                  id: optional(integer()),
                  port: optional(integer()),
                  local: optional(word),
                  local6: optional(word),
                  learning: optional(boolean()),
                },
                loose,
              ),
            ),
          },
          loose,
        ),
      ),
    },
    loose,
  ),
  16,
);
const neighboursShape = list(record({ dst: optional(word), lladdr: optional(word) }, loose), most);
const forwardingShape = list(record({ mac: optional(word), dst: optional(word) }, loose), most);

async function readList<T>(argv: Argv, shape: Shape<readonly T[]>): Promise<readonly T[] | undefined> {
  const { status, stdout } = await run(argv);
  if (status !== 0) return undefined;
  try {
    const read = readShape(shape, stdout.trim() === '' ? [] : JSON.parse(stdout));
    if (read.kind === 'value') return read.value;
  } catch {
    // Told below.
  }
  throw new Fault('command-failed', `${argv.join(' ')} printed what can't be read.`);
}

/** Undefined when there is no such interface; one of another kind has a VNI of 0. */
export async function readVxlan(name: string): Promise<Vxlan | undefined> {
  const [link] = (await readList(['ip', '-j', '-d', 'link', 'show', 'dev', name], linksShape)) ?? [];
  if (link === undefined) return undefined;
  const data = link.linkinfo?.info_kind === 'vxlan' ? (link.linkinfo.info_data ?? {}) : {};
  return {
    mac: link.address ?? '',
    mtu: link.mtu ?? 0,
    isUp: link.flags?.includes('UP') === true,
    vni: data.id ?? 0,
    port: data.port ?? 0,
    local: data.local ?? data.local6,
    learns: data.learning ?? true,
  };
}

const noMac = '00:00:00:00:00:00';

export async function readVxlanPeers(name: string): Promise<VxlanPeers> {
  const [neighbours, forwarding] = await Promise.all([
    readList(['ip', '-j', 'neigh', 'show', 'dev', name, 'nud', 'permanent'], neighboursShape),
    readList(['bridge', '-j', 'fdb', 'show', 'dev', name], forwardingShape),
  ]);
  const known = (entries: readonly (readonly [string | undefined, string | undefined])[]) =>
    new Map(
      entries.flatMap(([key, value]) => (key === undefined || value === undefined ? [] : [[key, value] as const])),
    );
  return {
    // Those of multicast are the kernel's own.
    neighbours: known(
      (neighbours ?? [])
        .filter(({ lladdr = '' }) => !/^(33:33|01:00:5e|00:00:00:00:00:00)/.test(lladdr))
        .map(({ dst, lladdr }) => [dst, lladdr]),
    ),
    forwarding: known((forwarding ?? []).filter(({ mac }) => mac !== noMac).map(({ mac, dst }) => [mac, dst])),
  };
}

/** Lines of `bridge`: does all it can, answers those that failed. */
export async function runBridgeBatch(lines: readonly string[]): Promise<readonly BatchFailure[]> {
  if (lines.length === 0) return [];
  const { status, stderr } = await run(['bridge', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
  return status === 0 ? [] : batchFailures(lines, stderr, 0);
}
