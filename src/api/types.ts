/** Types of what goes in and out of each route. */
import type { TypeOf } from '../shape/index.ts';
import type { RouteName, Routes } from './routes.ts';

export type ParamsOf<N extends RouteName> = { readonly [K in keyof Routes[N]['params']]: string };
export type QueryOf<N extends RouteName> = { readonly [K in keyof Routes[N]['query']]?: string };
export type BodyOf<N extends RouteName> = Routes[N] extends { readonly body: { readonly shape: infer S } }
  ? TypeOf<S>
  : undefined;

type AnswerOf<N extends RouteName> = Routes[N]['answer'];
type ShapedAnswer<N extends RouteName> = AnswerOf<N> extends { readonly shape: infer S } ? TypeOf<S> : never;

/** What a call of the route gives: an object, a text, a stream of objects, or nothing. */
export type ResultOf<N extends RouteName> = AnswerOf<N>['kind'] extends 'json'
  ? ShapedAnswer<N>
  : AnswerOf<N>['kind'] extends 'events'
    ? AsyncIterable<ShapedAnswer<N>>
    : AnswerOf<N>['kind'] extends 'text'
      ? string
      : undefined;
