/** TOSCA Path (2.0 §10.3): the way from a node or relationship to what a function is about. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { textOf } from '../types/lineage.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';
import {
  capabilityOf,
  contextOfSelf,
  nodeTypeOf,
  requirementOf,
  sourceOf,
  targetCapability,
  targetOf,
} from './context.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import type { Wrong } from './start.ts';
import { namedTemplate, outOfPlace, wrong } from './start.ts';
import type { FunctionScope } from './scope.ts';

export type Walked = { readonly context: Context; readonly rest: readonly Node[] };

const unknown: Context = { kind: 'unknown' };

/** Consumes the words of the path; what remains is the name of the member and what is inside it. */
export function walkPath(call: Call, scope: FunctionScope): Walked | Wrong {
  const [first, ...words] = call.arguments;
  const name = textOf(first);
  if (first === undefined || name === undefined)
    return wrong('InvalidFunction', 'A path begins with SELF or the name of a template.', first?.span ?? call.at);
  const start =
    name === 'SELF'
      ? (contextOfSelf(scope.self) ?? outOfPlace(name, first.span))
      : namedTemplate(name, first.span, scope);
  if ('message' in start) {
    const old = name === 'SOURCE' || name === 'TARGET' || name === 'HOST';
    return old
      ? wrong('InvalidFunction', `Since TOSCA 2.0 a path begins with SELF: [ SELF, ${name}, … ].`, first.span)
      : start;
  }
  return walk(start, name === 'SELF' ? words : afterIndex(words));
}

/** `idx`: an integer, or ALL; left out it is 0. */
function takeIndex(words: readonly Node[]): { readonly index: number; readonly rest: readonly Node[] } {
  const [word, ...rest] = words;
  if (word?.kind === 'scalar' && typeof word.value === 'number' && rest.length > 0) return { index: word.value, rest };
  if (textOf(word) === 'ALL' && rest.length > 0) return { index: 0, rest };
  if (textOf(word) === '$node_index' || textOf(word) === '$relationship_index') return { index: 0, rest };
  return { index: 0, rest: words };
}

const afterIndex = (words: readonly Node[]): readonly Node[] => takeIndex(words).rest;

function walk(start: Context, all: readonly Node[]): Walked | Wrong {
  let context = start;
  let words = all;
  for (;;) {
    const [word, ...rest] = words;
    const next = word === undefined ? undefined : step(context, word, rest);
    if (next === undefined) return { context, rest: words };
    if ('message' in next) return next;
    ({ context, rest: words } = next);
  }
}

/** One step, or `undefined` where the path ends. */
function step(context: Context, word: Node, rest: readonly Node[]): Walked | Wrong | undefined {
  const keyword = textOf(word);
  if (keyword === 'SOURCE' || keyword === 'TARGET') {
    const end = context.kind === 'unknown' ? unknown : keyword === 'SOURCE' ? sourceOf(context) : targetOf(context);
    return end === undefined
      ? wrong('InvalidFunction', `${keyword} follows a relationship, and this is none.`, word.span)
      : { context: end, rest };
  }
  if (keyword === 'RELATIONSHIP') return stepToRelationship(context, word, rest);
  if (keyword === 'CAPABILITY') return stepToCapability(context, word, rest);
  return undefined;
}

function stepToRelationship(context: Context, word: Node, words: readonly Node[]): Walked | Wrong {
  if (context.kind === 'unknown') return { context: unknown, rest: afterIndex(words.slice(1)) };
  // From a capability back to who uses it.
  if (context.kind === 'capability') return { context: unknown, rest: afterIndex(words) };
  const [named, ...after] = words;
  const name = textOf(named);
  if (named === undefined || name === undefined)
    return wrong('InvalidFunction', 'RELATIONSHIP is followed by the name of a requirement.', word.span);
  const { index, rest } = takeIndex(after);
  const found = requirementOf(context, name, index);
  if (found !== undefined) return { context: found, rest };
  const type = nodeTypeOf(context);
  if (type === undefined) return { context: unknown, rest };
  return wrong(
    'UnknownRequirement',
    `"${type.name}" has no requirement "${name}".`,
    named.span,
    didYouMean(name, requirementsOf(type).keys()),
  );
}

function stepToCapability(context: Context, word: Node, words: readonly Node[]): Walked | Wrong {
  if (context.kind === 'unknown') return { context: unknown, rest: words };
  if (context.kind === 'relationship') {
    const target = targetCapability(context) ?? unknown;
    // Back from the capability: CAPABILITY, RELATIONSHIP, index.
    return textOf(words[0]) === 'RELATIONSHIP'
      ? { context, rest: afterIndex(words.slice(1)) }
      : { context: target, rest: words };
  }
  const [named, ...rest] = words;
  const name = textOf(named);
  if (named === undefined || name === undefined)
    return wrong('InvalidFunction', 'CAPABILITY is followed by the name of a capability.', word.span);
  const found = capabilityOf(context, name);
  if (found !== undefined) return { context: found, rest };
  const type = nodeTypeOf(context);
  if (type === undefined) return { context: unknown, rest };
  return wrong(
    'UnknownCapability',
    `"${type.name}" has no capability "${name}".`,
    named.span,
    didYouMean(name, capabilitiesOf(type).keys()),
  );
}
