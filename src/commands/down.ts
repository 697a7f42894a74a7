import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { ClockerCommand } from './base.ts';

export default class Down extends ClockerCommand {
  static override readonly summary = 'Take Clocker out of this host’s kernel.';
  static override readonly description =
    'Removes its interfaces, routes, nftables table and iptables rules, and gives back the kernel settings it changed. Containers on Clocker networks lose their network. The daemon must have ended; its records stay. Exit codes: 0 done, 75 the daemon still runs.';
  static override readonly examples = ['<%= config.bin %> down'];
  static override readonly flags = {
    store: Flags.string({ description: 'where records are kept', default: 'embedded:///var/lib/clocker/store' }),
    'node-name': Flags.string({ description: 'name of this host, as given to up', default: hostname() }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Down);
    const { removeFromHost } = await import('../daemon/index.ts');
    await removeFromHost({ store: flags.store, node: flags['node-name'], write: (line) => this.note(line) });
    if (flags.json) this.printJson({ removed: true });
    else this.note('Clocker is out of this host’s kernel.');
  }
}
