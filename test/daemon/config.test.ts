/** What a daemon is told, and by whom: flags, file, or nobody. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfigFile, toldOf } from '../../src/daemon/config-file.ts';
import { checkConfig, defaultConfig, parseListen, type DaemonConfig } from '../../src/daemon/config.ts';
import { readConfig, readCredentials } from '../../src/daemon/read-config.ts';
import { temporaryDirectory } from '../support/temporary.ts';

test('a flag wins over the file, the file over what is usual', async () => {
  const file = join(await temporaryDirectory(), 'clocker.yaml');
  await writeFile(
    file,
    'node-name: host7\nstore: etcd://a:2379\naddress: [192.0.2.7, "2001:db8::7"]\nlog-level: warn\n',
  );
  const config = await readConfig(toldOf({ store: 'etcd://b:2379', docker: undefined }), file, 'Machine');
  expect(config).toEqual({
    ...defaultConfig('host7'),
    store: 'etcd://b:2379',
    addresses: ['192.0.2.7', '2001:db8::7'],
    logLevel: 'warn',
  });
});

test('this machine’s name is the host’s unless told', async () => {
  const file = join(await temporaryDirectory(), 'clocker.yaml');
  await writeFile(file, '');
  expect(await readConfig({}, file, 'Machine')).toEqual(defaultConfig('machine'));
  await expect(readConfig({}, `${file}-not-there`, 'machine')).rejects.toMatchObject({ code: 'file-unreadable' });
});

test.each([
  ['stroe: x', 'There is no setting "stroe".', 1],
  ['store: [a, b]', '"store" must be a text.', 1],
  ['\nlog-level: loud', 'There are debug, info, warn, error.', 2],
  ['- store', 'A configuration is a map of names and values.', 1],
])('%j is refused at its place', (text, message, line) => {
  const { problems } = parseConfigFile(text, 'clocker.yaml');
  expect(problems).toMatchObject([{ code: 'config-value', message, at: { start: { line } } }]);
});

describe('what can not work is refused', () => {
  const refused = (change: Partial<DaemonConfig>): void => {
    expect(() => checkConfig({ ...defaultConfig('h1'), ...change })).toThrow(
      expect.objectContaining({ code: 'request-invalid' }),
    );
  };
  test.each<[string, Partial<DaemonConfig>]>([
    ['a name with a slash', { nodeName: 'a/b' }],
    ['a relative path', { socket: 'clocker.sock' }],
    ['an address that is none', { addresses: ['host1'] }],
    ['TCP without a token', { listen: '127.0.0.1:7070' }],
    ['a token in the clear', { listen: '0.0.0.0:7070', tokenFile: '/token' }],
    ['a certificate without its key', { tlsCert: '/cert' }],
    ['an authority without a certificate', { tlsCa: '/ca' }],
    ['no port', { listen: '127.0.0.1', tokenFile: '/token' }],
    ['a port beyond 65535', { listen: '127.0.0.1:70000', tokenFile: '/token' }],
  ])('%s', (_what, change) => refused(change));

  test('a token on loopback, and TLS elsewhere, are fine', () => {
    const usual = defaultConfig('h1');
    checkConfig({ ...usual, listen: '127.0.0.1:7070', tokenFile: '/token' });
    checkConfig({ ...usual, listen: ':7070', tokenFile: '/token', tlsCert: '/cert', tlsKey: '/key' });
    expect(parseListen('[::1]:7070')).toEqual({ host: '::1', port: 7070 });
    expect(parseListen(':7070')).toEqual({ host: '0.0.0.0', port: 7070 });
  });

  test('a token that is guessed', async () => {
    const tokenFile = join(await temporaryDirectory(), 'token');
    await writeFile(tokenFile, 'secret\n');
    await expect(readCredentials({ ...defaultConfig('h1'), tokenFile })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    await writeFile(tokenFile, `${'x'.repeat(32)}\n`);
    expect(await readCredentials({ ...defaultConfig('h1'), tokenFile })).toEqual({ token: 'x'.repeat(32) });
  });
});
