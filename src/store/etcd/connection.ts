/**
 * The way to a cluster of etcd: which member is asked, and what is tried again. Every call ends in time, with an answer
 * or a `Fault`.
 */
import { connectivityState } from '@grpc/grpc-js';
import { Fault } from '../../diagnostic/fault.ts';
import { pause, type StoreClock } from '../clock.ts';
import { calls, type Method } from './calls.ts';
import { openEndpoint, type Endpoint, type Tls } from './endpoint.ts';
import { failureOf, faultOf, isServiceError, type Failure } from './failure.ts';
import { encodeAuthenticate } from './messages.ts';
import { unreachable } from './unreachable.ts';

export type EtcdOptions = {
  /** `host:port`, at least one. */
  readonly endpoints: readonly string[];
  readonly clock: StoreClock;
  readonly tls?: Tls;
  readonly auth?: { readonly user: string; readonly password: string };
  /** Whether this process takes part in compacting the history (compact.ts). */
  readonly compaction: boolean;
};

export type Call<T> = {
  readonly method: Method<T>;
  readonly request: Buffer;
  /** `always`: doing it twice is the same as once. `unsent`: only when it surely was not carried out. */
  readonly retry: 'always' | 'unsent';
  /** Called before it is sent again though it may have been carried out. */
  readonly onRepeat?: () => void;
};

export type Stream<T> = {
  readonly endpoint: string;
  /** Fails with a `Fault` when the stream breaks. */
  readonly answers: AsyncIterable<T>;
  end(): void;
};

export type Connection = {
  call<T>(call: Call<T>): Promise<T>;
  /** Sends one request on a stream of its own. A `firstAnswer` that does not come in that many milliseconds breaks it. */
  stream<T>(method: Method<T>, request: Buffer, firstAnswer: number): Promise<Stream<T>>;
  close(): void;
};

/** Milliseconds. A leader that died is replaced in 1 to 2.5 s, so that one call mostly outlives it. */
const callTime = 4000;
/** After this another member is asked; what may not be asked twice is given a little longer, and then up. */
const attemptTime: Readonly<Record<Call<unknown>['retry'], number>> = { always: 1500, unsent: 2500 };
const retryPause = 50;
/** How long a member that did not answer comes last. */
const avoidTime = 10_000;
/** A head start for the member used last, before all the others are connected to as well. */
const headStart = 300;

type Member = Endpoint & { avoidUntil: number };

const closedFault = (): Fault => new Fault('store-unreachable', 'The store is closed.');

export function connectEtcd(options: EtcdOptions): Connection {
  const { clock, auth } = options;
  const members: readonly Member[] = options.endpoints.map((address) => ({
    ...openEndpoint(address, options.tls),
    avoidUntil: -Infinity,
  }));
  const closing = new AbortController();
  let preferred = Math.floor(Math.random() * members.length);
  let token: Promise<string> | undefined;

  /** Deadlines here are of the monotonic clock, which nobody sets; gRPC wants them of the wall's. */
  const wall = (deadline: number): number => Date.now() + Math.max(0, deadline - clock.monotonic());
  const isReady = (member: Member): boolean => member.state() === connectivityState.READY;
  const avoid = (member: Member): void => {
    member.avoidUntil = clock.monotonic() + avoidTime;
  };

  /** The members in the order to use them: those that did not answer lately come last. */
  function inOrder(): readonly Member[] {
    const turned = [...members.slice(preferred), ...members.slice(0, preferred)];
    const now = clock.monotonic();
    return turned.sort((a, b) => Math.max(0, a.avoidUntil - now) - Math.max(0, b.avoidUntil - now));
  }

  async function reach(deadline: number): Promise<Member> {
    const started = clock.monotonic();
    for (;;) {
      if (closing.signal.aborted) throw closedFault();
      const ordered = inOrder();
      const [first] = ordered;
      const ready = ordered.find(isReady);
      const now = clock.monotonic();
      const patient = now - started < headStart && first?.state() !== connectivityState.TRANSIENT_FAILURE;
      if (ready !== undefined && (ready === first || !patient)) {
        preferred = members.indexOf(ready);
        return ready;
      }
      if (now >= deadline) throw await unreachable(members);
      const tried = patient ? ordered.slice(0, 1) : ordered;
      for (const member of tried) member.connect();
      const until = patient ? Math.min(deadline, started + headStart) : deadline;
      await Promise.race(tried.map((member) => member.changed(wall(until))));
    }
  }

  async function authenticate(member: Member, deadline: number): Promise<string | undefined> {
    if (auth === undefined) return undefined;
    const request = encodeAuthenticate(auth.user, auth.password);
    token ??= member.unary(calls.authenticate, request, wall(deadline), undefined);
    const current = token;
    try {
      return await current;
    } catch (error) {
      if (token === current) token = undefined;
      throw error;
    }
  }

  /** What an error of a member means, and what is to be remembered of it. */
  function learn(error: unknown, member: Member): Failure {
    if (closing.signal.aborted) throw closedFault();
    if (!isServiceError(error)) throw error;
    const failure = failureOf(error);
    if (failure.avoid) avoid(member);
    if (failure.tokenExpired) token = undefined;
    return failure;
  }

  async function call<T>({ method, request, retry, onRepeat }: Call<T>): Promise<T> {
    const deadline = clock.monotonic() + callTime;
    for (;;) {
      const member = await reach(deadline);
      const until = members.length > 1 ? Math.min(deadline, clock.monotonic() + attemptTime[retry]) : deadline;
      let sent = false;
      try {
        const current = await authenticate(member, until);
        sent = true;
        return await member.unary(method, request, wall(until), current);
      } catch (error) {
        const failure = learn(error, member);
        const again = failure.transient && (retry === 'always' || !sent || !failure.maybeDone);
        if (!again || clock.monotonic() + retryPause >= deadline) throw faultOf(failure, member.address, error);
        if (sent && failure.maybeDone) onRepeat?.();
        await pause(clock, retryPause, closing.signal);
      }
    }
  }

  async function stream<T>(method: Method<T>, request: Buffer, firstAnswer: number): Promise<Stream<T>> {
    const deadline = clock.monotonic() + callTime;
    const member = await reach(deadline);
    const asFault = (error: unknown): Fault => faultOf(learn(error, member), member.address, error);
    const current = await authenticate(member, deadline).catch((error: unknown) => {
      throw asFault(error);
    });
    const duplex = member.stream(method, current);
    // for-await hears of errors by itself; one that comes after its end interests nobody.
    duplex.on('error', () => undefined);
    let ended = false;
    const stopWaiting = clock.schedule(firstAnswer, () => duplex.cancel());
    const end = (): void => {
      ended = true;
      stopWaiting();
      duplex.cancel();
    };
    duplex.write(request);

    async function* answers(): AsyncIterable<T> {
      try {
        const received: AsyncIterable<T> = duplex;
        for await (const answer of received) {
          stopWaiting();
          yield answer;
        }
      } catch (error) {
        if (!ended) throw asFault(error);
      } finally {
        end();
      }
    }
    return { endpoint: member.address, answers: answers(), end };
  }

  return {
    call,
    stream,
    close: () => {
      closing.abort();
      for (const member of members) member.close();
    },
  };
}
