/**
 * Requests to one engine, each with a deadline. On node:http alone: the engine's API is plain HTTP, and the clients on
 * npm bring an ssh and a gRPC stack with them (26 MB of memory in a daemon that may have 120).
 */
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../diagnostic/fault.ts';
import type { EngineAddress } from './address.ts';
import { refusalOf, tooLate, unreachable, unreadable } from './failure.ts';

export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'tar'; readonly tar: Readable };

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** With a leading slash; names in it are already encoded (`segment`). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer has begun (`stream`) or ended (`call`). */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** Statuses of 400 and above that are an answer here, not a failure. */
  readonly fine?: readonly number[];
};

export type Answer = {
  readonly status: number;
  /** JSON where it is some, else the text; undefined when empty. */
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
};

export type Transport = {
  readonly host: string;
  call(call: Call): Promise<Answer>;
  /** The answer's body as it comes; ends with an error when the signal aborts or the engine goes away. */
  stream(call: Call): Promise<IncomingMessage>;
  close(): void;
};

/** A name or an id as one segment of a path, whatever is in it. */
export const segment = (name: string): string =>
  encodeURIComponent(name).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));

/** An answer that is larger is none of an engine's. */
const longestAnswer = 256 * 1024 * 1024;

export function openTransport(host: string, address: EngineAddress): Transport {
  const agent = address.secure ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send = address.secure ? httpsRequest : httpRequest;

  const start = (call: Call, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const query = new URLSearchParams(call.query).toString();
      const outgoing = send({
        ...address.options,
        agent,
        signal,
        method: call.method,
        path: query === '' ? call.path : `${call.path}?${query}`,
        headers: { host: 'docker', ...call.headers },
      });
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      sendBody(outgoing, call.body, reject);
    });

  /** Runs with the call's deadline, and says in our words what went wrong. `finish` may go on reading. */
  const within = async <T>(call: Call, finish: (answer: IncomingMessage) => Promise<T>): Promise<T> => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), call.deadline);
    const signals = call.signal === undefined ? [late.signal] : [late.signal, call.signal];
    try {
      const answer = await start(call, AbortSignal.any(signals));
      return await finish(answer);
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (call.signal?.aborted === true) throw call.signal.reason;
      if (late.signal.aborted) throw tooLate(host, describe(call), call.deadline);
      throw unreachable(host, error);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    host,
    call: (call) =>
      within(call, async (answer) => {
        const body = parseBody(await readAll(answer), answer, call);
        const status = answer.statusCode ?? 0;
        if (status >= 400 && call.fine?.includes(status) !== true) throw refusalOf(status, body, describe(call));
        return { status, body, headers: answer.headers };
      }),
    stream: (call) =>
      within(call, async (answer) => {
        const status = answer.statusCode ?? 0;
        if (status < 400) return answer;
        throw refusalOf(status, parseBody(await readAll(answer), answer, call), describe(call));
      }),
    close: () => agent.destroy(),
  };
}

const describe = (call: Call): string => `${call.method} ${decodeURIComponent(call.path).replace(/^\/v[\d.]+/, '')}`;

function sendBody(outgoing: ClientRequest, body: Body | undefined, reject: (error: unknown) => void): void {
  if (body === undefined) {
    outgoing.end();
    return;
  }
  if (body.kind === 'json') {
    const bytes = Buffer.from(JSON.stringify(body.value));
    outgoing.setHeader('content-type', 'application/json');
    outgoing.setHeader('content-length', bytes.length);
    outgoing.end(bytes);
    return;
  }
  outgoing.setHeader('content-type', 'application/x-tar');
  pipeline(body.tar, outgoing).catch(reject);
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > longestAnswer) throw unreadable('a request', `more than ${longestAnswer} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string, answer: IncomingMessage, call: Call): unknown {
  if (text.trim() === '') return undefined;
  if (answer.headers['content-type']?.startsWith('application/json') !== true) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(describe(call), error instanceof Error ? error.message : String(error));
  }
}
