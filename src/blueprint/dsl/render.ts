/** DSL chains as text, where text can say them: all arguments are texts or such chains themselves. */
import type { DslChain, DslStep, Value } from '../../model/value.ts';
import { isDeferred } from '../../model/value.ts';
import { dslPrefix } from './parse.ts';

/** `$brooklyn:…`, or `undefined` where an argument is a number, a list, a map or a description. */
export function renderDsl(chain: DslChain): string | undefined {
  const text = renderChain(chain);
  return text === undefined ? undefined : `${dslPrefix}${text}`;
}

function renderChain({ steps }: DslChain): string | undefined {
  let text = '';
  for (const step of steps) {
    const part = renderStep(step);
    if (part === undefined) return undefined;
    text += step.kind === 'index' || text === '' ? part : `.${part}`;
  }
  return text;
}

/** Without the dot before it. */
export function renderStep(step: DslStep): string | undefined {
  if (step.kind === 'property') return step.name;
  if (step.kind === 'index') return renderIndex(step);
  const values = step.arguments.map(renderArgument);
  return values.every((value) => value !== undefined) ? `${step.name}(${values.join(', ')})` : undefined;
}

export const renderIndex = ({ index }: { readonly index: string | number }): string =>
  typeof index === 'number' ? `[${index}]` : `[${quote(index)}]`;

function renderArgument(value: Value): string | undefined {
  if (typeof value === 'string') return quote(value);
  return isDeferred(value) && value.kind === 'dsl' ? renderChain(value) : undefined;
}

const escapes = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

export const quote = (text: string): string => `"${text.replace(/[\\"\n\r\t]/g, (one) => escapes.get(one) ?? one)}"`;
