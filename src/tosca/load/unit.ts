/** One TOSCA file that was read, and what it imports. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapNode } from '../../document/node.ts';
import type { Version } from '../version.ts';

export type Repository = { readonly url: string; readonly at: Span };

export type Import = {
  readonly unit: Unit;
  /** Prefix of its names here; none puts them among our own. */
  readonly namespace?: string;
  readonly at: Span;
};

export type Unit = {
  /** As the user knows it: a path, or the URL it was fetched from. */
  readonly file: string;
  readonly version: Version;
  readonly root: MapNode;
  /** One of the normative profiles that come with Clocker: not checked again. */
  readonly bundled: boolean;
  readonly imports: readonly Import[];
  readonly repositories: ReadonlyMap<string, Repository>;
  /** The profiles whose names every file of this version knows (1.x). */
  readonly implicit: readonly Unit[];
  /** Something it imports could not be read, so a name nobody knows may be defined there. */
  readonly incomplete: boolean;
  /** All files of the template. Before 2.0 they are one: each may use what another brings in. */
  readonly family: () => Iterable<Unit>;
};
