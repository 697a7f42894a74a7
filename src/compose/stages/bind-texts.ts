/** Attributes that are lists or maps of texts. */
import type { ListNode, MapNode, Node, ScalarNode } from '../../document/node.ts';
import { changeItems, changeValues, isNull, keyOf, listNode, scalarNode, textOf } from '../nodes.ts';
import type { Row } from '../rows/row.ts';
import { splitCommand } from '../syntax/command.ts';
import { isWhole, renderScalar } from '../syntax/go-number.ts';
import type { Host } from '../syntax/short-forms.ts';
import { hostOf, parseHost } from '../syntax/short-forms.ts';
import type { Binding } from './bind.ts';

export function bindTexts(node: Node, row: Row, binding: Binding): Node | undefined {
  switch (row.out) {
    case 'command!':
      return bindCommand(node, binding);
    case 'test':
      return bindTest(node);
    case 'pairs':
      return bindPairs(node, binding);
    case 'text-map':
      return node.kind === 'map' ? unlessEmpty(changeValues(node, (value) => asText(value))) : undefinedIfNull(node);
    case 'whole-texts':
      return bindList(withWholes(node, binding));
    case 'whole-text-map':
      return bindTexts(withWholes(node, binding), { ...row, out: 'text-map' }, binding);
    case 'lists-map':
      return node.kind === 'map' ? unlessEmpty(changeValues(node, asList)) : undefinedIfNull(node);
    case 'hosts':
      return bindHosts(node, binding);
    case 'ssh':
      return bindKeys(node);
    default:
      return bindList(node);
  }
}

const undefinedIfNull = (node: Node): Node | undefined => (isNull(node) ? undefined : node);

const unlessEmpty = <T extends MapNode | ListNode>(node: T): T | undefined =>
  (node.kind === 'map' ? node.entries : node.items).length === 0 ? undefined : node;

/** Nothing is an empty text. */
function asText(node: Node): Node {
  if (node.kind !== 'scalar' || typeof node.value === 'string') return node;
  return { ...scalarNode(renderScalar(node.value, node.text), node.span), text: node.text };
}

/** Without the values Go can't hold as texts, which are told. */
function withWholes(node: Node, { report }: Binding): Node {
  const keep = (value: Node): Node | undefined => {
    if (value.kind !== 'scalar' || value.value === null || typeof value.value === 'string') return value;
    if (typeof value.value === 'bigint') return value;
    if (typeof value.value === 'number' && isWhole(value.value, value.text)) return value;
    report('value-type', `${value.text} is no text, and no whole number.`, value.span, { hint: 'Put it in quotes.' });
    return undefined;
  };
  if (node.kind === 'map') return changeValues(node, keep);
  return node.kind === 'list' ? changeItems(node, (item) => keep(item) ?? scalarNode('', item.span)) : node;
}

const asList = (node: Node): Node =>
  node.kind === 'list' ? changeItems(node, asText) : listNode([asText(node)], node.span);

function bindList(node: Node): Node | undefined {
  if (node.kind === 'list') return unlessEmpty(changeItems(node, asText));
  return textOf(node) === undefined ? undefinedIfNull(node) : listNode([node], node.span);
}

/** An empty command clears that of the image; none leaves it. */
function bindCommand(node: Node, { report, isLoose }: Binding): Node {
  const text = textOf(node);
  if (text === undefined) return node;
  const words = splitCommand(text);
  if (words !== undefined)
    return listNode(
      words.map((word) => scalarNode(word, node.span)),
      node.span,
    );
  if (!isLoose) report('command-unclosed', `A quote or bracket in "${text}" is not closed.`, node.span);
  return node;
}

function bindTest(node: Node): Node | undefined {
  const text = textOf(node);
  if (text !== undefined) return listNode([scalarNode('CMD-SHELL', node.span), node], node.span);
  return node.kind === 'list' ? unlessEmpty(node) : undefinedIfNull(node);
}

/** A variable without a value stays one. */
function bindPairs(node: Node, { report }: Binding): Node | undefined {
  if (node.kind !== 'map') return undefinedIfNull(node);
  const bound = changeValues(node, (value) => (isNull(value) ? value : asText(value)));
  for (const { key } of bound.entries) {
    if (key.kind !== 'scalar' || !/\s$/.test(key.text)) continue;
    report('name-invalid', `The name "${key.text}" ends in a blank.`, key.span);
  }
  return unlessEmpty(bound);
}

function bindHosts(node: Node, { report, isLoose }: Binding): Node | undefined {
  if (node.kind === 'scalar') return undefinedIfNull(node);
  const hosts = node.kind === 'map' ? hostsOfMap(node) : hostsOfList(node);
  const texts: ScalarNode[] = [];
  for (const { host, at } of hosts) {
    if (host !== undefined)
      texts.push(...host.addresses.map((address) => scalarNode(`${host.name}=${address}`, at.span)));
    else if (isLoose) texts.push(at);
    else report('host-invalid', `"${at.text}" is no name=address.`, at.span);
  }
  return unlessEmpty(listNode(texts.sort(byText), node.span));
}

const byText = (a: ScalarNode, b: ScalarNode): number => (String(a.value) < String(b.value) ? -1 : 1);

type Found = { readonly host: Host | undefined; readonly at: ScalarNode };

const hostsOfMap = (map: MapNode): readonly Found[] =>
  map.entries.map((entry) => {
    const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    const addresses = items.map((item) => (item.kind === 'scalar' ? renderScalar(item.value, item.text) : ''));
    return { host: hostOf(keyOf(entry), addresses), at: scalarNode(keyOf(entry), entry.key.span) };
  });

const hostsOfList = (list: ListNode): readonly Found[] =>
  list.items.flatMap((item) => {
    if (item.kind !== 'scalar') return [];
    const text = renderScalar(item.value, item.text);
    return [{ host: parseHost(text), at: scalarNode(text, item.span) }];
  });

/** `default`, or `id=path`. */
function bindKeys(node: Node): Node | undefined {
  if (node.kind !== 'map') return undefinedIfNull(node);
  const keys = node.entries.map((entry) => {
    const path = isNull(entry.value) ? '' : (textOf(asText(entry.value)) ?? '');
    return scalarNode(path === '' ? keyOf(entry) : `${keyOf(entry)}=${path}`, entry.value.span);
  });
  return unlessEmpty(listNode(keys, node.span));
}
