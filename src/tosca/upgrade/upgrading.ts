/** What an upgrade of one template shares: what it knows of names, and what it tells. */
import type { ReportLine } from '../../diagnostic/report.ts';
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import type { Version } from '../version.ts';
import type { TypeNames } from './names.ts';

export type Upgrading = {
  readonly version: Version;
  readonly names: TypeNames;
  readonly report: ReportLine[];
  /** Where an import is that its text does not lead to in 2.0, by the place of that text. */
  readonly places: ReadonlyMap<number, string>;
  /** Types the template has to declare itself now, by section. */
  readonly declared: Map<string, Map<string, Value>>;
  usesDocker: boolean;
};

/** Keynames from the root of the file; items of lists by number. */
export type Path = readonly string[];

export const tell = (upgrading: Upgrading, path: Path, node: Node, fate: 'lost' | 'adapted', reason: string): void =>
  void upgrading.report.push({ path: path.join('.'), fate, at: node.span, reason });
