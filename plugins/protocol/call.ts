/** One call of Docker: from its path and body to its status and reply. Never throws and never takes longer than allowed. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { readShape, renderIssues, type Shape } from '../../src/shape/index.ts';
import {
  bareMethods,
  requestShapes,
  type BareMethod,
  type Handlers,
  type Reply,
  type RequestMethod,
} from './messages.ts';

export type CallOptions = {
  readonly handlers: Handlers;
  /** Milliseconds; dockerd itself waits for ever. */
  readonly deadline: number;
};

export type Answer = { readonly status: number; readonly reply: Reply };

/** Docker reads `Err` from network drivers and `Error` from IPAM drivers, so errors carry both. */
const refusal = (status: number, message: string): Answer => ({ status, reply: { Err: message, Error: message } });

const isBare = (method: string): method is BareMethod => bareMethods.some((known) => known === method);
const hasBody = (method: string): method is RequestMethod => Object.hasOwn(requestShapes, method);

export async function answerCall(method: string, body: string, options: CallOptions): Promise<Answer> {
  if (method === 'Plugin.Activate') return { status: 200, reply: { Implements: ['NetworkDriver', 'IpamDriver'] } };
  if (isBare(method)) return withinDeadline(method, options, () => options.handlers[method]());
  if (!hasBody(method)) return refusal(404, `There is no method ${method.slice(0, 80)}.`);
  const parsed = parseBody(method, body);
  if (parsed.kind === 'refused') return parsed.answer;
  return withinDeadline(method, options, (signal) => dispatch(method, parsed.value, options.handlers, signal));
}

async function dispatch(
  method: RequestMethod,
  value: unknown,
  handlers: Handlers,
  signal: AbortSignal,
): Promise<Reply> {
  const shape: Shape<unknown> = requestShapes[method];
  const read = readShape(shape, value);
  if (read.kind === 'issues') throw new Fault('request-invalid', `${method}: ${renderIssues(read.issues)}`);
  // The table pairs each method with the handler of its own request; TypeScript can't follow that through a union.
  const handler = handlers[method] as (request: unknown, signal: AbortSignal) => Promise<Reply>;
  return handler(read.value, signal);
}

type Parsed =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly answer: Answer };

/**
 * dockerd retries a call whose connection died, and then sends an empty body (moby#35459): such a call must change
 * nothing.
 */
function parseBody(method: string, body: string): Parsed {
  if (body.trim() === '')
    return { kind: 'refused', answer: refusal(400, `${method} came without a body; nothing was changed.`) };
  try {
    return { kind: 'value', value: JSON.parse(body) };
  } catch {
    return {
      kind: 'refused',
      answer: refusal(400, `${method} came with a body that is not JSON; nothing was changed.`),
    };
  }
}

async function withinDeadline(
  method: string,
  { deadline }: CallOptions,
  work: (signal: AbortSignal) => Promise<Reply>,
): Promise<Answer> {
  const over = new AbortController();
  const late = new Promise<Answer>((resolve) => {
    over.signal.addEventListener('abort', () =>
      resolve(refusal(500, `${method} was not finished within ${deadline / 1000} s; look at the log of clocker.`)),
    );
  });
  const timer = setTimeout(() => over.abort(), deadline);
  try {
    return await Promise.race([attempt(() => work(over.signal)), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(work: () => Promise<Reply>): Promise<Answer> {
  try {
    return { status: 200, reply: await work() };
  } catch (error) {
    if (error instanceof Fault) {
      const status = error.code === 'request-invalid' ? 400 : 500;
      return refusal(status, error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
    }
    return refusal(500, `clocker failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
