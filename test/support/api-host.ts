/** A daemon without a network plane: the API on a socket, over an engine and a store in memory. */
import { request } from 'node:http';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { checkIpam } from '../../plugins/ipam/index.ts';
import { openApplicationPlane, type ApplicationPlane } from '../../src/daemon/application-plane.ts';
import { defaultConfig } from '../../src/daemon/config.ts';
import { Fault } from '../../src/diagnostic/fault.ts';
import { forgetNode, releaseAddress } from '../../src/daemon/forget.ts';
import { createMetrics } from '../../src/daemon/metrics.ts';
import { openClient, type Client } from '../../src/client/index.ts';
import { openMemoryStore, type Store } from '../../src/store/index.ts';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.ts';
import { temporaryDirectory } from './temporary.ts';

export type RawAnswer = {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
};

export type ApiHost = {
  readonly engine: MemoryEngine;
  readonly store: Store;
  readonly client: Client;
  readonly log: readonly string[];
  /** Sent as it is, whatever it is. */
  send(method: string, path: string, body?: string | Buffer): Promise<RawAnswer>;
  /** The store and the engine as text. */
  world(): Promise<string>;
  /** Ends as a process that is killed: what runs is forgotten, not suspended. The store and the engine stay. */
  restart(): Promise<ApiHost>;
};

export type ApiHostOptions = { readonly engine?: MemoryEngine; readonly store?: Store; readonly directory?: string };

export async function startApiHost(options: ApiHostOptions = {}): Promise<ApiHost> {
  const directory = options.directory ?? (await temporaryDirectory());
  const engine = options.engine ?? createMemoryEngine();
  const store = options.store ?? openMemoryStore();
  const socket = join(directory, 'api.sock');
  const log: string[] = [];
  const plane: ApplicationPlane = openApplicationPlane({
    config: { ...defaultConfig('h1'), socket, socketGroup: '', stateDir: directory, store: 'memory://' },
    address: '192.0.2.1',
    credentials: {},
    version: '1.2.3',
    store,
    docker: engine,
    ipam: {
      check: () => checkIpam(store, Date.now(), 60_000),
      release: (address) => releaseAddress(store, address),
    },
    swarm: {
      create: async () => {
        throw new Fault('request-invalid', 'This engine is not a node of a swarm.');
      },
      remove: async () => false,
    },
    forgetNode: (name) => forgetNode(store, name),
    metrics: createMetrics(),
    log: (level, message, details) => void log.push(`${level} ${message} ${JSON.stringify(details ?? {})}`),
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await plane.close();
    isOpen = false;
  };
  onTestFinished(close);
  await expect.poll(() => existsSync(socket), { timeout: 10_000, interval: 5 }).toBe(true);
  return {
    engine,
    store,
    log,
    client: openClient({ address: socket }),
    send: (method, path, body) => send(socket, method, path, body),
    world: async () => {
      const { entries } = await store.list('/');
      return [engine.print(), ...entries.map(({ key, value }) => `${key} ${value}`)].join('\n');
    },
    restart: async () => {
      await close();
      return startApiHost({ engine, store, directory });
    },
  };
}

function send(socketPath: string, method: string, path: string, body?: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'clocker', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const outgoing = request({ socketPath, method, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
          headers: answer.headers,
        });
        // Of a request that was answered before it was whole, the rest is nobody's.
        outgoing.destroy();
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
