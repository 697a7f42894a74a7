/** What the managed plugin answers before the daemon does, run by Node as the plugin runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { waitingProgram } from '../../../plugins/managed/waiting.ts';
import { capabilities } from '../../../src/model/network/capabilities.ts';
import { pluginClient } from '../../support/plugin-client.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

async function begin() {
  const folder = await temporaryDirectory();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('waiting.cjs'), waitingProgram);
  const startDaemon = async (): Promise<void> => {
    const server = createServer((asked, reply) => {
      const parts: Buffer[] = [];
      asked.on('data', (part: Buffer) => parts.push(part));
      asked.on('end', () => reply.end(JSON.stringify({ asked: asked.url, body: String(Buffer.concat(parts)) })));
    });
    server.listen(at('daemon.sock'));
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
  };
  const start = () => {
    const child = spawn(process.execPath, [at('waiting.cjs'), at('daemon.sock'), at('own.sock'), at('daemon.sock')]);
    const ended = once(child, 'exit');
    onTestFinished(async () => {
      child.kill();
      await ended;
    });
    return { child, ended };
  };
  const isThere = (): boolean => lstatSync(at('own.sock'), { throwIfNoEntry: false }) !== undefined;
  return { at, startDaemon, start, isThere };
}

test('leads to a daemon that answers at once, and ends', async () => {
  const { at, startDaemon, start } = await begin();
  await startDaemon();
  expect(await start().ended).toEqual([0, null]);
  expect(readlinkSync(at('own.sock'))).toBe(at('daemon.sock'));
});

test('answers what never changes, refuses what gives back, and holds the rest for the daemon', async () => {
  const { at, startDaemon, start, isThere } = await begin();
  const { ended } = start();
  await expect.poll(isThere, { timeout: 15_000 }).toBe(true);
  const client = pluginClient(at('own.sock'));
  onTestFinished(() => client.close());
  for (const [method, reply] of Object.entries(capabilities)) {
    const { status, body } = await client.call(method);
    expect({ status, body }).toEqual({ status: 200, body: reply });
  }
  for (const method of ['IpamDriver.ReleaseAddress', 'NetworkDriver.Leave', 'NetworkDriver.DeleteNetwork']) {
    const { status, body } = await client.call(method, {});
    expect(status).toBe(500);
    for (const field of ['Err', 'Error']) expect(body[field]).toContain('clocker up');
  }
  const held = client.call('IpamDriver.RequestPool', { Pool: '198.19.8.0/24' });
  await startDaemon();
  expect((await held).body).toEqual({ asked: '/IpamDriver.RequestPool', body: '{"Pool":"198.19.8.0/24"}' });
  expect(await ended).toEqual([0, null]);
  expect(readlinkSync(at('own.sock'))).toBe(at('daemon.sock'));
});
