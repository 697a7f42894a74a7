/** Whatever goes wrong, as the JSON every client can read. */
import type { ErrorRequestHandler, Response } from 'express';
import type { ErrorBody, Problem } from '../api/index.ts';
import { isFault } from '../diagnostic/fault.ts';
import { problemJson } from '../diagnostic/render.ts';
import type { Problem as DocumentProblem } from '../diagnostic/problem.ts';
import type { Log } from '../runtime/index.ts';
import { statusOf } from './status.ts';

/** A document with errors: nothing was begun. */
export class Rejection extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly DocumentProblem[]) {
    super('The application has errors.');
    this.name = 'Rejection';
    this.problems = problems.map(problemJson);
  }
}

type Failure = { readonly status: number; readonly body: ErrorBody };

const failure = (status: number, code: string, message: string, hint?: string): Failure => ({
  status,
  body: { error: { code, message, ...(hint === undefined ? {} : { hint }) } },
});

export function failureOf(error: unknown): Failure {
  if (error instanceof Rejection)
    return {
      status: 422,
      body: { error: { code: 'document-invalid', message: error.message, problems: error.problems } },
    };
  if (isFault(error)) return failure(statusOf[error.code], error.code, error.message, error.hint);
  const status = statusIn(error);
  if (status === undefined) return failure(500, 'internal', 'Clocker failed; its log says more.');
  if (status === 413) return failure(413, 'request-invalid', 'The request is too large.');
  return failure(
    status,
    'request-invalid',
    `The request can't be read: ${error instanceof Error ? error.message : ''}`,
  );
}

/** What the parsers of bodies and paths throw is the client's mistake, and says its status. */
function statusIn(error: unknown): number | undefined {
  if (error instanceof URIError) return 400;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

export function sendFailure(response: Response, error: unknown, log: Log): void {
  const { status, body } = failureOf(error);
  if (status === 500)
    log('error', 'a request failed', { error: error instanceof Error ? (error.stack ?? '') : String(error) });
  // The client has left, or an answer has begun: then cutting it off is all that is left to say.
  if (response.headersSent) response.destroy();
  else response.status(status).json(body);
}

/** Express tells a handler of errors by its four arguments. */
export const errorHandler =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, _request, response, _next) => {
    sendFailure(response, error, log);
  };
