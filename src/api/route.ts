/** What a route is: everything the server, the client and the OpenAPI document need of it. */
import type { Shape } from '../shape/index.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD';

export type Answer =
  | { readonly kind: 'json'; readonly shape: Shape<unknown> }
  | { readonly kind: 'text'; readonly type: string }
  /** Server-sent events, each with data of this shape. */
  | { readonly kind: 'events'; readonly shape: Shape<unknown> }
  | { readonly kind: 'empty' };

export type Body =
  | { readonly kind: 'json'; readonly shape: Shape<unknown> }
  | { readonly kind: 'bytes'; readonly type: string };

export type Route = {
  readonly method: Method;
  /** `/v1/applications/{application}`; a name in braces is one segment of the path. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Of the path. */
  readonly params: { readonly [name: string]: Shape<string> };
  /** Texts, as a query has nothing else. */
  readonly query: { readonly [name: string]: Shape<string> & { readonly isOptional: true } };
  readonly body?: Body;
  readonly status: number;
  readonly answer: Answer;
};
