/** etcd with TLS and with users: opened by address, as a person does. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificates, startCluster, whyNoEtcd, type Certificates, type Cluster } from '../support/etcd.ts';
import { startWatcher } from '../support/watcher.ts';
import { Fault } from '../../src/diagnostic/fault.ts';
import { systemStoreClock } from '../../src/store/clock.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

const reason = await whyNoEtcd();

async function open(url: string, atEnd: (close: () => Promise<void>) => void = onTestFinished): Promise<Store> {
  const store = await openStore(url, { clock: systemStoreClock });
  atEnd(() => store.close());
  return store;
}

async function faultOf(run: Promise<unknown>): Promise<Fault> {
  const error = await run.then(
    () => new Error('It did not fail.'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof Fault)) throw error;
  return error;
}

const put = (store: Store, key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clocker-secure-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe.skipIf(reason !== undefined)('etcd with TLS and client certificates', () => {
  let cluster: Cluster;
  let good: Certificates;
  let other: Certificates;
  beforeAll(async () => {
    good = await makeCertificates(directory, 'good');
    other = await makeCertificates(directory, 'other');
    cluster = await startCluster({ size: 1, tls: good });
  });
  afterAll(() => cluster.stop());
  const address = (query: string, scheme = 'etcd') => `${scheme}://${cluster.endpoints.join(',')}${query}`;

  test('is used with the right certificates', async () => {
    const store = await open(address(`?ca=${good.ca}&cert=${good.clientCert}&key=${good.clientKey}`));
    await put(store, '/a', '1');
    expect((await store.get('/a'))?.value).toBe('1');
    const watcher = startWatcher(store, '/a');
    await watcher.agrees(store);
    await put(store, '/a', '2');
    await watcher.agrees(store);
    await watcher.stop();
    const lease = await store.lease(5);
    expect(lease.held()).toBe(true);
    await lease.revoke();
  });

  const wrong: Readonly<Record<string, () => string>> = {
    'no client certificate': () => address(`?ca=${good.ca}`),
    'the certificate of another authority': () =>
      address(`?ca=${good.ca}&cert=${other.clientCert}&key=${other.clientKey}`),
    'another authority to trust': () => address(`?ca=${other.ca}&cert=${good.clientCert}&key=${good.clientKey}`),
    'no authority to trust': () => address('', 'etcds'),
    'a name that the certificate is not for': () =>
      address(`?ca=${good.ca}&cert=${good.clientCert}&key=${good.clientKey}`).replace('127.0.0.1', 'localhost'),
    'no TLS at all': () => address(''),
  };
  for (const [name, url] of Object.entries(wrong)) {
    // Each waits as long as a store may take to answer.
    test.concurrent(`with ${name}: it is not used, and the fault has a way out`, async (context) => {
      const fault = await faultOf((await open(url(), context.onTestFinished)).get('/a'));
      expect(fault).toMatchObject({ code: 'store-unreachable', transient: true });
      expect(fault.message).toContain(cluster.endpoints[0]?.replace('127.0.0.1', ''));
      expect(fault.hint).toMatch(name === 'no TLS at all' ? /TLS|etcdctl/ : /ca=, cert= and key=/);
    });
  }

  test('with files that are not there: told at once, by name', async () => {
    const fault = await faultOf(openStore(address('?ca=/nowhere/ca.pem'), { clock: systemStoreClock }));
    expect(fault.code).toBe('file-unreadable');
    expect(fault.message).toContain('/nowhere/ca.pem');
  });

  test('with files that are no certificates: told at once', async () => {
    const path = join(directory, 'not.pem');
    await writeFile(path, 'not a certificate');
    const fault = await faultOf(openStore(address(`?ca=${path}`), { clock: systemStoreClock }));
    expect(fault.code).toBe('file-unreadable');
  });
});

describe.skipIf(reason !== undefined)('etcd with users', () => {
  let cluster: Cluster;
  const password = 'canary-password';
  beforeAll(async () => {
    cluster = await startCluster({ size: 1 });
    await writeFile(join(directory, 'password'), `${password}\n`);
    await chmod(join(directory, 'password'), 0o600);
    await writeFile(join(directory, 'wrong'), 'wrong\n');
    await cluster.ctl('user', 'add', 'root:root');
    await cluster.ctl('role', 'add', 'root');
    await cluster.ctl('user', 'grant-role', 'root', 'root');
    await cluster.ctl('user', 'add', `clocker:${password}`);
    await cluster.ctl('role', 'add', 'clocker');
    await cluster.ctl('role', 'grant-permission', 'clocker', '--prefix=true', 'readwrite', '/clocker/');
    await cluster.ctl('user', 'grant-role', 'clocker', 'clocker');
    await cluster.ctl('auth', 'enable');
  });
  afterAll(() => cluster.stop());
  const address = (user: string, file: string) =>
    `etcd://${user}@${cluster.endpoints.join(',')}?passwordFile=${join(directory, file)}`;

  test('is used by one with a role, within what it is granted', async () => {
    const store = await open(address('clocker', 'password'));
    await put(store, '/clocker/a', '1');
    expect((await store.list('/clocker/a')).entries).toHaveLength(1);
    const watcher = startWatcher(store, '/clocker/a');
    await watcher.agrees(store);
    await put(store, '/clocker/a', '2');
    await watcher.agrees(store);
    await watcher.stop();
    const lease = await store.lease(5);
    await store.transact([], [{ op: 'put', key: '/clocker/leased', value: '', lease: lease.id }]);
    await lease.revoke();
    expect(await store.get('/clocker/leased')).toBeUndefined();
    const leader = await store.campaign('secure', 'me', new AbortController().signal);
    await leader.resign();
    for (const run of [() => store.get('/other'), () => put(store, '/other', ''), () => store.list('/')]) {
      const fault = await faultOf(run());
      expect(fault).toMatchObject({ code: 'not-permitted', transient: false });
      expect(fault.hint).toContain('/clocker/');
    }
    const watch = store.watch('/other/', { signal: new AbortController().signal })[Symbol.asyncIterator]();
    expect((await faultOf(watch.next())).code).toBe('not-permitted');
    const later = store.watch('/other/', { from: 1, signal: new AbortController().signal })[Symbol.asyncIterator]();
    expect((await faultOf(later.next())).code).toBe('not-permitted');
  });

  test('with a wrong password, or none: refused, and no password is in what is said', async () => {
    const wrong = await faultOf((await open(address('clocker', 'wrong'))).get('/clocker/a'));
    expect(wrong).toMatchObject({ code: 'not-permitted', transient: false });
    const none = await faultOf((await open(`etcd://${cluster.endpoints.join(',')}`)).get('/clocker/a'));
    expect(none).toMatchObject({ code: 'not-permitted', transient: false });
    expect(none.hint).toContain('passwordFile');
    const nobody = await faultOf((await open(address('nobody', 'password'))).get('/clocker/a'));
    expect(nobody.code).toBe('not-permitted');
    for (const fault of [wrong, none, nobody]) expect(`${fault.message} ${fault.hint}`).not.toContain('canary');
  });

  test('whose tokens are gone after a restart: another is asked for', async () => {
    const store = await open(address('clocker', 'password'));
    const watcher = startWatcher(store, '/clocker/');
    await put(store, '/clocker/a', 'before');
    await watcher.agrees(store);
    const [member] = cluster.members;
    await member?.kill('SIGKILL');
    await member?.start();
    for (let index = 0; index < 3; index++) {
      const value = `after ${index}`;
      for (;;) {
        const written = await put(store, '/clocker/a', value).catch((error: unknown) => {
          if (!(error instanceof Fault) || !error.transient) throw error;
        });
        if (written !== undefined) break;
      }
      expect((await store.get('/clocker/a'))?.value).toBe(value);
    }
    await watcher.agrees(store);
    await watcher.stop();
  });
});

if (reason !== undefined) test.skip(`etcd: ${reason}`, () => undefined);
