/** The plugin socket: HTTP on a unix socket, as dockerd speaks it. */
import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { Fault } from '../../src/diagnostic/fault.ts';
import { answerCall, type Answer } from './call.ts';
import type { Handlers } from './messages.ts';

export type PluginServerOptions = {
  /** `/run/docker/plugins/clocker.sock` */
  readonly socket: string;
  readonly handlers: Handlers;
  /** Milliseconds a call may take; 10 s unless told. */
  readonly deadline?: number;
  /** Told of every call when it has been answered. */
  readonly onCall?: (call: {
    readonly method: string;
    readonly status: number;
    readonly milliseconds: number;
    readonly error?: string;
  }) => void;
};

export type PluginServer = { close(): Promise<void> };

const largestBody = 1024 * 1024;
const contentType = 'application/vnd.docker.plugins.v1.2+json';

/** Opens the socket; a stale one of a dead daemon is replaced, a live one is refused with `store-locked`'s kin. */
export async function openPluginServer(options: PluginServerOptions): Promise<PluginServer> {
  const { socket } = options;
  await mkdir(dirname(socket), { recursive: true });
  await clearSocket(socket);
  const server = createServer((request, response) => void serve(request, response, options));
  // A kept connection that we close makes dockerd repeat its next call with an empty body (moby#35459).
  server.keepAliveTimeout = 0;
  server.requestTimeout = 60_000;
  server.headersTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Fault('file-unwritable', `The plugin socket ${socket} can't be opened: ${cause.message}`, { cause })),
    );
    server.listen(socket, resolve);
  });
  await chmod(socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function clearSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket() && !found.isSymbolicLink()) {
    throw new Fault('file-unwritable', `${path} is in the way: it is not a socket.`, {
      hint: `Look what it is, and remove it.`,
    });
  }
  if (await answers(path)) {
    throw new Fault('not-permitted', `Another process serves the plugin socket ${path}.`, {
      hint: `See who: ss -xlp | grep ${path}`,
    });
  }
  await unlink(path);
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    const end = (isAlive: boolean): void => {
      probe.destroy();
      resolve(isAlive);
    };
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
    probe.setTimeout(1000, () => end(true));
  });

async function serve(request: IncomingMessage, response: ServerResponse, options: PluginServerOptions): Promise<void> {
  const started = performance.now();
  const method = (request.url ?? '').replace(/^\//, '').split('?')[0] ?? '';
  const answer = await answerRequest(request, method, options);
  send(response, answer);
  const error = answer.reply['Err'];
  options.onCall?.({
    method,
    status: answer.status,
    milliseconds: performance.now() - started,
    ...(typeof error === 'string' ? { error } : {}),
  });
}

async function answerRequest(request: IncomingMessage, method: string, options: PluginServerOptions): Promise<Answer> {
  const message = 'Docker calls plugins with POST.';
  if (request.method !== 'POST') return { status: 405, reply: { Err: message, Error: message } };
  const body = await readBody(request);
  if (body === undefined) {
    const tooLarge = `The body of ${method.slice(0, 80)} is larger than ${largestBody} bytes, or broke off.`;
    return { status: 413, reply: { Err: tooLarge, Error: tooLarge } };
  }
  return answerCall(method, body, { handlers: options.handlers, deadline: options.deadline ?? 10_000 });
}

/** What does not fit is read to its end and thrown away, so that the answer reaches the one who sent it. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestBody) chunks.push(chunk);
      else chunks.length = 0;
      if (size > 16 * largestBody) request.destroy();
    });
    request.on('end', () => resolve(size <= largestBody ? Buffer.concat(chunks).toString('utf8') : undefined));
    request.on('close', () => resolve(undefined));
    request.on('error', () => resolve(undefined));
  });
}

function send(response: ServerResponse, { status, reply }: Answer): void {
  const body = JSON.stringify(reply);
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
