/** Tells when somebody else may have changed what is ours in the kernel: `ip monitor` and `nft monitor`, kept running. */
import { followLines } from '../../src/host/process.ts';
import type { LoopClock } from '../../src/reconcile/loop.ts';
import { closingGroup, ownGroup, routeProtocol } from './rules/names.ts';

export type WatchOptions = {
  readonly clock: LoopClock;
  readonly isOwn: (pid: number) => boolean;
  /** Whether an interface is to be here: what becomes of others is what we or Docker wanted. */
  readonly isWanted: (name: string) => boolean;
  readonly onChange: () => void;
  /** Somebody else has changed these tables, for example `inet clocker`; undefined: any of them, maybe. */
  readonly onTables: (tables: readonly string[] | undefined) => void;
  /** A container was joined, or a port of one of Docker's bridges came or went. */
  readonly onPort: () => void;
  readonly signal: AbortSignal;
};

const longestPause = 30_000;

export type Told = 'change' | 'port' | undefined;

/**
 * Gone, down or out of its group of what is to be here; ports of Docker's bridges that come and go, and interfaces that
 * Docker takes into a container, which may have such a port.
 */
export function whatItTells(said: string, isWanted: (name: string) => boolean): Told {
  if (/ master (docker0|docker_gwbridge|br-[0-9a-f]{12}) /.test(said)) return 'port';
  const isGone = said.startsWith('Deleted ');
  if (isGone && / new-netns/.test(said) && /^Deleted \d+: tmpc/.test(said)) return 'port';
  // What has just been made is down too, with the queue of an interface that was never up.
  const isDown = /^\d+: /.test(said) && said.includes(' state DOWN ') && !said.includes(' qdisc noop ');
  const group = isGone ? undefined : /^\d+: cali\w+[@:].* group (\S+)/.exec(said)?.[1];
  const isOut = group !== undefined && group !== String(ownGroup) && group !== String(closingGroup);
  if (!isGone && !isDown && !isOut) return undefined;
  const workload = /(?: dev |^(?:Deleted )?\d+: |^Deleted inet6? )(cali\w+)/.exec(said)?.[1];
  if (workload !== undefined) return isWanted(workload) ? 'change' : undefined;
  return /\bclocker0\b/.test(said) || (isGone && said.includes(`proto ${routeProtocol} `)) ? 'change' : undefined;
}

/** Tables of which a change is told: Clocker's, and those where the rules stand that accept what ours allow. */
const concerned = /^\w+ \w+ ((?:inet|bridge) clocker\w*|ip6? filter)\b/;

/** Takes the lines of `nft monitor`; at the end of a change by somebody else, the tables of it that concern us. */
export function createRuleListener(isOwn: (pid: number) => boolean): (said: string) => readonly string[] {
  let tables = new Set<string>();
  return (said) => {
    const pid = /^# new generation \d+ by process (\d+)/.exec(said)?.[1];
    if (pid === undefined) {
      const table = concerned.exec(said)?.[1];
      if (table !== undefined) tables.add(table);
      return [];
    }
    const told = isOwn(Number(pid)) ? [] : [...tables];
    if (tables.size > 0) tables = new Set();
    return told;
  };
}

/** Resolves when both have ended after the signal. A monitor that ends is started again, and what it missed looked for. */
export async function watchKernel(options: WatchOptions): Promise<void> {
  const { clock, isOwn, isWanted, onChange, onTables, onPort, signal } = options;
  const onRule = createRuleListener(isOwn);
  await Promise.all([
    keep(
      ['ip', '-o', 'monitor', 'link', 'address', 'route'],
      (said) => {
        const told = whatItTells(said, isWanted);
        if (told === 'change') onChange();
        if (told === 'port') onPort();
      },
      onChange,
    ),
    keep(
      ['nft', 'monitor'],
      (said) => {
        const tables = onRule(said);
        if (tables.length > 0) onTables(tables);
      },
      () => onTables(undefined),
    ),
  ]);

  async function keep(
    argv: readonly [string, ...string[]],
    onLine: (said: string) => void,
    onMissed: () => void,
  ): Promise<void> {
    for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      await followLines(argv, onLine, signal);
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.schedule(pause, resolve);
        signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
      });
      onMissed();
    }
  }
}
