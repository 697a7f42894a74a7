import { Flags } from '@oclif/core';
import { hostname } from 'node:os';
import { ClockerCommand } from '../base.ts';

export default class StoreCheck extends ClockerCommand {
  static override readonly summary = 'Read everything in a store, and say what is there.';
  static override readonly description =
    'Whether it opens, how many records it has, which of them nobody can read, whether a copy to it was cut off, and which daemons use it. A host’s own store can be read only while its daemon is stopped. Exit codes: 0 all can be read, 1 something can not.';
  static override readonly examples = [
    '<%= config.bin %> store check',
    '<%= config.bin %> store check --store etcd://host1,host2,host3',
  ];
  static override readonly flags = {
    store: Flags.string({ description: 'address of the store (the daemon’s unless told)', env: 'CLOCKER_STORE' }),
    config: Flags.string({
      description: 'configuration of the daemon that names the store (/etc/clocker/clocker.yaml unless told)',
      env: 'CLOCKER_CONFIG',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(StoreCheck);
    const { checkStore } = await import('../../store/index.ts');
    const { openExisting, usersOf } = await import('../store-ends.ts');
    const { readConfig, toldOf } = await import('../../daemon/index.ts');
    const { store: address } = await readConfig(toldOf({ store: flags.store }), flags.config, hostname());
    const store = await openExisting(address);
    try {
      const [found, daemons] = await Promise.all([checkStore(store), usersOf(store)]);
      if (flags.json) this.printJson({ store: address, ...found, daemons });
      else {
        const rows = found.prefixes.map(({ prefix, entries, bytes, leased }) => [
          prefix,
          String(entries),
          String(bytes),
          String(leased),
        ]);
        await this.printTable(['PREFIX', 'RECORDS', 'BYTES', 'LEASED'], rows, 'Nothing is there.');
        this.note(`revision ${found.revision}; daemons: ${daemons.join(', ') || 'none'}`);
        for (const key of found.unreadable) this.note(this.colour('red', `can't be read: ${key}`));
        if (found.unfinishedCopy)
          this.note('A copy to this store was cut off: give the same clocker store copy once more.');
      }
      if (found.unreadable.length > 0 || found.unfinishedCopy) process.exitCode = 1;
    } finally {
      await store.close();
    }
  }
}
