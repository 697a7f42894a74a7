/** Scalars that have a form of their own: versions, ranges, statuses. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node, ScalarNode } from '../../document/node.ts';
import type { Findings } from '../findings.ts';
import type { Leaf } from '../grammar/form.ts';
import { describe } from './describe.ts';
import { isTimestampText, isVersionText } from '../data/texts.ts';

type Where = { readonly findings: Findings; readonly section: string | undefined; readonly at: Span };

type LeafRule = {
  readonly wanted: string;
  readonly accepts: (node: ScalarNode) => boolean;
  readonly code?: 'ValueTypeMismatch' | 'InvalidType';
};

const isWhole = ({ value }: ScalarNode): boolean =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
const isNumber = ({ value }: ScalarNode): boolean => typeof value === 'bigint' || typeof value === 'number';

const statuses = new Set(['supported', 'unsupported', 'experimental', 'deprecated']);

const leafRules: Readonly<Record<Exclude<Leaf, 'range'>, LeafRule>> = {
  string: { wanted: 'a text', accepts: ({ value }) => typeof value === 'string' },
  scalar: { wanted: 'a text or a number', accepts: () => true },
  boolean: { wanted: 'true or false', accepts: ({ value }) => typeof value === 'boolean' },
  integer: { wanted: 'an integer', accepts: isWhole },
  natural: { wanted: 'an integer of at least 0', accepts: (node) => isWhole(node) && Number(node.value) >= 0 },
  positive: { wanted: 'a number', accepts: isNumber },
  version: {
    wanted: 'a version such as 1.0 or 2.1.0.beta-3',
    accepts: ({ text, value }) => typeof value !== 'boolean' && isVersionText(text),
    code: 'ValueTypeMismatch',
  },
  timestamp: {
    wanted: 'a time such as 2026-03-01T12:00:00Z',
    accepts: ({ text }) => isTimestampText(text),
    code: 'ValueTypeMismatch',
  },
  status: {
    wanted: 'supported, unsupported, experimental or deprecated',
    accepts: ({ value }) => typeof value === 'string' && statuses.has(value),
  },
};

export function checkLeaf(node: Node, leaf: Leaf, title: string, where: Where): void {
  if (leaf === 'range') return checkRange(node, title, where);
  const rule = leafRules[leaf];
  if (node.kind === 'scalar' && node.value !== null && rule.accepts(node)) return;
  const code = node.kind === 'scalar' ? (rule.code ?? 'InvalidType') : 'InvalidType';
  const at = node.kind === 'scalar' && node.value === null ? where.at : node.span;
  where.findings.add(code, `${title} has to be ${rule.wanted}, and this is ${describe(node)}.`, at, {
    section: where.section,
  });
}

function checkRange(node: Node, title: string, where: Where): void {
  const bounds = node.kind === 'list' ? node.items : [];
  const [least, most] = bounds;
  const low = boundOf(least);
  const high = most?.kind === 'scalar' && most.value === 'UNBOUNDED' ? Number.POSITIVE_INFINITY : boundOf(most);
  if (bounds.length === 2 && low !== undefined && high !== undefined && low <= high) return;
  const code = node.kind === 'list' ? 'InvalidRange' : 'InvalidType';
  where.findings.add(
    code,
    `${title} has to be [least, most] with integers of at least 0, or UNBOUNDED as most.`,
    where.at,
    {
      section: where.section,
    },
  );
}

const boundOf = (node: Node | undefined): number | undefined =>
  node?.kind === 'scalar' && isWhole(node) && Number(node.value) >= 0 ? Number(node.value) : undefined;
