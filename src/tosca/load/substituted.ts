/** Whether a template leaves nodes to others: only then these are looked for. */
import { valueOf } from '../../document/node.ts';
import type { Node } from '../../document/node.ts';
import type { Unit } from './unit.ts';

const directives: readonly unknown[] = ['substitute', 'substitutable'];

export function hasSubstituted({ root, version }: Unit): boolean {
  const topology = valueOf(root, version === '2.0' ? 'service_template' : 'topology_template');
  const templates = valueOf(topology, 'node_templates');
  return templates?.kind === 'map' && templates.entries.some(({ value }) => isSubstituted(value));
}

function isSubstituted(template: Node): boolean {
  const list = valueOf(template, 'directives');
  return list?.kind === 'list' && list.items.some((item) => item.kind === 'scalar' && directives.includes(item.value));
}
