import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { DocumentRejected, openClient, type Client } from '../../src/client/index.ts';
import { parseDaemonAddress } from '../../src/client/address.ts';
import { bundleScript } from '../support/bundle.ts';
import { run } from '../../src/host/process.ts';
import { like } from '../support/like.ts';
import { temporaryDirectory } from '../support/temporary.ts';

type Daemon = { readonly client: Client; readonly requests: IncomingMessage[]; readonly bodies: string[] };

async function startDaemon(answer: RequestListener, patience = 5000): Promise<Daemon> {
  const socket = join(await temporaryDirectory(), 'clocker.sock');
  const requests: IncomingMessage[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { client: openClient({ address: `unix://${socket}`, patience }), requests, bodies };
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const ordered = { application: 'a', task: 't', problems: [] };

test('sends what the route wants and answers what it promises', async () => {
  const { client, requests, bodies } = await startDaemon(json(202, ordered));
  const call = { params: { application: 'a/../b' }, query: { volumes: 'true' } };
  expect(await client.call('removeApplication', call)).toEqual(ordered);
  expect([requests[0]?.method, requests[0]?.url]).toEqual(['DELETE', '/v1/applications/a%2F..%2Fb?volumes=true']);
  await client.call('deploy', { body: { text: 'services: ü' } });
  expect(JSON.parse(bodies[1] ?? '')).toEqual({ text: 'services: ü' });
  expect(requests[1]?.headers['content-type']).toBe('application/json');
});

test('uploads bytes', async () => {
  const { client, bodies, requests } = await startDaemon((_request, response) => void response.writeHead(204).end());
  await client.call('putContext', { params: { digest: 'a'.repeat(64) }, bytes: Readable.from([Buffer.from('tar')]) });
  expect([requests[0]?.method, bodies]).toEqual(['PUT', ['tar']]);
});

test('asks whether a context is there', async () => {
  const answers = [204, 404, 403];
  const { client } = await startDaemon((_request, response) => void response.writeHead(answers.shift() ?? 500).end());
  expect(await client.has('a'.repeat(64))).toBe(true);
  expect(await client.has('a'.repeat(64))).toBe(false);
  await expect(client.has('a'.repeat(64))).rejects.toMatchObject({ message: like(/status 403/) });
});

test('an answer of another shape is told, not believed', async () => {
  const { client } = await startDaemon(json(200, [{ name: 7 }]));
  await expect(client.call('listApplications')).rejects.toMatchObject({
    code: 'daemon-unreachable',
    message: like(/listApplications can't be read: .*name/),
  });
});

test('faults of the daemon are faults here, with their hint', async () => {
  const error = { code: 'application-unknown', message: 'There is none.', hint: 'Look.' };
  const { client } = await startDaemon(json(404, { error }));
  await expect(client.call('listApplications')).rejects.toMatchObject(error);
  const own = await startDaemon(json(500, { error: { code: 'internal', message: 'Clocker failed.' } }));
  await expect(own.client.call('listApplications')).rejects.toMatchObject({ code: 'command-failed' });
  const other = await startDaemon((_request, response) => void response.writeHead(502).end('<html>'));
  await expect(other.client.call('listApplications')).rejects.toMatchObject({
    message: like(/status 502/),
  });
});

test('a document with errors comes with its problems', async () => {
  const problem = { code: 'deploy-image', severity: 'error', message: 'None.' };
  const { client } = await startDaemon(
    json(422, { error: { code: 'document-invalid', message: '', problems: [problem] } }),
  );
  const failure: unknown = await client.call('deploy', { body: { text: '' } }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DocumentRejected);
  expect(failure).toMatchObject({ problems: [problem] });
});

test('reads events until the stream says it is whole', async () => {
  const { client } = await startDaemon((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const first = Buffer.from('data: {"kind":"warning","message":"ü"}\n\n:\n\nda');
    // Cut within a character, and within a word.
    const cut = first.indexOf(0xc3) + 1;
    response.write(first.subarray(0, cut));
    setTimeout(() => response.write(first.subarray(cut)), 10);
    setTimeout(() => response.end('ta: {"kind":"warning","message":"b"}\n\nevent: end\ndata: {}\n\n'), 30);
  });
  const seen: unknown[] = [];
  for await (const event of await client.call('followTask', { params: { task: 't' } })) seen.push(event);
  expect(seen).toEqual([
    { kind: 'warning', message: 'ü' },
    { kind: 'warning', message: 'b' },
  ]);
});

test('a stream that is cut off is a failure', async () => {
  const { client } = await startDaemon((_request, response) => {
    response.writeHead(200).write('data: {"kind":"warning","message":"a"}\n\n');
    setTimeout(() => response.destroy(), 10);
  });
  const read = async (): Promise<void> => {
    for await (const event of await client.call('followTask', { params: { task: 't' } }))
      expect(event.message).toBe('a');
  };
  await expect(read()).rejects.toMatchObject({ code: 'daemon-unreachable', message: like(/cut off/) });
});

test('a daemon that says nothing is given up', async () => {
  const { client } = await startDaemon(() => undefined, 100);
  await expect(client.call('listApplications')).rejects.toMatchObject({ code: 'deadline-exceeded' });
});

test('no daemon: says how to start one', async () => {
  const client = openClient({ address: join(await temporaryDirectory(), 'no.sock') });
  await expect(client.call('listApplications')).rejects.toMatchObject({
    code: 'daemon-unreachable',
    message: like(/it is not running/),
    hint: like(/clocker up/),
  });
});

test('nothing listens at a port', async () => {
  const client = openClient({ address: 'http://127.0.0.1:1' });
  await expect(client.call('listApplications')).rejects.toMatchObject({
    message: like(/it is not running/),
  });
});

test.skipIf(process.getuid?.() !== 0)('a socket one may not use: names the group', async () => {
  const directory = await temporaryDirectory();
  const { client } = await startDaemon(json(200, []));
  const socket = client.address.replace('unix://', '');
  await chmod(socket, 0o660);
  const script = await bundleScript(new URL('./call.ts', import.meta.url), directory);
  for (const folder of [directory, join(socket, '..')]) await chmod(folder, 0o755);
  const { stdout } = await run([
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    process.execPath,
    script,
    socket,
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ code: 'not-permitted', hint: like(/group "clocker"/) });
});

const addresses: readonly (readonly [string, unknown])[] = [
  ['/run/a.sock', { secure: false, options: { socketPath: '/run/a.sock' } }],
  ['unix:///run/a.sock', { secure: false, options: { socketPath: '/run/a.sock' } }],
  ['https://host1', { secure: true, options: { host: 'host1', port: 7070 } }],
  ['https://[fd00::1]:1', { secure: true, options: { host: 'fd00::1', port: 1 } }],
  ['http://[::1]:1', { secure: false, options: { host: '::1', port: 1 } }],
  ['http://localhost:7070', { secure: false, options: { host: 'localhost', port: 7070 } }],
];

test.each(addresses)('the address %s', (text, wanted) => {
  expect(parseDaemonAddress(text)).toEqual(wanted);
});

test.each(['', 'host', 'ftp://host', 'http://host1:7070', 'http://127.evil.example'])('%j is refused', (text) => {
  expect(() => parseDaemonAddress(text)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
});
