/** Selector text -> tokens, with their places (libcalico-go/lib/selector/tokenizer). */
import type { Comparison } from './selector.ts';

export type Token = {
  readonly at: number;
  readonly end: number;
} & (
  | { readonly kind: '(' | ')' | '{' | '}' | ',' | '!' | '&&' | '||' | 'in' | 'not-in' | 'all' | 'global' | 'end' }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'label' | 'has' | 'text'; readonly value: string }
);

/** What is wrong with a selector, and where in its text (UTF-16 code units, from 0). */
export class SelectorError extends Error {
  readonly at: number;
  readonly end: number;

  constructor(message: string, at: number, end: number = at + 1) {
    super(message);
    this.at = at;
    this.end = end;
  }
}

const blank = /[ \t]*/y;
const label = /[a-zA-Z0-9_./-]+/y;
const longestLabel = 512;
/** Behind a label stands an operator; with no blank needed around it, as in Calico. */
const wordOperator = /contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in/y;
const call = /(has|all|global)\(/y;
const symbol = /==|!=|&&|\|\||[(){},!]/y;
const literal = /"([^"]*)"|'([^']*)'/y;

const wordOperators: Readonly<Record<string, Comparison | 'in' | 'not-in'>> = {
  contains: 'contains',
  startswith: 'starts-with',
  endswith: 'ends-with',
  notin: 'not-in',
  in: 'in',
};

function take(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const skipBlank = (text: string, at: number): number => at + (take(blank, text, at)?.[0].length ?? 0);

/** Throws SelectorError. Linear in the text. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlank(text, 0); at < text.length; at = skipBlank(text, at)) {
    const token = tokens.at(-1)?.kind === 'label' ? operatorAt(text, at) : tokenAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', at: text.length, end: text.length });
  return tokens;
}

function operatorAt(text: string, at: number): Token {
  const word = take(wordOperator, text, at)?.[0];
  if (word === undefined) return tokenAt(text, at, 'After a label comes an operator: ==, !=, in, not in, contains, …');
  const operator = wordOperators[word.replaceAll(/[ \t]/g, '')];
  const end = at + word.length;
  if (operator === 'in' || operator === 'not-in') return { kind: operator, at, end };
  if (operator === undefined) throw new Error(`No operator ${word}.`);
  return { kind: 'comparison', comparison: operator, at, end };
}

/** `otherwise`: what to say of a name that may not stand here. */
function tokenAt(text: string, at: number, otherwise?: string): Token {
  const quote = take(literal, text, at);
  if (quote !== undefined) return { kind: 'text', value: quote[1] ?? quote[2] ?? '', at, end: at + quote[0].length };
  if (text[at] === '"' || text[at] === "'") throw new SelectorError('The text has no closing quote.', at, text.length);
  const sign = take(symbol, text, at)?.[0];
  if (sign !== undefined) return symbolToken(sign, at);
  if ('=&|'.includes(text[at] ?? '')) throw new SelectorError(`Write ${text[at]}${text[at]}.`, at);
  const name = take(label, text, at)?.[0];
  if (name === undefined) throw new SelectorError(`${JSON.stringify(text[at])} may not stand in a selector.`, at);
  if (otherwise !== undefined) throw new SelectorError(otherwise, at, at + name.length);
  const called = take(call, text, at);
  if (called !== undefined) return callAt(text, at, called[1] ?? '');
  if (name.length > longestLabel)
    throw new SelectorError(`A label has at most ${longestLabel} characters.`, at, at + name.length);
  return { kind: 'label', value: name, at, end: at + name.length };
}

function symbolToken(sign: string, at: number): Token {
  const end = at + sign.length;
  switch (sign) {
    case '==':
      return { kind: 'comparison', comparison: 'equals', at, end };
    case '!=':
      return { kind: 'comparison', comparison: 'differs', at, end };
    case '(':
    case ')':
    case '{':
    case '}':
    case ',':
    case '!':
    case '&&':
    case '||':
      return { kind: sign, at, end };
    default:
      throw new Error(`No symbol ${sign}.`);
  }
}

/** `has(app)`, `all()`, `global()`: the name stands right before its parenthesis. */
function callAt(text: string, at: number, name: string): Token {
  let end = skipBlank(text, at + name.length + 1);
  const value = name === 'has' ? take(label, text, end)?.[0] : undefined;
  if (name === 'has' && value === undefined) throw new SelectorError('has() takes the name of a label.', end);
  if ((value?.length ?? 0) > longestLabel)
    throw new SelectorError(`A label has at most ${longestLabel} characters.`, end, end + (value?.length ?? 0));
  end = skipBlank(text, end + (value?.length ?? 0));
  if (text[end] !== ')') throw new SelectorError(`${name}( has no closing parenthesis.`, at, end);
  if (value !== undefined) return { kind: 'has', value, at, end: end + 1 };
  return { kind: name === 'all' ? 'all' : 'global', at, end: end + 1 };
}
