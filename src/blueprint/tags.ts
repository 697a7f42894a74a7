/** `brooklyn.tags`: any values, but no DSL, which Brooklyn does not resolve there. */
import type { Node } from '../document/node.ts';
import { chainsIn } from '../model/traverse.ts';
import type { Value } from '../model/value.ts';
import { asList, report } from './reading.ts';
import type { Reading } from './reading.ts';
import { readValue } from './value.ts';

export function readTags(r: Reading, node: Node): readonly Value[] {
  return asList(r, node, 'brooklyn.tags').map((item) => {
    const value = readValue(r, item);
    if (!chainsIn(value).next().done)
      report(r, 'dsl-not-resolved', 'An expression in a tag is an error to Brooklyn.', item.span);
    return value;
  });
}
