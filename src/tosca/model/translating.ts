/** What all parts of a translation share. */
import type { Files } from '../../document/files.ts';
import type { Value } from '../../model/value.ts';
import type { Findings } from '../findings.ts';
import { evaluate } from '../functions/evaluate.ts';
import type { FunctionScope, Placed } from '../functions/scope.ts';
import { placeArtifact } from '../load/artifact-place.ts';
import type { Archive, Loaded } from '../load/load.ts';
import { folderOf } from '../load/locate.ts';
import type { Template, Topology } from '../topology/topology.ts';
import type { Account } from './account.ts';
import type { Draft } from './draft.ts';
import { express } from './express.ts';
import type { Inner } from './substitute.ts';

export type Translating = {
  readonly topology: Topology;
  readonly loaded: Loaded;
  readonly files: Files;
  readonly archive: Archive | undefined;
  readonly given: ReadonlyMap<string, Value>;
  /** Before the ids of all its entities; empty for the template itself. */
  readonly prefix: string;
  readonly account: Account;
  readonly findings: Findings;
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Templates that are being put in place of nodes: none may come back to itself. */
  readonly standing: readonly Topology[];
  /** Another template as part of this one: `names` says how its outputs are called. */
  readonly translateInner: (
    topology: Topology,
    given: ReadonlyMap<string, Value>,
    prefix: string,
    names: ReadonlyMap<string, string>,
  ) => Inner;
};

const withGiven = (scope: FunctionScope, { given, prefix }: Translating): FunctionScope => ({
  ...scope,
  given,
  ...(prefix === '' ? {} : { prefix }),
});

/** As far as it is known before anything runs, with inputs as given or by default. */
export const staticValue = ({ node, scope }: Placed, t: Translating): Value | undefined =>
  evaluate(node, withGiven(scope, t))?.value;

/** For a config value of `home`'s entity. What can't be said is accounted as lost. */
export function valueFor({ node, scope }: Placed, home: Template | undefined, t: Translating): Value | undefined {
  const value = express(node, withGiven(scope, t), home);
  if (value === undefined)
    t.account.lost(node, 'The blueprint DSL has no word for this function.', 'Write the value itself, or an input.');
  return value;
}

export const textValue = (value: Value | undefined): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
      ? String(value)
      : undefined;

export const numberValue = (value: Value | undefined): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
};

/** Path or URL of a file that is named in the file `from`: the first place that has it, or where it should be. */
export function pathOfFile(file: string, from: string, { files, archive, loaded }: Translating): string {
  const place = placeArtifact(file, from, folderOf(loaded.entry?.file ?? ''), archive);
  if (place.kind === 'elsewhere') return file;
  return place.paths.find((path) => files.kindOf(path) === 'file') ?? place.paths[0] ?? file;
}
