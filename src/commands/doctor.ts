import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import type { DaemonView, Finding, Status } from '../doctor/index.ts';
import { isFault } from '../diagnostic/fault.ts';
import { DaemonCommand, daemonFlags, type DaemonFlags } from './daemon-command.ts';
import type { Colour } from './paint.ts';

const colours: Readonly<Record<Status, Colour>> = { ok: 'green', warning: 'yellow', error: 'red' };

export default class Doctor extends DaemonCommand {
  static override readonly summary = 'Check this host, and say how to mend it.';
  static override readonly description =
    'Looks at the user, the kernel, programs, the engine, the firewall, kernel settings, routes, the daemon, its store and its sockets, and changes nothing. Works without a daemon. Exit codes: 0 nothing is in the way, 1 something is.';
  static override readonly examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];
  static override readonly flags = {
    ...daemonFlags,
    config: Flags.string({
      description: 'configuration of the daemon (/etc/clocker/clocker.yaml unless told)',
      env: 'CLOCKER_CONFIG',
    }),
    docker: Flags.string({ description: 'address of the Docker Engine', env: 'CLOCKER_DOCKER' }),
    store: Flags.string({ description: 'where records are kept', env: 'CLOCKER_STORE' }),
    'plugin-socket': Flags.string({ description: 'where Docker looks for the plugin', env: 'CLOCKER_PLUGIN_SOCKET' }),
    socket: Flags.string({ description: 'where the daemon serves its API', env: 'CLOCKER_SOCKET' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { readConfig, toldOf } = await import('../daemon/index.ts');
    const { docker, store, socket, 'plugin-socket': pluginSocket } = flags;
    const told = { docker, store, socket, 'plugin-socket': pluginSocket };
    const config = await readConfig(toldOf(told), flags.config, hostname());
    const { examine } = await import('../doctor/index.ts');
    const { defaultSupernet } = await import('../../plugins/ipam/index.ts');
    const host = flags.host ?? `unix://${config.socket}`;
    const findings = await examine({
      docker: config.docker,
      pluginSocket: config.pluginSocket,
      apiSocket: config.socket,
      supernet: defaultSupernet.ipv4,
      daemon: () => this.askDaemon({ ...flags, host }),
      store: () => tryStore(config.store),
    });
    if (flags.json) this.printJson(findings);
    else this.show(findings);
    if (findings.some(({ status }) => status === 'error')) process.exitCode = 1;
  }

  private async askDaemon(flags: DaemonFlags): Promise<DaemonView | undefined> {
    try {
      const client = await this.daemon(flags);
      const [{ version, node, store, engine }, told, nodes] = await Promise.all([
        client.call('version'),
        // A daemon that does not reach its store can't say, and its store is told of already.
        client.call('listNotices').catch(() => []),
        client.call('listNodes').catch(() => []),
      ]);
      const known = engine.version === undefined ? {} : { version: engine.version };
      const notices = told.map(({ hint, ...notice }) => ({ ...notice, ...(hint === undefined ? {} : { hint }) }));
      const peers = nodes
        .filter(({ isSelf }) => !isSelf)
        .map(({ name, isUp, path }) => ({ name, isUp, ...(path === undefined ? {} : { path }) }));
      return {
        version,
        node,
        store,
        notices,
        peers,
        engine: { host: engine.host, reachable: engine.reachable, ...known },
      };
    } catch (error) {
      if (isFault(error)) return undefined;
      throw error;
    }
  }

  private show(findings: readonly Finding[]): void {
    for (const { check, status, message, hint } of findings) {
      this.log(`${this.colour(colours[status], status.padEnd(7))}  ${check.padEnd(8)}  ${message}`);
      if (hint !== undefined) this.log(`${' '.repeat(19)}${hint}`);
    }
    const count = (status: Status): number => findings.filter((one) => one.status === status).length;
    const [errors, warnings] = [count('error'), count('warning')];
    this.log('');
    this.log(errors + warnings === 0 ? 'Nothing is in the way.' : `${errors} in the way, ${warnings} to know of.`);
  }
}

/** Opened, and closed again. A store that is not there yet is made by the daemon. */
async function tryStore(address: string): Promise<Finding> {
  const check = 'store';
  const { existsSync } = await import('node:fs');
  const path = /^embedded:\/\/(\/.*)$/.exec(address)?.[1];
  if (path !== undefined && !existsSync(path))
    return { check, status: 'ok', message: `${address} is not there yet; clocker up makes it.` };
  const { openStore, systemStoreClock } = await import('../store/index.ts');
  try {
    const store = await openStore(address, { clock: systemStoreClock });
    await store.get('/clocker/v1/doctor').finally(() => store.close());
    return { check, status: 'ok', message: `${address} can be reached.` };
  } catch (error) {
    if (!isFault(error)) throw error;
    // Nobody answers at the daemon's socket, and yet somebody has the store: most likely a daemon that is starting.
    if (error.code === 'store-locked') {
      const hint = `A daemon that is starting answers in a moment: look again. ${error.hint ?? ''}`.trim();
      return { check, status: 'warning', message: error.message, hint };
    }
    const hint = error.hint ?? 'clocker up --store says which.';
    return { check, status: 'error', message: `${address} can't be used: ${error.message}`, hint };
  }
}
