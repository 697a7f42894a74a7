/** Entities as a tree is printed: parents first, each followed by what is in it. */
import type { StatusRecord } from '../runtime/index.ts';

export function inTreeOrder(statuses: readonly StatusRecord[]): readonly StatusRecord[] {
  const collator = new Intl.Collator('en', { numeric: true });
  const known = new Set(statuses.map(({ instance }) => instance));
  const children = new Map<string, StatusRecord[]>();
  for (const status of statuses) {
    const parent = status.parent !== undefined && known.has(status.parent) ? status.parent : '';
    children.set(parent, [...(children.get(parent) ?? []), status]);
  }
  const below = (parent: string): readonly StatusRecord[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => collator.compare(a.instance, b.instance))
      .flatMap((status) => [status, ...below(status.instance)]);
  return below('');
}
