/** Keeps the table of virtual addresses in the kernel as it was last wanted. */
import { renderItself, renderService, renderServices, type Virtual } from './rules.ts';

export type ServicesKernel = {
  /** One transaction of nftables. */
  readonly rules: (text: string) => Promise<void>;
  /** The table as it is printed; undefined when it is not there. */
  readonly list: () => Promise<string | undefined>;
};

export type Wanted = {
  /** By service and family. */
  readonly virtuals: ReadonlyMap<string, Virtual>;
  /** Addresses of this host's members. */
  readonly own: Readonly<Record<4 | 6, readonly string[]>>;
};

export type ServicesKeeper = {
  /** Writes what has changed; all of it where that can't be done, and at first. */
  set(wanted: Wanted): Promise<void>;
  /** Looks whether somebody else has changed it, and puts it right; true when it had to. */
  check(): Promise<boolean>;
};

const same = (a: Virtual | undefined, b: Virtual | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

export function createServicesKeeper(kernel: ServicesKernel): ServicesKeeper {
  let applied: Wanted | undefined;
  let printed: string | undefined;
  /** The kernel was asked, and had none. */
  let isAbsent = false;

  async function replace(wanted: Wanted): Promise<void> {
    applied = undefined;
    await kernel.rules(renderServices([...wanted.virtuals.values()], wanted.own));
    printed = await kernel.list();
    applied = wanted;
  }

  function changes(from: Wanted, to: Wanted): readonly string[] {
    const keys = new Set([...from.virtuals.keys(), ...to.virtuals.keys()]);
    const lines = [...keys].flatMap((key) => {
      const [before, after] = [from.virtuals.get(key), to.virtuals.get(key)];
      return before === after || same(before, after) ? [] : renderService(before, after);
    });
    const itself = ([4, 6] as const).flatMap((family) =>
      from.own[family].join() === to.own[family].join() ? [] : renderItself(family, to.own[family]),
    );
    return [...lines, ...itself];
  }

  return {
    set: async (wanted) => {
      // A host that never had a service has no table.
      if (applied === undefined && wanted.virtuals.size === 0) {
        isAbsent ||= (await kernel.list()) === undefined;
        if (isAbsent) return;
      }
      if (applied === undefined) return replace(wanted);
      const lines = changes(applied, wanted);
      if (lines.length === 0) return;
      printed = undefined;
      try {
        await kernel.rules(`${lines.join('\n')}\n`);
        applied = wanted;
      } catch {
        await replace(wanted);
      }
    },
    check: async () => {
      if (applied === undefined) return false;
      const now = await kernel.list();
      if (printed !== undefined && now === printed) return false;
      const wasKnown = printed !== undefined || now === undefined;
      await replace(applied);
      return wasKnown;
    },
  };
}
