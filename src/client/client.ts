/** Calls of the daemon's REST API, typed by the table of routes. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { routes } from '../api/index.ts';
import type { BodyOf, ParamsOf, QueryOf, ResultOf, Route, RouteName } from '../api/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import { readShape, renderIssues } from '../shape/index.ts';
import type { Shape } from '../shape/index.ts';
import { parseDaemonAddress } from './address.ts';
import { failureOf, unreachable } from './failure.ts';
import { readServerEvents } from './server-events.ts';

export type ClientOptions = {
  /** `unix:///run/clocker/clocker.sock`, `https://host:7070` */
  readonly address: string;
  /** For an address by TCP. */
  readonly token?: string;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  /** Milliseconds in which nothing is heard before a call is given up; streams send something every 15 s. */
  readonly patience?: number;
};

export type CallOptions<N extends RouteName> = {
  readonly params?: ParamsOf<N>;
  readonly query?: QueryOf<N>;
  readonly body?: BodyOf<N>;
  readonly bytes?: Readable;
  readonly signal?: AbortSignal;
};

export type Client = {
  readonly address: string;
  /** Throws `daemon-unreachable`, `not-permitted`, `deadline-exceeded`, the daemon's own fault, or `DocumentRejected`. */
  call<N extends RouteName>(name: N, options?: CallOptions<N>): Promise<ResultOf<N>>;
  /** Whether the daemon has a build context with this digest. */
  has(digest: string): Promise<boolean>;
};

const usualPatience = 120_000;
/** Bytes of an answer that is no stream. */
const largestAnswer = 256 * 1024 * 1024;

export function openClient({ address, token, tls, patience = usualPatience }: ClientOptions): Client {
  const { secure, options } = parseDaemonAddress(address);
  const send = secure ? httpsRequest : httpRequest;

  const start = (route: Route, path: string, call: CallOptions<RouteName>): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
      const type = call.bytes === undefined ? 'application/json' : 'application/x-tar';
      const outgoing = send({
        ...options,
        // The name its certificate is for; without it Node takes the one in the Host header, which is ours. An address has none.
        ...(secure ? { ...tls, servername: 'host' in options && isIP(options.host) === 0 ? options.host : '' } : {}),
        // A connection each: one that was kept may be of a daemon that has ended.
        agent: false,
        method: route.method,
        path,
        headers: {
          host: 'clocker',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined && call.bytes === undefined ? {} : { 'content-type': type }),
          ...(body === undefined ? {} : { 'content-length': body.length }),
        },
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      outgoing.setTimeout(patience, () => outgoing.destroy(silent(address, patience)));
      outgoing.on('response', resolve);
      outgoing.on('error', (error) => reject(error instanceof Fault ? error : unreachable(address, error)));
      if (call.bytes === undefined) outgoing.end(body);
      else pipeline(call.bytes, outgoing).catch((error: unknown) => reject(unlessFault(address, error)));
    });

  const ask = async (name: RouteName, call: CallOptions<RouteName>): Promise<unknown> => {
    const route: Route = routes[name];
    const answer = await start(route, pathOf(route, call), call);
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw failureOf(status, parseJson(await readText(answer, address)));
    if (route.answer.kind === 'events') return typedEvents(answer, route.answer.shape, address);
    if (route.answer.kind === 'text') return readText(answer, address);
    if (route.answer.kind === 'json')
      return expectShape(route.answer.shape, parseJson(await readText(answer, address)), name);
    answer.resume();
    return undefined;
  };

  return {
    address,
    // The answer was checked against the shape its type comes from.
    call: <N extends RouteName>(name: N, call: CallOptions<N> = {}) => ask(name, call) as Promise<ResultOf<N>>,
    has: async (digest) => {
      const answer = await start(routes.hasContext, pathOf(routes.hasContext, { params: { digest } }), {});
      const status = answer.statusCode ?? 0;
      answer.resume();
      if (status !== routes.hasContext.status && status !== 404) throw failureOf(status, undefined);
      return status !== 404;
    },
  };
}

const silent = (address: string, patience: number): Fault =>
  new Fault('deadline-exceeded', `The Clocker daemon at ${address} has said nothing for ${patience / 1000} s.`, {
    transient: true,
    hint: 'Its log may say why. What it was told to do goes on: clocker ls.',
  });

const unlessFault = (address: string, error: unknown): Fault =>
  error instanceof Fault ? error : unreachable(address, error);

function pathOf(route: Route, { params = {}, query = {} }: CallOptions<RouteName>): string {
  const given = new Map<string, unknown>(Object.entries(params));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(textOf(given.get(key))));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries<unknown>(query)) if (typeof value === 'string') search.set(key, value);
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

async function readText(answer: IncomingMessage, address: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > largestAnswer) throw new Error('its answer is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw unlessFault(address, error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function expectShape<T>(shape: Shape<T>, value: unknown, name: string): T {
  const read = readShape(shape, value);
  if (read.kind === 'value') return read.value;
  throw new Fault('daemon-unreachable', `The daemon's answer to ${name} can't be read: ${renderIssues(read.issues)}`, {
    hint: 'The daemon and this command may be of different versions.',
  });
}

async function* typedEvents<T>(answer: IncomingMessage, shape: Shape<T>, address: string): AsyncGenerator<T> {
  try {
    for await (const value of readServerEvents(answer)) yield expectShape(shape, value, 'a stream of events');
  } catch (error) {
    throw unlessFault(address, error);
  } finally {
    answer.destroy();
  }
}
