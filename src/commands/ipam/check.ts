import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { isFault } from '../../diagnostic/fault.ts';
import { DaemonCommand, daemonFlags, type DaemonFlags } from '../daemon-command.ts';

type CheckFlags = DaemonFlags & { readonly store?: string | undefined; readonly config?: string | undefined };

export default class IpamCheck extends DaemonCommand {
  static override readonly summary = 'Check that blocks, handles, endpoints and networks agree.';
  static override readonly description =
    'The rules of calicoctl ipam check, and those of Clocker’s own records. Asks the daemon; where none runs on this host, or with --store, it reads the store itself. Exit codes: 0 all agree, 1 something does not.';
  static override readonly examples = [
    '<%= config.bin %> ipam check',
    '<%= config.bin %> ipam check --store embedded:///var/lib/clocker/store',
  ];
  static override readonly flags = {
    ...daemonFlags,
    store: Flags.string({ description: 'read this store instead of asking the daemon' }),
    config: Flags.string({
      description: 'configuration of the daemon that names the store (/etc/clocker/clocker.yaml unless told)',
      env: 'CLOCKER_CONFIG',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(IpamCheck);
    const found = await this.look(flags);
    if (flags.json) this.printJson(found);
    else {
      const rows = found.problems.map(({ kind, subject, message }) => [kind, subject, message]);
      const { blocks, allocated, endpoints } = found;
      await this.printTable(['PROBLEM', 'OF', 'WHAT'], rows, 'All agree.', (_cell, column) =>
        column === 0 ? 'red' : undefined,
      );
      this.note(
        `${blocks} blocks, ${allocated} addresses taken, ${endpoints} endpoints, ${found.problems.length} problems`,
      );
    }
    if (found.problems.length > 0) process.exitCode = 1;
  }

  private async look(flags: CheckFlags) {
    if (flags.store !== undefined) return checkStore(flags.store);
    try {
      const client = await this.daemon(flags);
      return await client.call('checkIpam');
    } catch (error) {
      // A daemon elsewhere has a store that this host may know nothing of.
      const isLocal = flags.host === undefined || /^(?:\/|unix:)/.test(flags.host);
      if (!isFault(error, 'daemon-unreachable') || !isLocal) throw error;
      const { readConfig, toldOf } = await import('../../daemon/index.ts');
      const told = process.env['CLOCKER_STORE'];
      const { store } = await readConfig(toldOf(told === undefined ? {} : { store: told }), flags.config, hostname());
      this.note(`No daemon runs here; reading ${store} itself.`);
      return checkStore(store);
    }
  }
}

/** Milliseconds: an address taken less long ago may be of a container that is just starting. */
const grace = 60_000;

async function checkStore(address: string) {
  const { openStore, systemStoreClock } = await import('../../store/index.ts');
  const { checkIpam } = await import('../../../plugins/ipam/index.ts');
  const store = await openStore(address, { clock: systemStoreClock });
  try {
    return await checkIpam(store, Date.now(), grace);
  } finally {
    await store.close();
  }
}
