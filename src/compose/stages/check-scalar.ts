/** Whether a scalar may stand at a place. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { ScalarNode } from '../../document/node.ts';
import type { ComposeCode } from '../problems.ts';
import type { Form, ScalarType } from '../rows/row.ts';
import { describeForm, describeNode } from './describe.ts';

type ScalarForm = Extract<Form, { readonly kind: 'scalar' }>;

/** `message` goes on behind the name of the place. */
export type ScalarProblem = {
  readonly code: ComposeCode;
  readonly message: string;
  readonly hint?: string | undefined;
};

export function checkScalar(node: ScalarNode, form: Form): ScalarProblem | undefined {
  const types = typesOf(node);
  const fitting = scalarForms(form).find((one) => types.some((type) => one.types.includes(type)));
  if (fitting !== undefined) return checkLimits(node, fitting);
  const message = `is ${describeNode(node)}; it must be ${describeForm(form)}.`;
  return { code: 'value-type', message, hint: hintOf(node, form) };
}

const scalarForms = (form: Form): readonly ScalarForm[] =>
  form.kind === 'scalar' ? [form] : form.kind === 'either' ? form.forms.flatMap(scalarForms) : [];

function typesOf({ value }: ScalarNode): readonly ScalarType[] {
  if (value === null) return ['null'];
  if (typeof value === 'string') return ['text'];
  if (typeof value === 'boolean') return ['flag'];
  if (typeof value === 'bigint' || Number.isInteger(value)) return ['integer', 'number'];
  return Number.isFinite(value) ? ['number'] : [];
}

function hintOf({ value, text }: ScalarNode, form: Form): string | undefined {
  const takesText = scalarForms(form).some(({ types }) => types.includes('text'));
  if (value === null || typeof value === 'string' || !takesText) return undefined;
  const unit = typeof value === 'boolean' ? undefined : scalarForms(form).find((one) => one.unit !== undefined)?.unit;
  return unit === undefined ? `Quote it: "${text}".` : `Say the unit: ${text}${unit}.`;
}

function checkLimits(node: ScalarNode, form: ScalarForm): ScalarProblem | undefined {
  const { value } = node;
  if (typeof value === 'number' || typeof value === 'bigint') return checkRange(Number(value), form);
  if (typeof value !== 'string') return undefined;
  if (form.words !== undefined && !form.words.includes(value))
    return {
      code: 'value-word',
      message: `is "${value}"; it must be ${form.words.map((word) => `"${word}"`).join(', ')}.`,
      hint: didYouMean(value, form.words),
    };
  if (form.pattern === undefined || form.pattern.test(value)) return undefined;
  return { code: 'value-pattern', message: `is "${value}"; it must match ${form.pattern.source}.` };
}

function checkRange(value: number, { minimum, maximum }: ScalarForm): ScalarProblem | undefined {
  if (minimum !== undefined && value < minimum)
    return { code: 'value-range', message: `is ${value}; it must be ${minimum} or more.` };
  if (maximum !== undefined && value > maximum)
    return { code: 'value-range', message: `is ${value}; it must be ${maximum} or less.` };
  return undefined;
}
