/** What the checks ask of this host; nothing here changes it. */
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { isFault } from '../diagnostic/fault.ts';
import { openDocker } from '../host/docker.ts';
import { findGroup } from '../host/group.ts';
import { readRoutes, type Route } from '../host/ip.ts';
import { run, type Argv, type Finished } from '../host/process.ts';
import { formatPrefix } from '../ip/prefix.ts';

export type FileFacts = { readonly kind: 'socket' | 'other'; readonly mode: number; readonly gid: number };

export type Probe = {
  readonly uid: number;
  /** Of the group of that name. */
  group(name: string): Promise<number | undefined>;
  readonly groups: readonly number[];
  /** Undefined where there is no such program. */
  run(argv: Argv, input?: string): Promise<Finished | undefined>;
  /** Undefined where it can't be read. */
  read(path: string): Promise<string | undefined>;
  file(path: string): Promise<FileFacts | undefined>;
  /** Of the engine: its version and whether it is in a swarm. Throws a fault. */
  engine(): Promise<{ readonly version: string; readonly swarm: boolean }>;
  /** What a plugin answers to Docker's first question; undefined where nothing answers. */
  activate(socket: string): Promise<string | undefined>;
  /**
   * What the engine says when it is asked for a network that the plugin refuses whatever the host is like, because it
   * lacks Clocker's IPAM. Nothing is made. Throws no fault.
   */
  refusal(): Promise<string>;
  /** Those that are not Clocker's own. */
  routes(): Promise<readonly Route[]>;
};

export function probeOfHost(dockerHost: string): Probe {
  return {
    uid: process.getuid?.() ?? -1,
    groups: process.getgroups?.() ?? [],
    group: (name) => findGroup(name),
    run: async (argv, input) => {
      try {
        return await run(argv, { timeout: 10_000, ...(input === undefined ? {} : { input }) });
      } catch (cause) {
        if (isFault(cause, 'command-missing')) return undefined;
        throw cause;
      }
    },
    read: (path) => readFile(path, 'utf8').catch(() => undefined),
    file: async (path) => {
      const found = await stat(path).catch(() => undefined);
      return found && { kind: found.isSocket() ? 'socket' : 'other', mode: found.mode & 0o7777, gid: found.gid };
    },
    engine: async () => {
      const docker = openDocker({ host: dockerHost });
      try {
        const { version, swarm } = await docker.info();
        return { version, swarm };
      } finally {
        docker.close();
      }
    },
    activate,
    refusal: async () => {
      const docker = openDocker({ host: dockerHost });
      try {
        await docker.removeNetwork(await docker.createNetwork({ Name: 'clocker-doctor', Driver: 'clocker' }));
        return 'it was made';
      } catch (cause) {
        if (isFault(cause)) return cause.message;
        throw cause;
      } finally {
        docker.close();
      }
    },
    routes: async () => (await Promise.all([foreignRoutes(4), foreignRoutes(6)])).flat(),
  };
}

/** Numbers Clocker writes its own routes with: those of workloads and blocks, and those to other hosts. */
const ownProtocols = [67, 68];

async function foreignRoutes(family: 4 | 6): Promise<readonly Route[]> {
  const own = await Promise.all(ownProtocols.map((protocol) => readRoutes(family, { protocol })));
  const mine = new Set(own.flat().map(({ to }) => formatPrefix(to.prefix)));
  return (await readRoutes(family)).filter(({ to }) => !mine.has(formatPrefix(to.prefix)));
}

const patience = 3000;

function activate(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(
      { socketPath, path: '/Plugin.Activate', method: 'POST', agent: false, timeout: patience },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          if (text.length < 10_000) text += chunk;
        });
        answer.on('end', () => resolve(text));
        answer.on('error', () => resolve(undefined));
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}
