/** A node: its anchor and tag, then a scalar, a collection or an alias. */
import type { Position } from '../../diagnostic/problem.ts';
import type { Node } from '../node.ts';
import { composeMapping, composeSequence } from './collection.ts';
import { countNodes, emptyScalar, report, spanFrom } from './composer.ts';
import type { Anchor, Composer, Context } from './composer.ts';
import { composeFlowMapping, composeFlowSequence } from './flow.ts';
import { composeScalar } from './scalar.ts';
import type { Token } from './scanner.ts';
import { resolveTag } from './tag.ts';
import { peekToken, takeToken } from './tokens.ts';
import { reportUnexpected } from './unexpected.ts';

type Properties = { readonly tag?: string; readonly anchor?: string; readonly end?: Position };

export function composeNode(c: Composer, context: Context): Node {
  const before = c.count;
  const properties = takeProperties(c);
  const token = peekToken(c.scanner);
  if (token.kind === 'alias') return composeAlias(c, takeToken(c.scanner), properties);
  if (!countNodes(c, 1, token.start)) return emptyScalar(c, token.start);
  if (properties.anchor === undefined) return composeContent(c, token, properties, context);
  c.anchors.set(properties.anchor, { weight: 0 });
  const node = composeContent(c, token, properties, context);
  c.anchors.set(properties.anchor, { node, weight: c.count - before });
  return node;
}

function takeProperties(c: Composer): Properties {
  let properties: Properties = {};
  for (;;) {
    const { kind } = peekToken(c.scanner);
    if (kind !== 'anchor' && kind !== 'tag') return properties;
    const { text, start, end } = takeToken(c.scanner);
    if (properties[kind] !== undefined) report(c, 'yaml-syntax', `A second ${kind} for one value.`, start, end);
    else if (kind === 'anchor') properties = { ...properties, anchor: text, end };
    else properties = { ...properties, tag: resolveTag(c, text, start, end), end };
  }
}

function composeAlias(c: Composer, { text, start, end }: Token, properties: Properties): Node {
  const span = spanFrom(c, start, end);
  const anchor: Anchor | undefined = c.anchors.get(text);
  if (properties.end !== undefined) report(c, 'yaml-syntax', 'An alias takes no tag and no anchor.', start, end);
  else if (anchor === undefined) report(c, 'yaml-alias-unknown', `No anchor "&${text}" stands before.`, start, end);
  else if (anchor.node === undefined)
    report(c, 'yaml-alias-cycle', `"*${text}" stands inside the value of "&${text}" itself.`, start, end);
  c.via = span;
  if (anchor?.node === undefined || !countNodes(c, anchor.weight, start)) return { ...emptyScalar(c, start), span };
  return anchor.node;
}

function composeContent(c: Composer, token: Token, properties: Properties, context: Context): Node {
  const node = composeKind(c, token, properties, context);
  c.via = undefined;
  return node;
}

function composeKind(c: Composer, token: Token, { tag, end }: Properties, context: Context): Node {
  switch (token.kind) {
    case 'scalar':
      return composeScalar(c, takeToken(c.scanner), tag);
    case 'flow-sequence':
      return composeFlowSequence(c, tag);
    case 'flow-mapping':
      return composeFlowMapping(c, tag);
    case 'block-sequence':
      if (context !== 'flow') return composeSequence(c, tag, 'block-sequence');
      break;
    case 'block-mapping':
      if (context !== 'flow') return composeMapping(c, tag);
      break;
    case 'block-entry':
      if (context === 'block-value') return composeSequence(c, tag, 'indentless');
      break;
    default:
      break;
  }
  if (end === undefined) reportUnexpected(c, token, 'value');
  return emptyScalar(c, end ?? token.start, tag);
}
