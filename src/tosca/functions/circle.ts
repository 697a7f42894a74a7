/** Values that are found by way of themselves: a property that gets another that gets the first. */
import type { Node } from '../../document/node.ts';
import type { Call } from './call.ts';
import { readCall } from './call.ts';
import { queryMember } from './query.ts';
import type { FunctionScope } from './scope.ts';

/** Whether following what the call gets, and what that gets, comes back to the call. */
/** Longer circles are seen where the value is found, which then has none. */
const deepest = 100;

export function isCircular(call: Call, scope: FunctionScope): boolean {
  const seen = new Set<Node>();
  let depth = 0;
  const follow = (one: Call, place: FunctionScope): boolean => {
    const found = queryMember(one, one.name === 'get_property' ? 'properties' : 'attributes', place);
    if (found.kind !== 'found' || found.value === undefined || depth >= deepest) return false;
    depth++;
    const isBack = leadsBack(found.value.node, found.value.scope);
    depth--;
    return isBack;
  };
  const leadsBack = (node: Node, place: FunctionScope): boolean => {
    if (node === call.node) return true;
    if (seen.has(node)) return false;
    seen.add(node);
    const inner = readCall(node, place.unit.version);
    if (
      inner?.kind === 'call' &&
      (inner.name === 'get_property' || inner.name === 'get_attribute') &&
      follow(inner, place)
    )
      return true;
    if (node.kind === 'list') return node.items.some((item) => leadsBack(item, place));
    return node.kind === 'map' && node.entries.some(({ value }) => leadsBack(value, place));
  };
  return follow(call, scope);
}
