/**
 * Keeps this host's routes to the containers of all other hosts. Looked at when the records change, when the kernel says
 * that something of it is gone, and every half minute. Ending the daemon leaves them, so traffic goes on.
 */
import { clockOfHost, type Clock } from '../../src/host/clock.ts';
import { followLines } from '../../src/host/process.ts';
import { startLoop } from '../../src/reconcile/loop.ts';
import type { Mirror } from '../../src/store/index.ts';
import { wantedRoutes, type WantedRoutes } from './desired.ts';
import { routeKernelOfHost, type RouteKernel } from './kernel.ts';
import { remoteProtocol, tunnelDevice } from './names.ts';
import { createRouteProgrammer } from './programmer.ts';
import { keepRouteRecords } from './records.ts';

export type RoutesOptions = {
  /** Holds `/calico/` and `/clocker/v1/`. */
  readonly mirror: Mirror;
  readonly node: string;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
  readonly kernel?: RouteKernel;
  readonly clock?: Clock;
};

export type Routes = {
  /** What was last wanted; undefined before the first look. */
  wanted(): WantedRoutes | undefined;
  /** Why the last look failed. */
  failure(): string | undefined;
  readonly stopped: Promise<void>;
};

/** Whether a line of `ip monitor` may mean that routes of ours are gone: the kernel flushes them with an interface. */
export const isTellingRoute = (said: string): boolean =>
  said.startsWith('Deleted ')
    ? said.includes(`proto ${remoteProtocol} `) || said.includes(tunnelDevice) || / inet6? /.test(said)
    : /^\d+: (?!lo\b|cali|tmpc|veth|br-|docker)/.test(said);

export function openRoutes(options: RoutesOptions): Routes {
  const { mirror, node, log, signal } = options;
  const clock = options.clock ?? clockOfHost;
  const records = keepRouteRecords(mirror, node);
  const programmer = createRouteProgrammer(options.kernel ?? routeKernelOfHost());
  let look = true;
  let wanted: WantedRoutes | undefined;
  let failure: string | undefined;
  let told = new Map<string, string>();

  function tellUnreachable({ unreachable }: WantedRoutes): void {
    const now = new Map(unreachable.map(({ node: peer, why }) => [peer, why]));
    for (const [peer, why] of now)
      if (told.get(peer) !== why) log('warn', 'containers of another host can not be reached', { peer, why });
    for (const peer of told.keys())
      if (!now.has(peer)) log('info', 'containers of another host can be reached again', { peer });
    told = now;
  }

  const loop = startLoop({
    sync: async () => {
      await mirror.ready;
      const looks = look;
      look = false;
      const want = wantedRoutes(records.facts());
      wanted = want;
      tellUnreachable(want);
      try {
        await programmer.apply(want, records.tunnel(), looks);
        failure = undefined;
      } catch (error) {
        look = true;
        throw error;
      }
    },
    clock,
    // A new container is to be reached by all hosts at once.
    minDelay: 5,
    firstBackoff: 250,
    maxBackoff: 5_000,
    resync: 30_000,
    signal,
    onFailure: (error, retryIn) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && message !== failure)
        log('warn', 'the routes to other hosts could not be set', { error: message, retryIn });
      failure = message;
    },
  });
  records.onChange(() => loop.poke());
  const lookAgain = (): void => {
    look = true;
    loop.poke();
  };
  const watching = watchRoutes(clock, lookAgain, signal);
  const cancel = everyHalfMinute(clock, () => (look = true), signal);
  return {
    wanted: () => wanted,
    failure: () => failure,
    stopped: Promise.all([loop.stopped, watching, cancel]).then(() => undefined),
  };
}

/** The loop looks at the records by itself then; this has it look at the kernel too. */
async function everyHalfMinute(clock: Clock, then: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    then();
    await wait(clock, 29_000, signal);
  }
}

async function watchRoutes(clock: Clock, onChange: () => void, signal: AbortSignal): Promise<void> {
  const argv = ['ip', '-o', 'monitor', 'link', 'address', 'route'] as const;
  while (!signal.aborted) {
    await followLines(argv, (said) => isTellingRoute(said) && onChange(), signal);
    await wait(clock, 1000, signal);
    onChange();
  }
}

const wait = (clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const cancel = clock.schedule(milliseconds, resolve);
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
  });
