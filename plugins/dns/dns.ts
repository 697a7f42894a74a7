/**
 * Names over hosts on plain Docker. Docker's own resolver (127.0.0.11) answers for containers of its engine and asks the
 * host's nameservers for all else; those questions come here instead, and here the containers of all hosts are known.
 */
import { startLoop, type LoopClock } from '../../src/reconcile/loop.ts';
import type { Mirror } from '../../src/store/index.ts';
import type { Names } from './answer.ts';
import { isLoopback, openBook, sandboxName } from './book.ts';
import { listen, type Listener } from './listen.ts';
import { createRespond } from './respond.ts';
import { dnsAddress, renderRelease, renderRenewal, renderSteered, renderSteering, type Steering } from './steer.ts';
import { createUpstream } from './upstream.ts';

export type DnsOptions = {
  readonly mirror: Mirror;
  readonly node: string;
  /** Labels that name a container besides Docker's own. */
  readonly nameLabels: readonly string[];
  readonly resolvers: () => readonly string[];
  /** Addresses at docker_gwbridge, by the last part of the path of the container's network namespace. */
  readonly bridgeAddresses: () => Promise<ReadonlyMap<string, string>>;
  readonly virtual?: Names['virtual'];
  /** One transaction of nftables. */
  readonly rules: (text: string) => Promise<void>;
  readonly clock: LoopClock;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
};

export type Dns = {
  /** Somebody else has changed the rules. */
  lookAtRules(): void;
  /** Addresses at docker_gwbridge may be others. */
  lookAtBridge(): void;
  /** Resolves when questions go to the nameservers again, and nobody listens here. */
  close(): Promise<void>;
};

/** Seconds for which the rules hold, and milliseconds after which they are renewed. */
const term = 10;
const renewal = 4000;
/** Milliseconds between looks at what nobody tells, and until Docker is asked again for an address it did not have yet. */
const resync = 60_000;
const notYet = 4000;
const port = 53;

export function openDns(options: DnsOptions): Dns {
  const { mirror, node, rules, log, signal } = options;
  let bridge: ReadonlyMap<string, string> = new Map();
  let resolvers: readonly string[] = [];
  const own = (server: string): boolean => server !== dnsAddress;
  const book = openBook({
    mirror,
    node,
    nameLabels: options.nameLabels,
    resolvers: () => resolvers,
    bridgeAddresses: () => bridge,
    virtual: options.virtual ?? (() => undefined),
  });
  const respond = createRespond({ names: book.names, asker: (from) => book.asker(from), upstream: createUpstream() });
  let listener: Listener | undefined;
  let isSteering = false;
  /** The elements as they were last written. */
  let written: string | undefined;
  let isStale = false;

  function steering(): Steering {
    const here = book.here();
    const at = (sandbox: string | undefined): readonly string[] => {
      const address = bridge.get(sandbox ?? '');
      return address === undefined ? [] : [address];
    };
    return {
      servers: resolvers.filter((server) => !isLoopback(server)),
      loopback: here.length === 0 ? [] : resolvers.filter(isLoopback),
      own: here.flatMap((one) =>
        [...(one.ipv4 === undefined ? [] : [one.ipv4]), ...at(sandboxName(one))].flatMap((asker) =>
          [...one.dns, ...(one.container?.nameservers ?? [])]
            .filter((server) => !isLoopback(server))
            .map((server) => [asker, server] as const),
        ),
      ),
      askers: here.flatMap((one) => at(sandboxName(one))),
    };
  }

  /** Docker is asked only when somebody's address is not known, or may be another. */
  async function learnBridge(): Promise<void> {
    const behind = book.here().filter(({ gateway }) => gateway === 'bridge');
    const isMissing = (): boolean => behind.some((one) => !bridge.has(sandboxName(one) ?? ''));
    if (behind.length === 0) bridge = new Map();
    else if (isStale || isMissing()) {
      isStale = false;
      bridge = await options.bridgeAddresses();
    }
    if (behind.length > 0 && isMissing()) options.clock.schedule(notYet, () => loop.poke());
  }

  async function sync(): Promise<void> {
    await mirror.ready;
    // Nobody could ask, and the address to listen at is not there.
    if (!isSteering && book.names.pools.length === 0) return;
    resolvers = options.resolvers().filter(own);
    await learnBridge();
    listener ??= await listen(dnsAddress, port, respond);
    const wanted = steering();
    const steered = renderSteered(wanted);
    if (isSteering && steered === written) return;
    written = undefined;
    if (!isSteering || !(await succeeds(rules(steered)))) await rules(renderSteering(wanted, term));
    isSteering = true;
    written = steered;
  }

  let told = '';
  const loop = startLoop({
    sync,
    clock: options.clock,
    minDelay: 100,
    firstBackoff: 250,
    maxBackoff: renewal,
    resync,
    signal,
    onFailure: (error) => {
      const why = reasonOf(error);
      if (why !== undefined && why !== told && !signal.aborted)
        log('warn', 'names of other hosts are not answered', { error: why });
      told = why ?? '';
    },
  });
  const writeAgain = (): void => {
    isSteering = false;
    loop.poke();
  };
  const renewing = startLoop({
    sync: async () => {
      if (isSteering) await rules(renderRenewal(term));
      if (options.resolvers().filter(own).join() !== resolvers.join()) loop.poke();
    },
    clock: options.clock,
    minDelay: renewal,
    firstBackoff: 250,
    maxBackoff: renewal,
    resync: renewal,
    signal,
    onFailure: writeAgain,
  });
  book.onChange(() => loop.poke());

  return {
    lookAtRules: () => {
      if (isSteering) writeAgain();
    },
    lookAtBridge: () => {
      isStale = true;
      loop.poke();
    },
    close: async () => {
      await Promise.all([loop.stopped, renewing.stopped]);
      if (isSteering) await rules(renderRelease()).catch(() => undefined);
      await listener?.close();
    },
  };
}

const succeeds = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Undefined: there is no Clocker network yet, so nobody could ask. */
function reasonOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRNOTAVAIL') return undefined;
  if (code === 'EADDRINUSE')
    return `another program listens at port ${port} of every address; have it listen at its own addresses only`;
  return error instanceof Error ? error.message : String(error);
}
