/**
 * What the managed plugin runs until the daemon answers: a program for the host's own Node, as text, because it goes into the
 * plugin's archive. dockerd gives a plugin up that nobody answers for when it boots, and a swarm's manager, which asks once for
 * the driver of each network, then leaves the network and its tasks alone for five minutes and more (swarmkit,
 * manager/allocator/network.go: retryInterval). So what never changes is answered at once; what takes something is held
 * for the daemon, and what gives something back is refused: dockerd forgets it anyway, and the daemon sweeps.
 */
import { capabilities } from '../../src/model/network/capabilities.ts';

/** Milliseconds a call is held: dockerd's user waits with it. */
const patience = 9000;
const refusal = 'The Clocker daemon of this host does not answer. Start it with clocker up.';

/** `node program DAEMON OWN`: the daemon's socket as the plugin sees it, and the plugin's; `LINK` is where dockerd finds the daemon. */
export const waitingProgram = `'use strict';
const { createServer, request } = require('node:http');
const { connect } = require('node:net');
const { renameSync, rmSync, symlinkSync } = require('node:fs');
const { basename } = require('node:path');
const [daemon, own, link] = process.argv.slice(2);
const always = ${JSON.stringify(capabilities)};
const refusal = ${JSON.stringify(refusal)};
const givesBack = /\\.(Release|Delete|Leave|Revoke|Free|Discover)/;
const place = own + '.waiting';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isUp = () => new Promise((resolve) => {
  const probe = connect(daemon);
  const end = (is) => { probe.destroy(); resolve(is); };
  probe.once('connect', () => end(true));
  probe.once('error', () => end(false));
});
const lead = (to) => {
  rmSync(own + '.new', { force: true });
  symlinkSync(to, own + '.new');
  renameSync(own + '.new', own);
};
let isOver = false;
const over = [];
const held = () => new Promise((resolve) => {
  if (isOver) return resolve(true);
  const timer = setTimeout(() => resolve(false), ${patience});
  over.push(() => { clearTimeout(timer); resolve(true); });
});
const say = (reply, status, body) => {
  reply.writeHead(status, { 'content-type': 'application/vnd.docker.plugins.v1.2+json', connection: 'close' });
  reply.end(JSON.stringify(body));
};
const refuse = (reply) => say(reply, 500, { Err: refusal, Error: refusal });
const forward = (asked, body, reply) => {
  const { connection, ...headers } = asked.headers;
  const sent = request({ socketPath: daemon, path: asked.url, method: asked.method, headers, agent: false }, (answer) => {
    reply.writeHead(answer.statusCode, { ...answer.headers, connection: 'close' });
    answer.pipe(reply);
  });
  sent.once('error', () => reply.headersSent ? reply.destroy() : refuse(reply));
  sent.end(body);
};
const serve = async (asked, reply) => {
  const parts = [];
  let size = 0;
  for await (const part of asked) if ((size += part.length) < 4e6) parts.push(part);
  const method = asked.url.slice(1);
  if (Object.hasOwn(always, method)) say(reply, 200, always[method]);
  else if (givesBack.test(method) && !isOver) refuse(reply);
  else if (await held()) forward(asked, Buffer.concat(parts), reply);
  else refuse(reply);
};
const main = async () => {
  if (await isUp()) return lead(link);
  rmSync(place, { force: true });
  const server = createServer((asked, reply) => void serve(asked, reply).catch(() => reply.destroy()));
  await new Promise((resolve, reject) => server.once('error', reject).listen(place, resolve));
  lead(basename(place));
  while (!(await isUp())) await pause(100);
  isOver = true;
  lead(link);
  for (const go of over) go();
  server.close();
};
void main();
`;
