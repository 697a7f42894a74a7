/** Keeps one nftables table of the kernel as it was last wanted. */
import type { Kernel } from '../kernel.ts';
import { isChangeable, renderChange, renderTable, type Table } from './model.ts';

export type RuleKeeper = {
  /** Writes the difference to what was set before; all of it when there was nothing, or when the difference is refused. */
  set(want: Table): Promise<void>;
  /** Whether the kernel's table is the one set; unknown after a change of ours, until it is replaced. */
  check(): Promise<'same' | 'changed' | 'unknown'>;
  /** Writes all of it again, in one transaction. */
  replace(): Promise<void>;
  forget(): void;
};

export function createRuleKeeper(kernel: Pick<Kernel, 'rules' | 'listTable'>): RuleKeeper {
  let applied: Table | undefined;
  /** What the kernel printed after the last `replace`; undefined when the table was changed since. */
  let print: string | undefined;

  async function write(want: Table): Promise<void> {
    print = undefined;
    applied = undefined;
    await kernel.rules(renderTable(want));
    applied = want;
  }

  return {
    set: async (want) => {
      if (applied === undefined || !isChangeable(applied, want)) return write(want);
      const change = renderChange(applied, want);
      if (change === '') {
        applied = want;
        return;
      }
      print = undefined;
      try {
        await kernel.rules(change);
        applied = want;
      } catch {
        // The kernel's table is not what we think it is.
        await write(want);
      }
    },
    check: async () => {
      const [before, printed] = [applied, print];
      if (before === undefined || printed === undefined) return 'unknown';
      const now = await kernel.listTable(before);
      // A table that we changed while it was read is not judged.
      if (applied !== before || print !== printed) return 'unknown';
      return now === printed ? 'same' : 'changed';
    },
    replace: async () => {
      if (applied === undefined) return;
      const want = applied;
      await write(want);
      print = await kernel.listTable(want);
    },
    forget: () => {
      applied = undefined;
      print = undefined;
    },
  };
}
