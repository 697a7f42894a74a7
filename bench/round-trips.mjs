/**
 * TCP ping-pong of 64 bytes over one connection: `node round-trips.mjs serve PORT`, and
 * `node round-trips.mjs ask ADDRESS PORT COUNT`, which prints the microseconds of each as JSON.
 */
import { connect, createServer } from 'node:net';

const [mode, ...rest] = process.argv.slice(2);
const size = 64;
/** Before the path and the code are warm. */
const unmeasured = 500;

if (mode === 'serve')
  createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => socket.write(data));
  }).listen(Number(rest[0]));
else {
  const [host, port, count] = rest;
  const socket = connect({ host, port: Number(port), noDelay: true });
  const message = Buffer.alloc(size);
  const took = [];
  let began = 0;
  let arrived = 0;
  const send = () => {
    began = performance.now();
    socket.write(message);
  };
  socket.on('connect', send);
  socket.on('data', (data) => {
    arrived += data.length;
    if (arrived < size) return;
    arrived -= size;
    took.push((performance.now() - began) * 1000);
    if (took.length < Number(count) + unmeasured) return send();
    socket.destroy();
    process.stdout.write(JSON.stringify(took.slice(unmeasured)));
  });
}
