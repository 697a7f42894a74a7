/** The API as an OpenAPI 3.1 document, made of the table of routes. Pure. */
import type { JsonSchema } from '../shape/index.ts';
import type { Body, Route } from './route.ts';
import { routes } from './routes.ts';
import { errorShape } from './shapes.ts';

const content = (type: string, schema: JsonSchema) => ({ [type]: { schema } });

function bodyOf(body: Body | undefined): object {
  if (body === undefined) return {};
  const schema = body.kind === 'json' ? body.shape.schema : { type: 'string', format: 'binary' };
  const type = body.kind === 'json' ? 'application/json' : body.type;
  return { requestBody: { required: true, content: content(type, schema) } };
}

function answerContent({ answer }: Route): object {
  switch (answer.kind) {
    case 'json':
      return { content: content('application/json', answer.shape.schema) };
    case 'text':
      return { content: content(answer.type, { type: 'string' }) };
    case 'events':
      return {
        content: content('text/event-stream', {
          type: 'string',
          description: 'Each event’s data is JSON.',
          contentSchema: answer.shape.schema,
        }),
      };
    case 'empty':
      return {};
  }
}

function operationOf(name: string, route: Route): object {
  const parameters = [
    ...Object.entries(route.params).map(([key, { schema }]) => ({ name: key, in: 'path', required: true, schema })),
    ...Object.entries(route.query).map(([key, { schema }]) => ({ name: key, in: 'query', required: false, schema })),
  ];
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(route.body),
    responses: {
      [route.status]: { description: route.summary, ...answerContent(route) },
      default: { $ref: '#/components/responses/error' },
    },
  };
}

export function renderOpenApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(name, route);
    paths[route.path] = operations;
  }
  const error = { description: 'It failed.', content: content('application/json', errorShape.schema) };
  return {
    openapi: '3.1.0',
    info: { title: 'Clocker', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    paths,
    components: {
      responses: { error },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Asked for over TCP; never on the unix socket.' },
      },
    },
  };
}
