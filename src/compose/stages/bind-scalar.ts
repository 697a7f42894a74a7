/** Attributes that are one value. */
import type { Node, ScalarNode, ScalarValue } from '../../document/node.ts';
import { isNull, scalarNode } from '../nodes.ts';
import type { ComposeCode } from '../problems.ts';
import type { Out, Row } from '../rows/row.ts';
import { parseBytes } from '../syntax/bytes.ts';
import { parseDuration, renderDuration } from '../syntax/duration.ts';
import { renderScalar, shortestFloat32 } from '../syntax/go-number.ts';
import type { Binding } from './bind.ts';
import { castText, castTo } from './interpolate.ts';

/** `undefined`: it says nothing and is left out; `mistake`: it can't be read. */
type Bound =
  | { readonly kind: 'value'; readonly value: ScalarValue }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'mistake'; readonly code: ComposeCode; readonly message: string; readonly hint?: string };

const bound = (value: ScalarValue): Bound => ({ kind: 'value', value });
const nothing: Bound = { kind: 'nothing' };
const mistake = (code: ComposeCode, message: string, hint?: string): Bound => ({
  kind: 'mistake',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

export function bindScalar(node: Node, { out }: Row, { report, isLoose }: Binding): Node | undefined {
  if (node.kind !== 'scalar') return node;
  if (isNull(node)) return undefined;
  if (out === 'flag' || out === 'flag?') {
    if (isLoose && typeof node.value === 'string' && castText('flag', node.value) === undefined) return node;
    const flag = castTo('flag', node, report);
    return out === 'flag' && flag.value !== true ? undefined : flag;
  }
  const result = bindValue(out, node);
  if (result.kind === 'nothing') return undefined;
  if (result.kind === 'value')
    return result.value === node.value ? node : { ...scalarNode(result.value, node.span), text: node.text };
  if (isLoose) return node;
  report(result.code, result.message, node.span, { hint: result.hint });
  return undefined;
}

function bindValue(out: Out, node: ScalarNode): Bound {
  switch (out) {
    case 'text':
      return node.value === '' ? nothing : bound(renderScalar(node.value, node.text));
    case 'duration':
    case 'duration?':
      return bindDuration(out, renderScalar(node.value, node.text));
    case 'bytes':
      return bindBytes(node);
    case 'mode?':
      return bindMode(node);
    case 'count':
      return bindCount(node);
    case 'float':
      return bindFloat(node);
    case 'integer':
    case 'integer?':
      return bindInteger(out, node);
    default:
      return bound(node.value);
  }
}

function bindDuration(out: Out, text: string): Bound {
  const duration = parseDuration(text);
  if (duration === undefined)
    return mistake('duration-invalid', `"${text}" is no duration.`, 'For example 30s or 1m30s.');
  return duration === 0n && out === 'duration' ? nothing : bound(renderDuration(duration));
}

/** Printed as a text, since JSON's numbers are too small. */
function bindBytes({ value, text }: ScalarNode): Bound {
  const size = typeof value === 'string' ? parseBytes(value) : Math.trunc(Number(value));
  if (size === undefined) return mistake('size-invalid', `"${text}" is no size.`, 'For example 512m or 2g.');
  const exact = typeof value === 'bigint' ? value : size;
  return exact === 0 || exact === 0n ? nothing : bound(String(exact));
}

function bindMode({ value }: ScalarNode): Bound {
  if (typeof value === 'string' && !/^[0-7]{1,20}$/.test(value))
    return mistake('mode-invalid', `"${value}" is no mode.`);
  const mode = typeof value === 'string' ? Number.parseInt(value, 8) : Math.trunc(Number(value));
  return bound(`${mode < 0 ? '-' : ''}0${Math.abs(mode).toString(8)}`);
}

/** -1 is all. */
function bindCount({ value }: ScalarNode): Bound {
  if (typeof value !== 'string') return value === 0 ? nothing : bound(value);
  if (value.toLowerCase() === 'all') return bound(-1);
  if (!/^[-+]?\d{1,15}$/.test(value)) return mistake('number-invalid', `"${value}" is neither a number nor "all".`);
  return Number(value) === 0 ? nothing : bound(Number(value));
}

function bindFloat({ value }: ScalarNode): Bound {
  const number = typeof value === 'string' ? castText('float', value) : Number(value);
  if (typeof number !== 'number') return mistake('number-invalid', `"${String(value)}" is no number.`);
  return number === 0 ? nothing : bound(shortestFloat32(number));
}

function bindInteger(out: Out, { value }: ScalarNode): Bound {
  const number = typeof value === 'string' ? castText('integer', value) : value;
  if (typeof number !== 'number' && typeof number !== 'bigint')
    return mistake('number-invalid', `"${String(value)}" is no whole number.`);
  const whole = typeof number === 'number' ? Math.trunc(number) : number;
  return whole === 0 && out === 'integer' ? nothing : bound(whole);
}
