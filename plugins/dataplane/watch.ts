/** Tells when somebody else may have changed what is ours in the kernel: `ip monitor` and `nft monitor`, kept running. */
import { followLines } from '../../src/host/process.ts';
import type { LoopClock } from '../../src/reconcile/loop.ts';
import { routeProtocol } from './rules/names.ts';

export type WatchOptions = {
  readonly clock: LoopClock;
  readonly isOwn: (pid: number) => boolean;
  /** Whether an interface is to be here: what becomes of others is what we or Docker wanted. */
  readonly isWanted: (name: string) => boolean;
  readonly onChange: () => void;
  /** A container was joined, or a port of one of Docker's bridges came or went. */
  readonly onPort: () => void;
  readonly signal: AbortSignal;
};

const longestPause = 30_000;

export type Told = 'change' | 'port' | undefined;

/**
 * Gone or down of what is to be here; ports of Docker's bridges that come and go, and interfaces that Docker takes into a
 * container, which may have such a port; settings of the way packets are checked and forwarded.
 */
export function whatItTells(said: string, isWanted: (name: string) => boolean): Told {
  if (/^(Deleted )?inet6? (all|default|docker_gwbridge|clocker0) /.test(said)) return 'change';
  if (/ master (docker0|docker_gwbridge|br-[0-9a-f]{12}) /.test(said)) return 'port';
  const isGone = said.startsWith('Deleted ');
  if (isGone && / new-netns/.test(said) && /^Deleted \d+: tmpc/.test(said)) return 'port';
  // What has just been made is down too, with the queue of an interface that was never up.
  const isDown = /^\d+: /.test(said) && said.includes(' state DOWN ') && !said.includes(' qdisc noop ');
  if (!isGone && !isDown) return undefined;
  const workload = /(?: dev |^(?:Deleted )?\d+: |^Deleted inet6? )(cali\w+)/.exec(said)?.[1];
  if (workload !== undefined) return isWanted(workload) ? 'change' : undefined;
  return /\bclocker0\b/.test(said) || (isGone && said.includes(`proto ${routeProtocol} `)) ? 'change' : undefined;
}

/** Takes the lines of `nft monitor`; true at the end of a change by somebody else that concerns our table or the filter tables. */
export function createRuleListener(isOwn: (pid: number) => boolean): (said: string) => boolean {
  let isConcerned = false;
  return (said) => {
    const pid = /^# new generation \d+ by process (\d+)/.exec(said)?.[1];
    if (pid === undefined) {
      isConcerned ||= /^\w+ \w+ (inet|bridge) clocker\b|^\w+ \w+ ip6? filter\b/.test(said);
      return false;
    }
    const isTold = isConcerned && !isOwn(Number(pid));
    isConcerned = false;
    return isTold;
  };
}

/** Resolves when both have ended after the signal. A monitor that ends is started again, and what it missed looked for. */
export async function watchKernel({ clock, isOwn, isWanted, onChange, onPort, signal }: WatchOptions): Promise<void> {
  const onRule = createRuleListener(isOwn);
  await Promise.all([
    keep(['ip', '-o', 'monitor', 'link', 'address', 'route', 'netconf'], (said) => {
      const told = whatItTells(said, isWanted);
      if (told === 'change') onChange();
      if (told === 'port') onPort();
    }),
    keep(['nft', 'monitor'], (said) => {
      if (onRule(said)) onChange();
    }),
  ]);

  async function keep(argv: readonly [string, ...string[]], onLine: (said: string) => void): Promise<void> {
    for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      await followLines(argv, onLine, signal);
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.schedule(pause, resolve);
        signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
      });
      onChange();
    }
  }
}
