/** How `docker stack deploy` takes one attribute of the normal form. */
import type { Mark, Path } from '../model/leaves.ts';
import type { Value, ValueMap } from '../../model/value.ts';

export type Context = {
  /** Name of the project: names made from it are left to the stack. */
  readonly project: string;
  readonly key: string;
  readonly service: ValueMap;
  /** The text a path had in the file, where the normal form says it otherwise. */
  readonly written: (path: Path) => string | undefined;
  /** Build arguments the file names without a value, and the environment has none for. */
  readonly bareArgs: readonly string[];
};

export type Marked = { readonly path: Path; readonly mark: Mark };

export type Outcome = {
  /** The attribute as the stack file says it; absent = not at all. */
  readonly value?: Value;
  /** Other attributes of the service it is said by, merged into them; what is there already wins. */
  readonly also?: ValueMap;
  /** What became of parts of it, by path below the attribute; unmarked parts are carried. */
  readonly marks?: readonly Marked[];
};

export type Row = (value: Value, context: Context) => Outcome;

const whole = (mark: Mark): readonly Marked[] => [{ path: [], mark }];

export const carried: Row = (value) => ({ value });

/** Written, since the stack file may say it, but Swarm does nothing with it. */
export const ignored =
  (reason: string, hint?: string): Row =>
  (value) => ({ value, marks: whole({ fate: 'lost', reason, ...(hint === undefined ? {} : { hint }) }) });

/** Not written: `docker stack` refuses a file that says it. */
export const refused =
  (reason: string, hint?: string): Row =>
  () => ({ marks: whole({ fate: 'lost', reason, ...(hint === undefined ? {} : { hint }) }) });

/** Said by another attribute. */
export const moved = (also: ValueMap, reason: string): Outcome => ({ also, marks: whole({ fate: 'adapted', reason }) });

export const lostPart = (path: Path, reason: string, hint?: string): Marked => ({
  path,
  mark: { fate: 'lost', reason, ...(hint === undefined ? {} : { hint }) },
});

export const adaptedPart = (path: Path, reason: string): Marked => ({ path, mark: { fate: 'adapted', reason } });
