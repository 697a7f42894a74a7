/** The daemon by TCP: only when asked for, only with the token or a certificate, and never in the clear across a network. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates, type Certificates } from '../support/etcd.ts';
import { openLab, until, whyNoLab, withDump, type Lab, type LabHost } from '../support/lab/index.ts';
import { clocker, clockerProgram, ensureBuilt, startUp } from '../support/lab/command.ts';
import type { LabProcess } from '../support/lab/process.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: the daemon by TCP: ${reason}`);

describe.skipIf(reason !== undefined)('the daemon by TCP', () => {
  let lab: Lab;
  let server: LabHost;
  let other: LabHost;
  let token: string;
  let wrong: string;
  let good: Certificates;
  let foreign: Certificates;
  let up: LabProcess | undefined;

  beforeAll(async () => {
    await ensureBuilt();
    lab = await openLab({ hosts: ['h1', 'h2'] });
    [server, other] = [lab.host('h1'), lab.host('h2')];
    const at = (name: string): string => join(server.directory, name);
    [token, wrong] = [at('token'), at('wrong')];
    await writeFile(token, 'open sesame, and let me in\n');
    await writeFile(wrong, 'open barley, and let me in\n');
    good = await makeCertificates(server.directory, 'good', server.address);
    foreign = await makeCertificates(server.directory, 'foreign', server.address);
  });
  afterAll(() => lab.close());

  const dumped = (what: string, body: () => Promise<void>): void => {
    test(what, () => withDump(lab, body));
  };
  const restart = async (...flags: readonly string[]): Promise<void> => {
    up?.kill('SIGTERM');
    await up?.exited;
    await server.exec(['busybox', 'rm', '-f', '/run/docker/plugins/clocker.sock', '/run/clocker/clocker.sock']);
    up = await startUp(server, ...flags);
  };
  const listeners = async (): Promise<string> => (await server.exec(['ss', '-Hltn'])).trim();
  const listening = (port: number): Promise<unknown> =>
    until(`port ${port} is open`, async () => (await listeners()).includes(`:${port} `) || undefined);
  const told = async (host: LabHost, ...words: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await clocker(host, 'ls', ...words);
    return `${status} ${stdout}${stderr}`;
  };
  const none = /^0 There are no applications/;

  dumped('nothing listens unless asked', async () => {
    await restart();
    expect(await told(server)).toMatch(none);
    expect(await listeners()).toBe('');
  });

  dumped('a token lets in whoever has it, and nobody else', async () => {
    await restart('--listen', '127.0.0.1:7070', '--token-file', token);
    await listening(7070);
    const address = ['--host', 'http://127.0.0.1:7070'];
    expect(await told(server, ...address, '--token-file', token)).toMatch(none);
    expect(await told(server, ...address)).toMatch(/^77 error not-permitted: .*token[^]*--token-file/);
    expect(await told(server, ...address, '--token-file', wrong)).toMatch(
      /^77 error not-permitted: .*token[^]*--token-file/,
    );
    expect(await told(server, ...address, '--token-file', '/nowhere')).toMatch(/^66 error file-unreadable: \/nowhere/);
    // The socket needs none.
    expect(await told(server)).toMatch(none);
    expect(await listeners()).toMatch(/^\S+\s+\d+\s+\d+\s+127\.0\.0\.1:7070\s[^\n]*$/);
  });

  dumped('across a network it is TLS or nothing', async () => {
    expect(await told(other, '--host', `http://${server.address}:7070`)).toMatch(
      /^64 error request-invalid: .*in the clear/,
    );
    const refused = async (...flags: readonly string[]): Promise<string> => {
      const { status, stderr } = await server.run([...clockerProgram, 'up', '--node-name', 'h1', ...flags], {
        timeout: 30_000,
      });
      return `${status} ${stderr}`;
    };
    expect(await refused('--listen', '0.0.0.0:7070', '--token-file', token)).toMatch(
      /^64 error request-invalid: .*in the clear/,
    );
    expect(await refused('--listen', '127.0.0.1:7070')).toMatch(/^64 error request-invalid: Over TCP anybody/);
  });

  dumped('with TLS and the token, from another host', async () => {
    const listen = ['--listen', `${server.address}:7070`, '--token-file', token];
    await restart(...listen, '--tls-cert', good.cert, '--tls-key', good.key);
    await listening(7070);
    const address = ['--host', `https://${server.address}:7070`];
    expect(await told(other, ...address, '--token-file', token, '--tls-ca', good.ca)).toMatch(none);
    expect(await told(other, ...address, '--tls-ca', good.ca)).toMatch(/^77 error not-permitted: .*token/);
    expect(await told(other, ...address, '--token-file', token)).toMatch(
      /^69 error daemon-unreachable: .*certificate[^]*--tls-ca/,
    );
    expect(await told(other, ...address, '--token-file', token, '--tls-ca', foreign.ca)).toMatch(
      /^69 error daemon-unreachable: .*certificate[^]*--tls-ca/,
    );
    // What listens there speaks TLS, and says nothing to who does not.
    expect(
      await server.run(['busybox', 'nc', '-w', '2', server.address, '7070'], { input: 'GET / HTTP/1.0\r\n\r\n' }),
    ).toMatchObject({
      stdout: '',
    });
  });

  dumped('with certificates of clients, and no token', async () => {
    const tls = ['--tls-cert', good.cert, '--tls-key', good.key, '--tls-ca', good.ca];
    await restart('--listen', `${server.address}:7070`, ...tls);
    await listening(7070);
    const address = ['--host', `https://${server.address}:7070`, '--tls-ca', good.ca];
    const shown = ['--tls-cert', good.clientCert, '--tls-key', good.clientKey];
    expect(await told(other, ...address, ...shown)).toMatch(none);
    expect(await told(other, ...address)).toMatch(/^69 error daemon-unreachable: .*certificate[^]*--tls-cert/);
    const another = ['--tls-cert', foreign.clientCert, '--tls-key', foreign.clientKey];
    expect(await told(other, ...address, ...another)).toMatch(
      /^69 error daemon-unreachable: .*certificate[^]*--tls-cert/,
    );
  });
});
