/** Calls a plugin as dockerd does: HTTP on a unix socket, connections kept, no content type. */
import { Agent, request } from 'node:http';

export type PluginReply = {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
};

export type PluginClient = {
  /** `body` as text is sent as it is; undefined sends none. */
  call(method: string, body?: unknown): Promise<PluginReply>;
  close(): void;
};

export function pluginClient(socket: string): PluginClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    call: (method, body) =>
      new Promise((resolve, reject) => {
        const headers = { Accept: 'application/vnd.docker.plugins.v1.2+json' };
        const call = request({ socketPath: socket, path: `/${method}`, method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode ?? 0, text, body: parsed(text) });
          });
        });
        call.on('error', reject);
        if (body === undefined) call.end();
        else call.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`The plugin answered ${text}.`);
  return { ...value };
}
