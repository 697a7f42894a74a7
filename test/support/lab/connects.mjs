/**
 * Connects as often as it can: node connects.mjs ADDRESS PORT MILLISECONDS. Prints how many connections were answered
 * within that time.
 */
import { connect } from 'node:net';

const [host, port, milliseconds] = process.argv.slice(2);
const until = performance.now() + Number(milliseconds);
const lanes = 16;
let made = 0;

const once = () =>
  new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    // Only an answer shows that it was accepted. Whoever goes on at the handshake fills the other end's backlog, and then
    // measures for how long TCP waits before it sends a SYN again.
    socket.on('data', () => {
      if (performance.now() < until) made++;
      // Without waiting for the other end, so that no port stays in TIME_WAIT.
      socket.resetAndDestroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', resolve);
  });
const lane = async () => {
  while (performance.now() < until) await once();
};
await Promise.all(Array.from({ length: lanes }, lane));
process.stdout.write(String(made));
