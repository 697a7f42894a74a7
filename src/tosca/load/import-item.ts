/** One item of `imports`: its three notations read into one shape. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node, ScalarNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { constructs } from '../grammar/constructs.ts';
import { unwrapNamed } from '../structure/unwrap.ts';

export type ImportItem = {
  /** The file or URL. */
  readonly target?: ScalarNode;
  readonly profile?: ScalarNode;
  readonly repository?: ScalarNode;
  readonly namespace?: string;
  readonly at: Span;
};

const textOf = (node: Node | undefined): ScalarNode | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node : undefined;

/** `undefined`: not an import at all, which the grammar has told. */
export function readImportItem(item: Node): ImportItem | undefined {
  const short = textOf(item);
  if (short !== undefined) return { target: short, at: short.span };
  if (item.kind !== 'map') return undefined;
  const named = unwrapNamed(item, constructs.import);
  if (named.kind !== 'map') {
    const target = textOf(named);
    return target === undefined ? undefined : { target, at: target.span };
  }
  const target = textOf(valueOf(named, 'url')) ?? textOf(valueOf(named, 'file'));
  const profile = textOf(valueOf(named, 'profile'));
  const repository = textOf(valueOf(named, 'repository'));
  const namespace = textOf(valueOf(named, 'namespace')) ?? textOf(valueOf(named, 'namespace_prefix'));
  return {
    ...(target === undefined ? {} : { target }),
    ...(profile === undefined ? {} : { profile }),
    ...(repository === undefined ? {} : { repository }),
    ...(namespace === undefined ? {} : { namespace: String(namespace.value) }),
    at: (target ?? profile ?? item).span,
  };
}
