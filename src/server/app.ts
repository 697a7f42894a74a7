/** The REST API on express: each route of the table checked, answered by its handler, and in JSON when it fails. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { routes } from '../api/index.ts';
import type { Route, RouteName } from '../api/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import type { Log } from '../runtime/index.ts';
import { readShape, renderIssues } from '../shape/index.ts';
import type { Issue } from '../shape/index.ts';
import { errorHandler, sendFailure } from './errors.ts';
import { sendEvents } from './events.ts';
import type { Handlers } from './handler.ts';

/** Bytes of a JSON body: a blueprint with the files it refers to. */
const largestBody = 32 * 1024 * 1024;

export type AppOptions = {
  readonly handlers: Handlers;
  readonly log: Log;
  /** Told of every answer. */
  readonly onAnswer: (answer: {
    readonly route: string;
    readonly status: number;
    readonly milliseconds: number;
  }) => void;
  /** The token a client must show; undefined where whoever reaches the socket may do everything. */
  readonly authorise: ((request: Request) => boolean) | undefined;
};

export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(guard(options));
  const names = Object.keys(routes).filter(isRouteName);
  for (const name of names) register(app, name, options);
  app.use(refuseMethod);
  app.use(errorHandler(options.log));
  return app;
}

const isRouteName = (name: string): name is RouteName => Object.hasOwn(routes, name);

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

function register(app: Express, name: RouteName, options: AppOptions): void {
  const route: Route = routes[name];
  const parsers =
    route.body?.kind === 'json' ? [express.json({ type: () => true, limit: largestBody, strict: false })] : [];
  const answer = (request: Request, response: Response): void => {
    const started = performance.now();
    response.on('close', () => {
      options.onAnswer({ route: name, status: response.statusCode, milliseconds: performance.now() - started });
    });
    respond(name, route, request, response, options).catch((error: unknown) => {
      sendFailure(response, error, options.log);
    });
  };
  const path = expressPath(route.path);
  if (route.method === 'GET') app.get(path, answer);
  else if (route.method === 'HEAD') app.head(path, answer);
  else if (route.method === 'PUT') app.put(path, answer);
  else if (route.method === 'DELETE') app.delete(path, answer);
  else app.post(path, parsers, answer);
}

async function respond(
  name: RouteName,
  route: Route,
  request: Request,
  response: Response,
  { handlers }: AppOptions,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const issues: Issue[] = [];
  const input = {
    params: checkTexts(route.params, request.params, issues),
    query: checkTexts(route.query, request.query, issues),
    body: checkBody(route, request, issues),
    bytes: request,
    signal: gone.signal,
  };
  if (issues.length > 0) throw new Fault('request-invalid', `${route.method} ${route.path}: ${renderIssues(issues)}`);
  const result = await callHandler(handlers, name, input);
  if (route.answer.kind === 'json') response.status(route.status).json(result);
  else if (route.answer.kind === 'text') response.status(route.status).type(route.answer.type).send(result);
  else if (route.answer.kind === 'events') await sendEvents(response, asStream(result), gone.signal);
  else response.status(route.status).end();
}

/** The input was checked against the very shapes its type comes from. */
function callHandler(handlers: Handlers, name: RouteName, input: object): Promise<unknown> {
  const handler: (input: never) => Promise<unknown> = handlers[name];
  const called: unknown = Reflect.apply(handler, undefined, [input]);
  return Promise.resolve(called);
}

const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

function asStream(value: unknown): AsyncIterable<unknown> {
  if (isStream(value)) return value;
  throw new Error('A route of events gave none.');
}

function checkTexts(
  shapes: Route['params'],
  given: Readonly<Record<string, unknown>>,
  issues: Issue[],
): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
    if (shape === undefined) {
      issues.push({
        at: key.slice(0, 60),
        message: `is not known here; there are ${Object.keys(shapes).join(', ') || 'none'}`,
      });
      continue;
    }
    const read = readShape(shape, value);
    if (read.kind === 'value') texts[key] = read.value;
    else issues.push(...read.issues.map(({ message }) => ({ at: key, message })));
  }
  return texts;
}

function checkBody(route: Route, request: Request, issues: Issue[]): unknown {
  if (route.body?.kind !== 'json') return undefined;
  const read = readShape(route.body.shape, request.body as unknown);
  if (read.kind === 'value') return read.value;
  issues.push(...read.issues.map(({ at, message }) => ({ at: at === '' ? 'body' : at, message })));
  return undefined;
}

const guard =
  ({ authorise, log }: AppOptions) =>
  (request: Request, response: Response, next: NextFunction): void => {
    if (authorise === undefined || request.path === '/healthz' || authorise(request)) {
      next();
      return;
    }
    sendFailure(
      response,
      new Fault(
        'not-permitted',
        request.headers.authorization === undefined ? 'A token is needed.' : 'The token is not that of this daemon.',
        { hint: 'Send it as "Authorization: Bearer …" (--token-file).' },
      ),
      log,
    );
  };

/** Of a path that is there, the methods it has; of another, that it is not there. */
function refuseMethod(request: Request, response: Response): void {
  const known = Object.values(routes).filter(({ path }) => matches(path, request.path));
  const message = `There is no ${request.method.slice(0, 20)} ${request.path.slice(0, 200)}.`;
  const hint = 'GET /v1/openapi.json describes the API.';
  if (known.length > 0) response.set('allow', known.map(({ method }) => method).join(', '));
  response.status(known.length > 0 ? 405 : 404).json({ error: { code: 'request-invalid', message, hint } });
}

function matches(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}
