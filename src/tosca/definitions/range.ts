/** `[least, most]`: occurrences and count ranges. */
import type { Node } from '../../document/node.ts';

export type Range = { readonly least: number; readonly most: number };

export const unbounded = Number.POSITIVE_INFINITY;

/** `undefined` where it is absent or no range, which the grammar has told. */
export function readRange(node: Node | undefined): Range | undefined {
  if (node?.kind !== 'list' || node.items.length !== 2) return undefined;
  const [least, most] = node.items.map(boundOf);
  return least === undefined || most === undefined || least > most ? undefined : { least, most };
}

function boundOf(node: Node): number | undefined {
  if (node.kind !== 'scalar') return undefined;
  if (node.value === 'UNBOUNDED') return unbounded;
  const value = Number(node.value);
  return Number.isInteger(value) && typeof node.value !== 'string' ? value : undefined;
}

export const isWithin = (inner: Range, outer: Range): boolean => inner.least >= outer.least && inner.most <= outer.most;

export const renderRange = ({ least, most }: Range): string =>
  `[ ${least}, ${most === unbounded ? 'UNBOUNDED' : most} ]`;
