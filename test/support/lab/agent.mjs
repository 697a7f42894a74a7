/**
 * Runs in a network namespace of the lab, with a line of JSON for each order on stdin and one for each answer on stdout:
 * listens on ports and answers with its name, and tries to reach others.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const name = process.argv[2] ?? 'agent';

const listenTcp = (host, port) =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(`${name} ${socket.remoteAddress?.replace(/^::ffff:/, '')}`);
    });
    server.once('error', reject);
    server.listen(port, host, () => resolve('listening'));
  });

const listenUdp = (host, port) =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    socket.on('message', (_message, from) => socket.send(`${name} ${from.address}`, from.port, from.address));
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

const orders = {
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
