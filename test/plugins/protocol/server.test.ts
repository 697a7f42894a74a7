import { existsSync, statSync } from 'node:fs';
import { link, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPluginServer, type Call, type Handlers, type Reply } from '../../../plugins/protocol/index.ts';
import { isFault } from '../../../src/diagnostic/fault.ts';
import { pluginClient, type PluginClient } from '../../support/plugin-client.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

type Seen = { readonly method: string; readonly request: unknown };

/** Handlers that note what reached them and answer `{}`, or what a test says. */
function noting(special: Partial<Handlers> = {}): { readonly handlers: Handlers; readonly seen: Seen[] } {
  const seen: Seen[] = [];
  const handlers = new Proxy(special, {
    get: (given, method: keyof Handlers) =>
      given[method] ??
      ((body: unknown): Promise<Reply> => {
        seen.push({ method, request: body });
        return Promise.resolve({});
      }),
  }) as Handlers;
  return { handlers, seen };
}

type Opened = { readonly client: PluginClient; readonly socket: string; readonly seen: Seen[]; readonly calls: Call[] };

async function open(special: Partial<Handlers> = {}, deadline = 5000): Promise<Opened> {
  const socket = join(await temporaryDirectory(), 'plugins', 'clocker.sock');
  const { handlers, seen } = noting(special);
  const calls: Call[] = [];
  const server = await openPluginServer({ socket, handlers, deadline, onCall: (call) => calls.push(call) });
  const client = pluginClient(socket);
  onTestFinished(async () => {
    client.close();
    await server.close();
  });
  return { client, socket, seen, calls };
}

/** A second name of a socket outlives the server that listened on it. */
async function staleSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.live`, resolve));
  await link(`${path}.live`, path);
  await new Promise((resolve) => server.close(resolve));
}

const endpoint = { NetworkID: 'ab12', EndpointID: 'cd34' };
const never = (): Promise<Reply> => new Promise(() => undefined);

test('§9.1 the handshake names both drivers', async () => {
  const { client } = await open();
  expect(await client.call('Plugin.Activate')).toMatchObject({
    status: 200,
    body: { Implements: ['NetworkDriver', 'IpamDriver'] },
  });
});

test('§9.2 §9.3 a body is read whatever its content type, and a bare method needs none', async () => {
  const { client, seen } = await open();
  expect((await client.call('NetworkDriver.Leave', endpoint)).text).toBe('{}');
  expect((await client.call('NetworkDriver.GetCapabilities')).text).toBe('{}');
  expect(seen.map(({ method }) => method)).toEqual(['NetworkDriver.Leave', 'NetworkDriver.GetCapabilities']);
});

describe('what changes nothing', () => {
  test.each([
    ['no body', 'NetworkDriver.Join', undefined],
    ['blanks', 'NetworkDriver.Join', ' \n'],
    ['no JSON', 'NetworkDriver.Join', '{"NetworkID":'],
    ['no object', 'NetworkDriver.Join', '[]'],
    ['null', 'NetworkDriver.Join', 'null'],
    ['a wrong type', 'NetworkDriver.Join', { ...endpoint, NetworkID: 7 }],
    ['a missing field', 'NetworkDriver.Join', { NetworkID: 'ab' }],
    ['shell characters', 'NetworkDriver.Join', { ...endpoint, EndpointID: 'a;reboot' }],
    ['a path', 'NetworkDriver.Join', { ...endpoint, EndpointID: '../../etc' }],
    ['a line break', 'NetworkDriver.Join', { ...endpoint, EndpointID: 'a\nlink del eth0' }],
    ['a name of 1 MB', 'NetworkDriver.Join', { ...endpoint, EndpointID: 'a'.repeat(1_000_000) }],
    ['a body of 2 MB', 'NetworkDriver.Join', { ...endpoint, SandboxKey: 'a'.repeat(2_000_000) }],
    ['deep nesting', 'NetworkDriver.Join', `{"NetworkID":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a prototype', 'NetworkDriver.Join', '{"__proto__":{"NetworkID":"ab","EndpointID":"cd"}}'],
    [
      'a million options',
      'NetworkDriver.Join',
      { ...endpoint, Options: Object.fromEntries([...Array(5000).keys()].map((key) => [key, 1])) },
    ],
  ])('%s: refused as Docker expects errors', async (_name, method, body) => {
    const { client, seen } = await open();
    const { status, body: reply } = await client.call(method, body);
    expect(status).toBe(500);
    expect(reply['Err']).toMatch(/^.{10,400}$/s);
    expect(reply['Error']).toBe(reply['Err']);
    expect(seen).toEqual([]);
    expect((await client.call('NetworkDriver.Join', endpoint)).status).toBe(200);
  });
});

test.each([
  'NetworkDriver.Explode',
  'toString',
  '__proto__',
  '',
  'NetworkDriver.Join/../x',
  'NetworkDriver.constructor',
])('a method there is none of (%s) is a 404 with a JSON body', async (method) => {
  const { client } = await open();
  const { status, body } = await client.call(method, {});
  expect(status).toBe(404);
  expect(body).toHaveProperty('Err');
});

test('§9.4 an error of ours is a 500 with a text, never an empty one', async () => {
  const { client } = await open({ 'NetworkDriver.Join': () => Promise.reject(new Error('')) });
  const { status, body } = await client.call('NetworkDriver.Join', endpoint);
  expect(status).toBe(500);
  expect(body['Err']).toMatch(/Clocker failed/);
});

test('a handler that never ends is answered for, and told', async () => {
  let told: unknown;
  const { client } = await open(
    {
      'NetworkDriver.Join': (_request, signal) => {
        signal.addEventListener('abort', () => {
          told = signal.reason;
        });
        return never();
      },
    },
    50,
  );
  const { status, body } = await client.call('NetworkDriver.Join', endpoint);
  expect(status).toBe(500);
  expect(body['Err']).toMatch(/not finished within 0.05 s/);
  expect(isFault(told, 'deadline-exceeded')).toBe(true);
});

test('a body that never ends is answered for', async () => {
  const { socket } = await open({}, 50);
  const status = await new Promise((resolve, reject) => {
    const call = request({ socketPath: socket, path: '/NetworkDriver.Join', method: 'POST' }, (response) => {
      resolve(response.statusCode);
      call.destroy();
    });
    call.on('error', reject);
    call.write('{"NetworkID":');
  });
  expect(status).toBe(500);
});

test('only POST', async () => {
  const { socket } = await open();
  const status = await new Promise((resolve) => {
    request({ socketPath: socket, path: '/NetworkDriver.Join' }, (response) => resolve(response.statusCode)).end();
  });
  expect(status).toBe(405);
});

test('§9.6 connections are kept for as long as Docker likes', async () => {
  const { socket } = await open();
  const answered = await new Promise<string>((resolve, reject) => {
    const connection = connect(socket);
    const ask = (): void =>
      void connection.write('POST /Plugin.Activate HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    let text = '';
    connection.on('error', reject);
    connection.on('connect', ask);
    connection.on('data', (chunk) => {
      text += chunk.toString();
      const answers = text.split('HTTP/1.1 200').length - 1;
      if (answers === 1) ask();
      else resolve(text);
      if (answers === 2) connection.destroy();
    });
  });
  expect(answered).not.toMatch(/connection: close/i);
  expect(answered).not.toMatch(/keep-alive: timeout/i);
});

test('§9.5 every call is told of, a made-up method without its name', async () => {
  const { client, calls } = await open();
  await client.call('NetworkDriver.Leave', endpoint);
  await client.call(`x${'y'.repeat(2000)}`, {});
  await client.call('NetworkDriver.Join');
  expect(calls.map(({ method, status }) => [method, status])).toEqual([
    ['NetworkDriver.Leave', 200],
    ['other', 404],
    ['NetworkDriver.Join', 500],
  ]);
  expect(calls[2]?.error).toMatch(/without a body/);
});

describe('the socket', () => {
  test('is root’s alone, and goes when the server closes', async () => {
    const socket = join(await temporaryDirectory(), 'clocker.sock');
    const server = await openPluginServer({ socket, handlers: noting().handlers });
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    await server.close();
    expect(existsSync(socket)).toBe(false);
  });

  test.each([
    ['a socket nobody listens on', staleSocket],
    ['a link that leads nowhere', (path: string) => symlink('/nonexistent/socket', path)],
  ])('of a dead daemon is replaced: %s', async (_name, leave) => {
    const socket = join(await temporaryDirectory(), 'clocker.sock');
    await leave(socket);
    const server = await openPluginServer({ socket, handlers: noting().handlers });
    const client = pluginClient(socket);
    expect((await client.call('Plugin.Activate')).status).toBe(200);
    client.close();
    await server.close();
  });

  test('of a living one is left alone', async () => {
    const { socket, client } = await open();
    const second = openPluginServer({ socket, handlers: noting().handlers });
    await expect(second).rejects.toMatchObject({ code: 'not-permitted' });
    expect((await client.call('Plugin.Activate')).status).toBe(200);
  });

  test('never replaces a file', async () => {
    const socket = join(await temporaryDirectory(), 'clocker.sock');
    await writeFile(socket, 'precious');
    const opening = openPluginServer({ socket, handlers: noting().handlers });
    await expect(opening).rejects.toMatchObject({ code: 'file-unwritable' });
  });

  test('in a folder that can’t be is a fault', async () => {
    const file = join(await temporaryDirectory(), 'file');
    await writeFile(file, '');
    const opening = openPluginServer({ socket: join(file, 'clocker.sock'), handlers: noting().handlers });
    await expect(opening).rejects.toMatchObject({ code: 'file-unwritable' });
  });
});
