/**
 * Runs in a network namespace of the lab, with a line of JSON for each order on stdin and one for each answer on stdout:
 * listens on ports and answers with its name, and tries to reach others.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const name = process.argv[2] ?? 'agent';

/** Who sent datagrams here, by local port. */
const senders = new Map();
const plain = (address) => address?.replace(/^::ffff:/, '');

const listenTcp = (host, port) =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(`${name} ${plain(socket.remoteAddress)}`);
    });
    server.once('error', reject);
    server.listen(port, host, () => resolve('listening'));
  });

const listenUdp = (host, port) =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    socket.on('message', (_message, from) => {
      senders.set(port, [...(senders.get(port) ?? []), plain(from.address)]);
      socket.send(`${name} ${plain(from.address)}`, from.port, from.address, () => undefined);
    });
    socket.once('error', reject);
    socket.bind(port, host, () => resolve('listening'));
  });

/** Resolves with what the other side said, or with why not. */
const probeTcp = ({ host, port, from, timeout }) =>
  new Promise((resolve) => {
    const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) });
    let said = '';
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeout, () => end('no answer'));
    socket.on('data', (data) => (said += data));
    socket.on('end', () => end(said));
    socket.on('error', (error) => end(`no answer: ${error.code}`));
  });

const probeUdp = ({ host, port, from, timeout }) =>
  new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const end = (answer) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end('no answer'), timeout);
    socket.on('message', (message) => end(String(message)));
    socket.on('error', (error) => end(`no answer: ${error.code}`));
    const send = () => socket.send('hello', port, host, (error) => error && end(`no answer: ${error.code}`));
    if (from === undefined) send();
    else socket.bind(0, from, send);
  });

/** Sends and forgets; a source the host does not have is an error. */
const sendUdp = ({ host, port, from, count }) =>
  new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', reject);
    socket.bind(0, from, () => {
      let left = count;
      for (let index = 0; index < count; index++)
        socket.send('hello', port, host, () => {
          left--;
          if (left === 0) socket.close(() => resolve('sent'));
        });
    });
  });

/** Every 10 ms a datagram, until stopped; answers how many were sent, how many came back, and the longest silence. */
const streams = new Map();
const startStream = ({ id, host, port }) => {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const began = performance.now();
  const stream = { socket, sent: 0, answered: 0, silence: { at: 0, milliseconds: 0 } };
  let heard = began;
  socket.on('message', () => {
    const now = performance.now();
    if (now - heard > stream.silence.milliseconds)
      stream.silence = { at: Math.round(heard - began), milliseconds: Math.round(now - heard) };
    heard = now;
    stream.answered++;
  });
  socket.on('error', () => undefined);
  stream.timer = setInterval(() => socket.send(String(stream.sent++), port, host, () => undefined), 10);
  streams.set(id, stream);
  return Promise.resolve(String(id));
};
const stopStream = async ({ stream: id }) => {
  const stream = streams.get(Number(id));
  clearInterval(stream.timer);
  // What is on its way may still come, and late on a busy machine.
  for (let look = 0; look < 30 && (look === 0 || stream.answered < stream.sent); look++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  stream.socket.close();
  return JSON.stringify({ sent: stream.sent, answered: stream.answered, silence: stream.silence });
};

const orders = {
  send: sendUdp,
  seen: async ({ port }) => {
    const seen = senders.get(port) ?? [];
    senders.delete(port);
    return JSON.stringify(seen);
  },
  startStream,
  stopStream,
  listen: ({ protocol, host, port }) => (protocol === 'udp' ? listenUdp(host, port) : listenTcp(host, port)),
  probe: (order) => (order.protocol === 'udp' ? probeUdp(order) : probeTcp(order)),
};

const reply = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  orders[order.op](order).then(
    (answer) => reply({ id: order.id, answer }),
    (error) => reply({ id: order.id, error: String(error) }),
  );
}
process.exit(0);
