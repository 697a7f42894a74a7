/** A cell of the matrix: one fault, put into a running cluster, and what must hold then. */
import type { Substitution } from '../../scripts/substitute.mjs';
import type { Invariant } from './invariants.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export const groups = {
  F1: 'the daemon killed at a step of a plugin call',
  F2: 'dockerd killed or restarted',
  F3: 'etcd fails',
  F4: 'leases and clocks',
  F5: 'a host is lost and comes back',
  F6: 'the network between hosts fails',
  F7: 'somebody changes the kernel',
  F8: 'an administrator asks for the impossible',
  F9: 'routes of others',
  F10: 'the plugin socket',
  F11: 'upgrade in place',
  F12: 'the manager of applications',
  F13: 'disk, descriptors, memory',
} as const;
export type Group = keyof typeof groups;
export const isGroup = (text: string): text is Group => Object.hasOwn(groups, text);

/** What a cell needs to run in; cells with the same needs share a cluster. */
export type Needs = {
  /** Members of etcd; one unless told. */
  readonly members?: 3;
  /** Of every engine. */
  readonly liveRestore?: true;
  /** A cluster of its own, which is not as it was afterwards; any word. */
  readonly alone?: string;
  /** The daemons' source is changed: for faults that can't be made from outside. */
  readonly substitutions?: readonly Substitution[];
};

export type Run = (world: World, random: Random) => Promise<void>;

type Told = {
  /** `F1 NetworkDriver.Join after-kernel` */
  readonly name: string;
  readonly group: Group;
  /** What is expected besides the invariants, in words. */
  readonly expected: string;
  readonly invariants: readonly Invariant[];
};

export type Cell = Told &
  (
    | {
        readonly run: Run;
        readonly needs?: Needs;
        /** Part of `npm test`. */
        readonly isInTest?: true;
      }
    | {
        /** Why it is not run, or which test does it. */
        readonly notRun: string;
      }
  );
export type RunningCell = Extract<Cell, { readonly run: Run }>;
export const isRunning = (cell: Cell): cell is RunningCell => 'run' in cell;

export const everything: readonly Invariant[] = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10'];

/** `name`: `F3 disk full`. */
export function notRun(name: string, expected: string, why: string): Cell {
  const [group = ''] = name.split(' ');
  if (!isGroup(group)) throw new Error(`${name} is of no group.`);
  return { name, group, expected, invariants: everything, notRun: why };
}

/** In a cluster of the usual kind. */
export function cellOf(name: string, expected: string, run: Run): RunningCell {
  const [group = ''] = name.split(' ');
  if (!isGroup(group)) throw new Error(`${name} is of no group.`);
  return { name, group, expected, invariants: everything, run };
}
