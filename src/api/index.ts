/** The REST API as data: what the server answers, what the client asks, and the OpenAPI document come from one table. */
export { renderOpenApi } from './openapi.ts';
export type { Route } from './route.ts';
export { routes, type RouteName } from './routes.ts';
export { applicationNameText, errorShape } from './shapes.ts';
export type {
  ApplicationView,
  ChangeLine,
  DeployBody,
  EndpointView,
  EntityView,
  ErrorBody,
  MaterialsBody,
  NetworkView,
  NodeView,
  PolicyAnswer,
  PolicyView,
  PoolView,
  Problem,
  TaskEventView,
  TaskView,
} from './shapes.ts';
export type { BodyOf, ParamsOf, QueryOf, ResultOf } from './types.ts';
