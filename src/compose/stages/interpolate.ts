/**
 * Replaces variables in every text but keys, then turns the texts of attributes that are numbers or booleans into such.
 * A file at a time, before anything is merged.
 */
import type { MapNode, Node, ScalarNode } from '../../document/node.ts';
import { changeItems, changeValues, scalarNode, spanWithin } from '../nodes.ts';
import type { Report } from '../problems.ts';
import { rowOfEntry, rowOfItem } from '../rows/children.ts';
import type { Cast, Row } from '../rows/row.ts';
import type { Lookup, Substituted, TemplateFinding } from '../syntax/template.ts';
import { substitute } from '../syntax/template.ts';

export type Interpolation = { readonly lookup: Lookup; readonly report: Report };

export const interpolateTree = (tree: MapNode, row: Row, interpolation: Interpolation): MapNode =>
  changeValues(tree, (value, key) => interpolate(value, rowOfEntry(row, key), interpolation));

function interpolate(node: Node, row: Row | undefined, interpolation: Interpolation): Node {
  if (node.kind === 'map')
    return changeValues(node, (value, key) => interpolate(value, rowOfEntry(row, key), interpolation));
  if (node.kind === 'list') {
    const itemRow = rowOfItem(row);
    return changeItems(node, (item) => interpolate(item, itemRow, interpolation));
  }
  if (typeof node.value !== 'string') return node;
  if (node.timestamp === true)
    interpolation.report('timestamp-text', `"${node.text}" is read as a text, not as a date.`, node.span);
  const replaced = interpolateText(node, node.value, interpolation);
  return row?.cast === undefined ? replaced : castTo(row.cast, replaced, interpolation.report);
}

function interpolateText(node: ScalarNode, text: string, { lookup, report }: Interpolation): ScalarNode {
  if (!text.includes('$')) return node;
  const substituted = substitute(text, lookup);
  for (const finding of substituted.findings) tell(finding, node, substituted, report);
  const { tag: _tag, timestamp: _timestamp, ...rest } = node;
  return { ...rest, value: substituted.text };
}

function tell(finding: TemplateFinding, node: ScalarNode, { names }: Substituted, report: Report): void {
  const at = spanWithin(node, finding.offset, finding.length);
  switch (finding.kind) {
    case 'syntax':
      report('variable-syntax', `This is no variable: ${shown(node.text, finding.offset)}`, at, {
        hint: 'A variable is ${NAME}, with :-default or :?message behind the name; write $$ for a dollar.',
      });
      return;
    case 'depth':
      report('variable-syntax', `Defaults are nested too deep in "${names[0] ?? ''}".`, at);
      return;
    case 'unset':
      report('variable-unset', `The variable ${finding.name} is not set; it is replaced by nothing.`, at);
      return;
    case 'required': {
      const reason = finding.message === '' ? '.' : `: ${finding.message}`;
      report('variable-required', `The variable ${finding.name} must have a value${reason}`, at);
    }
  }
}

const longestShown = 40;

/** The text from the dollar on: to the brace that ends it, or on one line. */
function shown(text: string, offset: number): string {
  const line = /^(?:\$\{[^}\n]*\}|[^\n]*)/.exec(text.slice(offset))?.[0] ?? '';
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

const integer = /^[-+]?\d{1,18}$/;
const float = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

const flags = new Map([
  ['true', true],
  ['y', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['n', false],
  ['no', false],
  ['off', false],
]);

/** The value of a text; `undefined` where it is none of that kind. */
export function castText(cast: Cast, text: string): number | boolean | undefined {
  if (cast === 'flag') return flags.get(text.toLowerCase());
  return (cast === 'integer' ? integer : float).test(text) ? Number(text) : undefined;
}

const castNames: Readonly<Record<Cast, string>> = {
  integer: 'a whole number',
  float: 'a number',
  flag: 'true or false',
};

/** Casts a text; other values stay. A text that can't be cast stays one, with its problem told. */
export function castTo(cast: Cast, node: ScalarNode, report: Report): ScalarNode {
  if (typeof node.value !== 'string') return node;
  const value = castText(cast, node.value);
  if (value === undefined) {
    report('variable-cast', `"${node.value}" is not ${castNames[cast]}.`, node.span);
    return { ...scalarNode(cast === 'flag' ? false : 0, node.span), text: node.value };
  }
  if (typeof value === 'boolean' && !/^(?:true|false)$/i.test(node.value))
    report('boolean-word', `"${node.value}" means ${String(value)} here.`, node.span, {
      hint: `Write ${String(value)}.`,
    });
  return { ...scalarNode(value, node.span), text: node.value };
}
