/** The report of a translation: every leaf of the template has one line, said by whoever used it, or by the section it is in. */
import type { Fate, Report, ReportLine } from '../../diagnostic/report.ts';
import type { MapEntry, Node } from '../../document/node.ts';
import { keyText } from '../data/node-value.ts';

type Word = { readonly fate: Fate; readonly reason?: string; readonly hint?: string };

export type Account = {
  /** Every leaf of the node says the same in the model. */
  carried(node: Node | undefined): void;
  /** It is said in another way. */
  adapted(node: Node | undefined, reason: string): void;
  /** It is not there. */
  lost(node: Node | undefined, reason: string, hint?: string): void;
  /** A line per leaf of the tree; leaves nobody spoke of are told by the nearest word around them, or as `otherwise` has it. */
  render(root: Node, otherwise: (path: readonly string[]) => Word): Report;
};

const longestPaths = 200_000;

export function openAccount(): Account {
  const words = new Map<Node, Word>();
  const say = (node: Node | undefined, word: Word): void => {
    // The first word stands: who takes a value knows best what became of it.
    if (node !== undefined && !words.has(node)) words.set(node, word);
  };
  return {
    carried: (node) => say(node, { fate: 'carried' }),
    adapted: (node, reason) => say(node, { fate: 'adapted', reason }),
    lost: (node, reason, hint) => say(node, { fate: 'lost', reason, ...(hint === undefined ? {} : { hint }) }),
    render(root, otherwise) {
      const lines: ReportLine[] = [];
      const walk = (node: Node, path: readonly string[], around: Word | undefined): void => {
        const own = words.get(node) ?? around;
        const inner = childrenOf(node);
        if (lines.length >= longestPaths) return;
        if (inner.length > 0) for (const [name, child] of inner) walk(child, [...path, name], own);
        else lines.push({ path: renderPath(path), at: node.span, ...(own ?? otherwise(path)) });
      };
      walk(root, [], undefined);
      return lines;
    },
  };
}

/** An alias is the anchor's own node: its leaves are told where they are written. */
function childrenOf(node: Node): readonly (readonly [string, Node])[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.map((item, index) => [`[${index}]`, item]);
  return node.entries.filter(isWrittenHere).map(({ key, value }) => [keyText(key), value]);
}

const isWrittenHere = ({ key, value, via }: MapEntry): boolean =>
  via === undefined && (value.span.file !== key.span.file || value.span.start.offset >= key.span.start.offset);

/** `node_templates.web.requirements[0].host` */
const renderPath = (path: readonly string[]): string =>
  path.reduce((text, step) => (step.startsWith('[') || text === '' ? `${text}${step}` : `${text}.${step}`), '');
