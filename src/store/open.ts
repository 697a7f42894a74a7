/** Opens the store that an address names. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { Fault } from '../diagnostic/fault.ts';
import { parseStoreAddress, type EtcdAddress } from './address.ts';
import type { StoreClock } from './clock.ts';
import { openEmbeddedStore } from './embedded/embedded.ts';
import type { Tls } from './etcd/endpoint.ts';
import { openMemoryStore } from './memory.ts';
import type { Store } from './store.ts';

async function readCredential(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Fault('file-unreadable', `The ${what} of the etcd store, ${path}, cannot be read.`, { cause });
  }
}

async function readTls({ ca, cert, key }: EtcdAddress): Promise<Tls> {
  const tls: Tls = {
    ...(ca === undefined ? {} : { ca: await readCredential('certificate authority', ca) }),
    ...(cert === undefined ? {} : { cert: await readCredential('client certificate', cert) }),
    ...(key === undefined ? {} : { key: await readCredential('client key', key) }),
  };
  try {
    // Reading says more than a handshake that fails later would.
    for (const pem of [tls.ca, tls.cert]) if (pem !== undefined) new X509Certificate(pem);
    createSecureContext(tls);
  } catch (cause) {
    const files = [ca, cert, key].filter((path) => path !== undefined).join(', ');
    throw new Fault('file-unreadable', `The certificates of the etcd store don't make sense: ${files}.`, {
      cause,
      hint: 'They must be PEM, and the client key that of the client certificate.',
    });
  }
  return tls;
}

async function openEtcd(address: EtcdAddress, clock: StoreClock): Promise<Store> {
  const tls = address.tls ? await readTls(address) : undefined;
  const password =
    address.passwordFile === undefined
      ? undefined
      : (await readCredential('password file', address.passwordFile)).toString('utf8').replace(/\r?\n$/, '');
  // gRPC is loaded only by those who need it.
  const { openEtcdStore } = await import('./etcd/etcd.ts');
  return openEtcdStore({
    endpoints: address.endpoints,
    clock,
    compaction: address.compaction,
    ...(tls === undefined ? {} : { tls }),
    ...(address.user === undefined || password === undefined ? {} : { auth: { user: address.user, password } }),
  });
}

/** A store of etcd is opened whether or not it can be reached; its calls tell. */
export async function openStore(url: string, options: { readonly clock: StoreClock }): Promise<Store> {
  const address = parseStoreAddress(url);
  switch (address.kind) {
    case 'memory':
      return openMemoryStore({ clock: options.clock });
    case 'embedded':
      return openEmbeddedStore({ directory: address.directory, clock: options.clock });
    case 'etcd':
      return openEtcd(address, options.clock);
  }
}
