/** An engine as far as HTTP goes: answers on a unix socket what a test tells it to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FakeEngine = {
  /** `unix:///…` */
  readonly host: string;
  /** `GET /networks`, without the version. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
};

export type FakeAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export const answerJson =
  (status: number, body: unknown): FakeAnswer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

/** `routes`: by method and path without version and query; what is not there is a 404 of an engine. */
export async function startFakeEngine(routes: Readonly<Record<string, FakeAnswer>>): Promise<FakeEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'clocker-engine-'));
  const socket = join(directory, 'docker.sock');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v1\.\d+/, '').replace(/\?.*$/, '');
    const route = `${request.method} ${path}`;
    requests.push(route);
    const fallback = answerJson(404, { message: `page not found: ${path}` });
    const version = answerJson(200, { Version: '20.10.24', ApiVersion: '1.41' });
    (routes[route] ?? (route === 'GET /version' ? version : fallback))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
