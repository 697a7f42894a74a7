/** Rows by what they hold, to make a line of a table of each attribute. */
import type { Form, Row, Rows, ScalarType } from './row.ts';

export type More = Partial<Omit<Row, 'form'>>;

type ScalarForm = Extract<Form, { readonly kind: 'scalar' }>;
type Limits = Pick<ScalarForm, 'minimum' | 'maximum' | 'pattern' | 'words' | 'unit'>;

const scalar = (types: readonly ScalarType[], limits: Limits = {}): Form => ({ kind: 'scalar', types, ...limits });

export const textForm = scalar(['text']);

export const text = (more: More = {}): Row => ({ form: textForm, out: 'text', ...more });
export const word = (...words: readonly string[]): Row => ({ form: scalar(['text'], { words }), out: 'text' });
export const match = (pattern: RegExp): Row => ({ form: scalar(['text'], { pattern }), out: 'text' });
export const flag = (more: More = {}): Row => ({ form: scalar(['flag', 'text']), out: 'flag', ...more });
export const strictFlag = (more: More = {}): Row => ({ form: scalar(['flag']), out: 'flag', ...more });
export const flagOrText = (more: More = {}): Row => ({ form: scalar(['text', 'flag']), out: 'text', ...more });
export const integer = (more: More = {}): Row => ({ form: scalar(['integer', 'text']), out: 'integer', ...more });
export const number = (more: More = {}): Row => ({ form: scalar(['number', 'text']), out: 'integer', ...more });
export const ranged = (minimum: number, maximum: number | undefined, more: More): Row => ({
  form: either(textForm, scalar(['integer'], { minimum, ...(maximum === undefined ? {} : { maximum }) })),
  out: 'integer',
  ...more,
});
export const only = (type: ScalarType, more: More = {}): Row => ({ form: scalar([type]), out: 'integer', ...more });
export const textOr = (type: ScalarType, more: More = {}): Row => ({
  form: scalar(['text', type]),
  out: 'text',
  ...more,
});
export const duration = (more: More = {}): Row => ({
  form: scalar(['text'], { unit: 's' }),
  out: 'duration',
  ...more,
});
export const bytes = (...types: readonly ScalarType[]): Row => ({ form: scalar([...types, 'text']), out: 'bytes' });

export const either = (...forms: readonly Form[]): Form => ({ kind: 'either', forms });
export const nothing = scalar(['null']);

export const listForm = (of: Row, isSet = false): Form => ({ kind: 'list', of, ...(isSet ? { isSet } : {}) });
export const mapForm = (rows: Rows, required: readonly string[] = []): Form => ({
  kind: 'map',
  rows,
  required,
  isExtensible: true,
});
/** A map in which even `x-…` keys are mistakes. */
export const closedForm = (rows: Rows, required: readonly string[] = []): Form => ({
  kind: 'map',
  rows,
  required,
  isExtensible: false,
});
export const dictForm = (of: Row, names?: RegExp): Form => ({
  kind: 'dict',
  of,
  ...(names === undefined ? {} : { names }),
});

export const list = (of: Row, more: More = {}): Row => ({ form: listForm(of), out: 'each', ...more });
export const map = (rows: Rows, more: More = {}): Row => ({ form: mapForm(rows), out: 'map?', ...more });

export const texts = (more: More = {}): Row => ({ form: listForm(text()), out: 'texts', ...more });
/** Texts none of which may stand there twice. */
export const textSet = (more: More = {}): Row => ({ form: listForm(text(), true), out: 'texts', ...more });
export const textOrNumberSet = (more: More = {}): Row => ({
  form: listForm(textOr('number'), true),
  out: 'texts',
  ...more,
});
/** One text, or several. */
export const textOrTexts = (more: More = {}): Row => ({
  form: either(textForm, listForm(text(), true)),
  out: 'texts',
  long: 'list',
  ...more,
});

const pairValue: Row = { form: scalar(['text', 'number', 'flag', 'null']), out: 'as-is' };

/** `KEY: value`, or a list of `KEY=value`. */
export const pairs = (more: More = {}): Row => ({
  form: either(dictForm(pairValue, /./), listForm(text(), true)),
  out: 'text-map',
  merge: 'pairs',
  identity: 'pair',
  long: 'pairs',
  ...more,
});

export const hosts: Row = {
  form: either(dictForm({ form: either(textForm, listForm(text())), out: 'as-is' }), listForm(text(), true)),
  out: 'hosts',
  merge: 'hosts',
};

export const command = (more: More = {}): Row => ({
  form: either(nothing, textForm, listForm(text())),
  out: 'command!',
  merge: 'replace',
  ...more,
});

export const options = (...types: readonly ScalarType[]): Row => ({
  form: dictForm({ form: scalar(types), out: 'as-is' }),
  out: 'text-map',
});

export const anyName = /^[a-zA-Z0-9._-]+$/;
