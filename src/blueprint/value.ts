/** Config values: anything YAML can say, and the DSL in all its forms. */
import { didYouMean } from '../diagnostic/suggest.ts';
import type { Span } from '../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../document/node.ts';
import type { Deferred, DslChain, DslStep, Value, ValueMap } from '../model/value.ts';
import { isDeferred, isList, isMap } from '../model/value.ts';
import { dslFunctions } from './dsl/functions.ts';
import { dslPrefix, parseDsl, parseDslSteps } from './dsl/parse.ts';
import { isText, report } from './reading.ts';
import type { Reading } from './reading.ts';

export function readValue(r: Reading, node: Node): Value {
  if (node.kind === 'list') return node.items.map((item) => readValue(r, item));
  if (node.kind === 'map') return readMapForm(r, node) ?? readValueMap(r, node);
  return isText(node) && node.value.startsWith(dslPrefix) ? readDslText(r, node) : node.value;
}

export function readValueMap(r: Reading, node: MapNode): ValueMap {
  const map = new Map<string | Deferred, Value>();
  for (const entry of node.entries) {
    const key = readKey(r, entry.key, node.entries.length > 1);
    if (key !== undefined) map.set(key, readValue(r, entry.value));
  }
  return map;
}

export function readKey(r: Reading, key: Node, hasOthers: boolean): string | Deferred | undefined {
  if (key.kind === 'scalar') {
    const value = isText(key) && key.value.startsWith(dslPrefix) ? readDslText(r, key) : key.text;
    if (hasOthers && isDeferred(value) && value.kind === 'dsl' && value.steps.at(-1)?.kind === 'property')
      report(r, 'dsl-map-form', 'A function written as a key can have no other key beside it.', key.span);
    return typeof value === 'string' || isDeferred(value) ? value : undefined;
  }
  const value = readValue(r, key);
  if (isDeferred(value)) return value;
  report(r, 'blueprint-key-kind', 'A key is a text or a DSL expression, no list and no map.', key.span);
  return undefined;
}

/** A text that is no expression is kept as it is. `literal("$brooklyn:…")` is how a text that looks like one is written. */
function readDslText(r: Reading, node: ScalarNode & { readonly value: string }): Value {
  const parsed = parseDsl(node.value);
  if (parsed.kind === 'error') {
    report(r, 'dsl-syntax', `${parsed.message}.`, placeIn(node, parsed.offset));
    return node.value;
  }
  checkFunctions(r, parsed.chain, node.span);
  return withoutLiteral(parsed.chain);
}

/** The place of a character, where the scalar stands on one line without escapes; else that of the scalar. */
function placeIn({ span, text, style }: ScalarNode, offset: number): Span {
  const { start, end } = span;
  const quotes = style === 'plain' ? 0 : 1;
  if (start.line !== end.line || end.offset - start.offset !== text.length + 2 * quotes) return span;
  const moved = Math.min(offset, Math.max(text.length - 1, 0)) + quotes;
  const from = { ...start, offset: start.offset + moved, column: start.column + moved };
  return { file: span.file, start: from, end: { ...from, offset: from.offset + 1, column: from.column + 1 } };
}

function withoutLiteral(chain: DslChain): Value {
  const [only, ...more] = chain.steps;
  if (only?.kind !== 'call' || only.name !== 'literal' || more.length > 0) return chain;
  const [text] = only.arguments;
  return only.arguments.length === 1 && typeof text === 'string' && text.startsWith(dslPrefix) ? text : chain;
}

function checkFunctions(r: Reading, chain: DslChain, at: Span): void {
  for (const step of chain.steps) {
    if (step.kind !== 'call') continue;
    if (!dslFunctions.has(step.name))
      report(
        r,
        'dsl-function-unknown',
        `The DSL has no function "${step.name}".`,
        at,
        didYouMean(step.name, dslFunctions),
      );
    for (const value of step.arguments) if (isDeferred(value) && value.kind === 'dsl') checkFunctions(r, value, at);
  }
}

/** `{ $brooklyn:formatString: ["%s", …] }`: a function as the only key, without parentheses. */
function readMapForm(r: Reading, node: MapNode): Value | undefined {
  const [entry, ...more] = node.entries;
  if (entry === undefined || more.length > 0 || !isText(entry.key) || !entry.key.value.startsWith(dslPrefix))
    return undefined;
  const parsed = parseDsl(entry.key.value);
  if (parsed.kind === 'error') return undefined;
  const last = parsed.chain.steps.at(-1);
  if (last?.kind !== 'property') return undefined;
  const before = parsed.chain.steps.slice(0, -1);
  return before.length === 0 ? readFunction(r, last.name, entry) : readCall(r, before, last.name, entry);
}

function readFunction(r: Reading, name: string, entry: MapEntry): Value {
  const { value } = entry;
  if (name === 'entitySpec' && value.kind === 'map') return { kind: 'entitySpec', entity: r.entity(value) };
  if (name === 'object' && value.kind === 'map') return { kind: 'object', fields: readValueMap(r, value) };
  if (name === 'chain' && value.kind === 'list') return readChainList(r, value.items);
  if (name === 'literal') return withoutLiteral(chainOf([], name, readRaw(value)));
  return readCall(r, [], name, entry);
}

/** A list holds the arguments; anything else is the only one. */
function readCall(r: Reading, before: readonly DslStep[], name: string, { key, value }: MapEntry): Value {
  const chain = chainOf(before, name, readValue(r, value));
  checkFunctions(
    r,
    { kind: 'dsl', steps: chain.steps.map((step) => (step.kind === 'call' ? { ...step, arguments: [] } : step)) },
    key.span,
  );
  return withoutLiteral(chain);
}

const chainOf = (before: readonly DslStep[], name: string, given: Value): DslChain => ({
  kind: 'dsl',
  steps: [...before, { kind: 'call', name, arguments: isList(given) ? given : [given] }],
});

/** What `literal` is given stays as it is written. */
function readRaw(node: Node): Value {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(readRaw);
  return new Map(
    node.entries.flatMap(({ key, value }) => (key.kind === 'scalar' ? [[key.text, readRaw(value)] as const] : [])),
  );
}

/** `$brooklyn:chain: [ expression, {function: [arguments]}, "[0]" ]` */
function readChainList(r: Reading, items: readonly Node[]): Value {
  const [first, ...rest] = items;
  const start = first === undefined ? undefined : readStart(r, first);
  const steps = rest.map((item) => readLink(r, item));
  if (start !== undefined && steps.every((part) => part !== undefined))
    return { kind: 'dsl', steps: [...start.steps, ...steps.flat()] };
  return { kind: 'dsl', steps: [{ kind: 'call', name: 'chain', arguments: items.map((item) => readValue(r, item)) }] };
}

function readStart(r: Reading, node: Node): DslChain | undefined {
  const value = readValue(r, node);
  if (isDeferred(value) && value.kind === 'dsl') return value;
  const parsed = typeof value === 'string' ? parseDsl(value) : undefined;
  if (parsed?.kind === 'chain') return parsed.chain;
  report(r, 'dsl-map-form', 'A chain begins with a DSL expression.', node.span);
  return undefined;
}

function readLink(r: Reading, node: Node): readonly DslStep[] | undefined {
  const value = readValue(r, node);
  const parsed = typeof value === 'string' ? parseDslSteps(value) : undefined;
  if (parsed?.kind === 'chain') return parsed.chain.steps;
  const [entry, ...more] = isMap(value) ? value : [];
  if (entry !== undefined && more.length === 0 && typeof entry[0] === 'string') {
    const [name, given] = entry;
    return [{ kind: 'call', name, arguments: isList(given) ? given : [given] }];
  }
  report(r, 'dsl-map-form', 'A link of a chain is {function: [arguments]}, ".name" or "[index]".', node.span);
  return undefined;
}
