/** Calls of the daemon's REST API, typed by the table of routes. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
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
  readonly address: string;
  /** For an address by TCP. */
  readonly token?: string;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
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
  call<N extends RouteName>(name: N, options?: CallOptions<N>): Promise<ResultOf<N>>;
  /** Whether a HEAD route says yes. */
  has(digest: string): Promise<boolean>;
};

/** Milliseconds until the daemon has begun to answer. */
const patience = 120_000;

export function openClient({ address, token, tls }: ClientOptions): Client {
  const { secure, options } = parseDaemonAddress(address);
  const send = secure ? httpsRequest : httpRequest;

  const start = (route: Route, path: string, call: CallOptions<RouteName>): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
      const type = call.bytes === undefined ? 'application/json' : 'application/x-tar';
      const outgoing = send({
        ...options,
        ...(secure ? tls : {}),
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
      const timer = setTimeout(() => {
        outgoing.destroy(new Fault('deadline-exceeded', `The Clocker daemon at ${address} does not answer.`));
      }, patience);
      outgoing.on('response', (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      outgoing.on('error', (error) => {
        clearTimeout(timer);
        reject(error instanceof Fault ? error : unreachable(address, error));
      });
      if (call.bytes === undefined) outgoing.end(body);
      else pipeline(call.bytes, outgoing).catch(reject);
    });

  const ask = async (name: RouteName, call: CallOptions<RouteName>): Promise<unknown> => {
    const route: Route = routes[name];
    const answer = await start(route, pathOf(route, call), call);
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw failureOf(status, await readJson(answer));
    if (route.answer.kind === 'events') return typedEvents(answer, route.answer.shape, address);
    if (route.answer.kind === 'text') return readText(answer);
    if (route.answer.kind === 'json') return expectShape(route.answer.shape, await readJson(answer), name);
    answer.resume();
    return undefined;
  };

  return {
    address,
    // The answer was checked against the shape its type comes from.
    call: <N extends RouteName>(name: N, call: CallOptions<N> = {}) => ask(name, call) as Promise<ResultOf<N>>,
    has: async (digest) => {
      const answer = await start(routes.hasContext, pathOf(routes.hasContext, { params: { digest } }), {});
      answer.resume();
      return answer.statusCode === routes.hasContext.status;
    },
  };
}

function pathOf(route: Route, { params = {}, query = {} }: CallOptions<RouteName>): string {
  const given = new Map<string, unknown>(Object.entries(params));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(textOf(given.get(key))));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries<unknown>(query)) if (typeof value === 'string') search.set(key, value);
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function readJson(answer: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await readText(answer));
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
    if (error instanceof Fault) throw error;
    throw unreachable(address, error);
  } finally {
    answer.destroy();
  }
}
