import { Flags } from '@oclif/core';
import { Fault } from '../../diagnostic/fault.ts';
import { ClockerCommand } from '../base.ts';

export default class StoreCopy extends ClockerCommand {
  static override readonly summary = 'Move an installation to another store.';
  static override readonly description =
    'Stop the daemons, copy, and start them with the new --store: containers run and reach each other all the while, and no network is made anew. Every record is read back and compared. One that was cut off is gone on with by the same command. The source is left as it is.';
  static override readonly examples = [
    '<%= config.bin %> store copy --from embedded:///var/lib/clocker/store --to etcd://host1,host2,host3',
    '<%= config.bin %> store copy --from etcd://host1 --to embedded:///srv/clocker/store',
  ];
  static override readonly flags = {
    from: Flags.string({ description: 'address of the store that is copied', required: true }),
    to: Flags.string({ description: 'address of the store that gets it', required: true }),
    force: Flags.boolean({
      description: 'though the target holds an installation, which is lost, or a daemon seems to run',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(StoreCopy);
    const { copyStore, describeStore, openStore, parseStoreAddress, systemStoreClock } = await import(
      '../../store/index.ts'
    );
    const { openExisting, usersOf } = await import('../store-ends.ts');
    const target = parseStoreAddress(flags.to);
    if (describeStore(flags.from) === describeStore(flags.to))
      throw new Fault('request-invalid', 'Both addresses name one store.', { hint: 'Say another one with --to.' });
    if (target.kind === 'memory')
      throw new Fault('request-invalid', 'What is copied to memory: is gone at once.', {
        hint: 'Copy to embedded:///PATH or etcd://HOST.',
      });
    const interrupted = new AbortController();
    const stop = (): void =>
      interrupted.abort(
        new Fault('deadline-exceeded', 'The copy was cut off.', { hint: 'Give the same command once more.' }),
      );
    process.once('SIGINT', stop);
    const from = await openExisting(flags.from);
    try {
      const to = await openStore(flags.to, { clock: systemStoreClock });
      try {
        if (!flags.force) for (const store of [from, to]) refuseUsed(await usersOf(store));
        const result = await copyStore(from, to, {
          overwrite: flags.force,
          onProgress: this.progress(),
          signal: interrupted.signal,
        });
        if (flags.json) this.printJson(result);
        else this.show(result, flags.to);
      } finally {
        await to.close();
      }
    } finally {
      process.off('SIGINT', stop);
      await from.close();
    }
  }

  /** A line a second; none for a copy that takes less. */
  private progress(): (done: number, all: number) => void {
    let last = performance.now();
    return (done, all) => {
      const now = performance.now();
      if (now - last < 1000) return;
      last = now;
      this.note(`${done} of ${all} records`);
    };
  }

  private show(
    { copied, unchanged, removed, leased }: { copied: number; unchanged: number; removed: number; leased: number },
    to: string,
  ): void {
    this.log(`${copied + unchanged} records are in the new store, each as it was.`);
    if (unchanged > 0) this.log(`  there before: ${unchanged}`);
    if (removed > 0) this.log(`  removed from the target: ${removed}`);
    if (leased > 0) this.log(`  left behind, for daemons write them anew: ${leased}`);
    this.note(`Start the daemons with it: clocker up --store ${to}`);
  }
}

function refuseUsed(nodes: readonly string[]): void {
  if (nodes.length === 0) return;
  throw new Fault(
    'store-locked',
    `The daemons of ${nodes.join(', ')} use the store, and what they write would be lost.`,
    {
      hint: 'Stop them: containers run on. One that died is taken for dead after 15 seconds; --force does not wait.',
    },
  );
}
