/** What a rule of consistency looks at: the whole project in normal form, a service at a time. */
import type { MapNode, Node } from '../../document/node.ts';
import { entriesOf, keyOf } from '../nodes.ts';
import { valueOf } from '../../document/node.ts';
import type { Report } from '../problems.ts';
import type { Section } from '../rows/project.ts';

export type Whole = {
  /** Active services. */
  readonly services: ReadonlyMap<string, Node>;
  /** Services whose profiles are not active. */
  readonly inactive: ReadonlyMap<string, Node>;
  /** Names of each section, those of entries that were taken out for their mistakes included. */
  readonly names: Readonly<Record<Section, ReadonlySet<string>>>;
  /** Services something was taken out of: what they lack may be a consequence. */
  readonly damaged: ReadonlySet<string>;
  /** Of services whose image is an empty text, that text: a variable in it may have no value. */
  readonly emptyImages: ReadonlyMap<string, Node>;
  readonly report: Report;
};

export type Rule = (service: MapNode, name: string, whole: Whole, key: Node) => void;

export const namesIn = (tree: Node, section: Section): ReadonlySet<string> =>
  new Set(entriesOf(valueOf(tree, section)).map(keyOf));
