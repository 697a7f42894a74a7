import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode, encode } from 'dns-packet';
import { afterEach, expect, test } from 'vitest';
import { listen, type Listener } from '../../../plugins/dns/listen.ts';
import { createUpstream, framed } from '../../../plugins/dns/upstream.ts';

const open: (Socket | Listener)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const query = encode({ type: 'query', id: 77, questions: [{ name: 'www.some.test', type: 'A' }] });
const replyTo = (message: Buffer, flags = 0, name = 'www.some.test'): Buffer =>
  encode({
    type: 'response',
    id: decode(message).id ?? 0,
    flags,
    questions: [{ name, type: 'A' }],
    answers: [{ name, type: 'A', ttl: 1, data: '192.0.2.7' }],
  });

/** On all of 127.0.0.0/8, so that several servers share a port. */
async function serve(host: string, port: number, answer: (message: Buffer, from: RemoteInfo, me: Socket) => void) {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => answer(message, from, socket));
  socket.bind(port, host);
  await once(socket, 'listening');
  open.push(socket);
  return socket.address().port;
}

test('a reply with another id or another question is none', async () => {
  const port = await serve('127.0.0.2', 0, (message, from, me) => {
    const wrongId = Buffer.from(replyTo(message));
    wrongId.writeUInt16BE((wrongId.readUInt16BE(0) + 1) & 0xffff, 0);
    me.send(wrongId, from.port, from.address);
    me.send(replyTo(message, 0, 'www.other.test'), from.port, from.address);
    me.send(Buffer.from('rubbish'), from.port, from.address);
    me.send(replyTo(message, 128), from.port, from.address);
  });
  const reply = await createUpstream({ port }).ask(query, ['127.0.0.2'], 'udp');
  expect(decode(reply ?? Buffer.alloc(0))).toMatchObject({ id: 77, flag_ra: true });
});

test('one that fails or is silent is passed over, and the last word counts', async () => {
  const port = await serve('127.0.0.2', 0, (message, from, me) => {
    me.send(replyTo(message, 2), from.port, from.address);
  });
  await serve('127.0.0.3', port, () => undefined);
  await serve('127.0.0.4', port, (message, from, me) => me.send(replyTo(message), from.port, from.address));
  const upstream = createUpstream({ port, patience: 150 });
  const reply = await upstream.ask(query, ['127.0.0.2', '127.0.0.3', '127.0.0.4'], 'udp');
  expect((reply?.[3] ?? 15) & 15).toBe(0);
  const failed = await upstream.ask(query, ['127.0.0.2', '127.0.0.3'], 'udp');
  expect((failed?.[3] ?? 15) & 15).toBe(2);
  expect(await upstream.ask(query, ['127.0.0.3'], 'udp')).toBeUndefined();
  expect(await upstream.ask(query, [], 'udp')).toBeUndefined();
});

test('over TCP messages that come in pieces, or several at once, are answered each', async () => {
  const listener = await listen('127.0.0.2', 0, async (message) => replyTo(message));
  open.push(listener);
  const reply = await createUpstream({ port: listener.port }).ask(query, ['127.0.0.2'], 'tcp');
  expect(decode(reply ?? Buffer.alloc(0)).answers).toHaveLength(1);
  const socket = connect(listener.port, '127.0.0.2');
  const both = Buffer.concat([framed(query), framed(query)]);
  socket.write(both.subarray(0, 5));
  setTimeout(() => socket.write(both.subarray(5)), 20);
  const expected = 2 * framed(replyTo(query)).length;
  let come = 0;
  for await (const data of socket as AsyncIterable<Buffer>) {
    come += data.length;
    if (come >= expected) break;
  }
  expect(come).toBe(expected);
});
