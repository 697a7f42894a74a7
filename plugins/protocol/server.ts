/** The plugin socket: HTTP on a unix socket, as dockerd speaks it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerCall, refusal, shownMethod, type Answer } from './call.ts';
import { createDeadlines, type Deadline } from './deadline.ts';
import type { FailPoints } from './fail-points.ts';
import { isBareMethod, isRequestMethod, type Handlers } from './messages.ts';
import { clearSocket, openSocket } from './socket.ts';

/** A call that has been answered. */
export type Call = {
  /** One of the known methods, or `other`: what somebody made up must not become a metric of its own. */
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly error?: string;
};

export type PluginServerOptions = {
  /** `/run/docker/plugins/clocker.sock` */
  readonly socket: string;
  readonly handlers: Handlers;
  /** Milliseconds a call may take, its body included; 10 s unless told. */
  readonly deadline?: number;
  readonly onCall?: (call: Call) => void;
  /** Waited for before a call that needs it is handled; what it throws is the answer. */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
  readonly failPoints?: FailPoints;
};

/** Closing ends the calls under way and removes the socket. */
export type PluginServer = { close(): Promise<void> };

const usualDeadline = 10_000;
const largestBody = 1024 * 1024;
/** What is too large is read on up to here, so that the answer reaches the one who sends it. */
const patience = 16 * largestBody;
const contentType = 'application/vnd.docker.plugins.v1.2+json';

/** Opens the socket: the stale one of a dead daemon is replaced, a live one refused (`not-permitted`). */
export async function openPluginServer(options: PluginServerOptions): Promise<PluginServer> {
  const { socket } = options;
  await clearSocket(socket);
  const { deadline = usualDeadline } = options;
  const deadlines = createDeadlines(deadline);
  const server = createServer((request, response) => void serve(request, response, options, deadlines));
  // A kept connection that we close makes dockerd repeat its next call with an empty body (moby#35459).
  server.keepAliveTimeout = 0;
  server.headersTimeout = usualDeadline;
  server.requestTimeout = 3 * usualDeadline;
  await openSocket(server, socket);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: PluginServerOptions,
  deadlines: () => Deadline,
): Promise<void> {
  const started = performance.now();
  const method = (request.url ?? '').replace(/^\//, '').split('?')[0] ?? '';
  const answer = await withinDeadline(deadlines(), method, options.deadline ?? usualDeadline, (signal) =>
    answerRequest(request, method, options, signal),
  );
  await send(response, answer);
  const error = answer.reply['Err'];
  const isKnown = isRequestMethod(method) || isBareMethod(method);
  options.onCall?.({
    method: isKnown || method === 'Plugin.Activate' ? method : 'other',
    status: answer.status,
    milliseconds: performance.now() - started,
    ...(typeof error === 'string' ? { error } : {}),
  });
  if (isKnown) options.failPoints?.reach(method, 'after-reply');
}

async function withinDeadline(
  { signal, over }: Deadline,
  method: string,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const late = over.then(() =>
    refusal(
      `${shownMethod(method)} was not finished within ${milliseconds / 1000} s. Look at the log of clocker, then run the command again.`,
    ),
  );
  return Promise.race([work(signal), late]);
}

async function answerRequest(
  request: IncomingMessage,
  method: string,
  { handlers, ready }: PluginServerOptions,
  signal: AbortSignal,
): Promise<Answer> {
  if (request.method !== 'POST') return refusal('Docker calls plugins with POST.', 405);
  const body = await readBody(request);
  if (body === undefined)
    return refusal(`The body of ${shownMethod(method)} is larger than ${largestBody} bytes, or broke off.`);
  return answerCall(method, body, handlers, signal, ready);
}

/** Whatever the content type says: dockerd sends none. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestBody) chunks.push(chunk);
      else chunks.length = 0;
      if (size > patience) request.destroy();
    });
    request.on('end', () => resolve(size <= largestBody ? Buffer.concat(chunks).toString('utf8') : undefined));
    request.on('close', () => resolve(undefined));
    request.on('error', () => resolve(undefined));
  });
}

/** Resolves when the answer is with the kernel, or nobody is there any more to take it. */
function send(response: ServerResponse, { status, reply }: Answer): Promise<void> {
  const body = JSON.stringify(reply);
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.once('error', () => resolve());
    response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
    response.end(body, resolve);
  });
}
