/** What answers a route: it gets what was checked, and gives what the route promises. */
import type { Readable } from 'node:stream';
import type { BodyOf, ParamsOf, QueryOf, ResultOf, RouteName } from '../api/index.ts';

export type Input<N extends RouteName> = {
  readonly params: ParamsOf<N>;
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
  /** The body of a route that takes bytes; empty otherwise. */
  readonly bytes: Readable;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
};

export type Handler<N extends RouteName> = (input: Input<N>) => Promise<ResultOf<N>>;

export type Handlers = { readonly [N in RouteName]: Handler<N> };
