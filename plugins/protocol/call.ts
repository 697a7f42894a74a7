/**
 * One call of Docker: from method and body to status and reply. Always answers, and in time: dockerd sets v1 plugins no
 * time limit, so a call left open would hang the engine for ever.
 */
import { isFault, Fault } from '../../src/diagnostic/fault.ts';
import { readShape, renderIssues } from '../../src/shape/index.ts';
import { exceedsDepth } from './depth.ts';
import {
  isBareMethod,
  isRequestMethod,
  requestShapes,
  type Handlers,
  type Reply,
  type RequestHandlers,
  type RequestMethod,
} from './messages.ts';

export type Answer = { readonly status: number; readonly reply: Reply };

/** Deeper than any call of Docker's; its own go five levels. */
const deepest = 32;

/** Docker reads `Err` from network drivers and `Error` from IPAM drivers, so errors carry both. */
export const refusal = (message: string, status = 500): Answer => ({ status, reply: { Err: message, Error: message } });

/** A method as it may stand in a message. */
export const shownMethod = (method: string): string =>
  JSON.stringify(method.length > 80 ? `${method.slice(0, 80)}…` : method);

/** `body` undefined: it could not be read. 404 means to dockerd that the driver has no such method. */
export async function answerCall(
  method: string,
  body: string | undefined,
  handlers: Handlers,
  signal: AbortSignal,
  ready: (signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
): Promise<Answer> {
  try {
    return await dispatch(method, body, handlers, signal, ready);
  } catch (error) {
    return refusal(messageOf(error));
  }
}

async function dispatch(
  method: string,
  body: string | undefined,
  handlers: Handlers,
  signal: AbortSignal,
  ready: (signal: AbortSignal) => Promise<void>,
): Promise<Answer> {
  if (method === 'Plugin.Activate') return { status: 200, reply: { Implements: ['NetworkDriver', 'IpamDriver'] } };
  if (isBareMethod(method)) return { status: 200, reply: await handlers[method](signal) };
  if (!isRequestMethod(method)) return refusal(`Clocker has no method ${shownMethod(method)}.`, 404);
  return { status: 200, reply: await handle(method, parseBody(method, body ?? ''), handlers, signal, ready) };
}

async function handle<M extends RequestMethod>(
  method: M,
  value: unknown,
  handlers: RequestHandlers,
  signal: AbortSignal,
  ready: (signal: AbortSignal) => Promise<void>,
): Promise<Reply> {
  const read = readShape(requestShapes[method], value);
  if (read.kind === 'issues') throw new Fault('request-invalid', `${method}: ${renderIssues(read.issues)}.`);
  await ready(signal);
  return handlers[method](read.value, signal);
}

/**
 * dockerd retries a call whose connection died, and then sends an empty body (moby#35459): such a call must change
 * nothing.
 */
function parseBody(method: string, body: string): unknown {
  if (body.trim() === '')
    throw new Fault('request-invalid', `${method} came without a body; nothing was changed.`, {
      hint: 'Docker does so when it repeats a call; run the command again.',
    });
  if (exceedsDepth(body, deepest))
    throw new Fault('request-invalid', `${method}: the body is nested deeper than ${deepest} levels.`);
  try {
    return JSON.parse(body);
  } catch {
    throw new Fault('request-invalid', `${method} came with a body that is not JSON; nothing was changed.`);
  }
}

/** Never empty: dockerd would show an error without a text. */
function messageOf(error: unknown): string {
  if (isFault(error)) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return `Clocker failed: ${error instanceof Error && error.message !== '' ? error.message : String(error)}`;
}
