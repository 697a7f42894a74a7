/**
 * Calico's selector language, as its own parser reads it (libcalico-go/lib/selector/parser): `!` binds closest, then
 * `&&`, then `||`; an empty text selects everything; a list may be empty and may end in a comma. Hostile text is
 * bounded: length, and nesting.
 */
import { everything, type Selector } from './selector.ts';
import { SelectorError, tokensOf, type Token } from './tokens.ts';

export type ParsedSelector =
  | { readonly kind: 'selector'; readonly selector: Selector }
  /** `at`, `end`: place in the text. */
  | { readonly kind: 'error'; readonly message: string; readonly at: number; readonly end: number };

export const longestSelector = 65_536;
const deepest = 64;

export function parseSelector(text: string): ParsedSelector {
  if (text.length > longestSelector)
    return { kind: 'error', message: `A selector has at most ${longestSelector} characters.`, at: 0, end: 0 };
  try {
    return { kind: 'selector', selector: read(tokensOf(text)) };
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return { kind: 'error', message: error.message, at: error.at, end: error.end };
  }
}

function read(tokens: readonly Token[]): Selector {
  const reader = new Reader(tokens);
  if (reader.peek().kind === 'end') return everything;
  const selector = readAny(reader, 0);
  if (reader.peek().kind !== 'end') throw unexpected(reader.peek(), '&& or ||');
  return selector;
}

class Reader {
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    const token = this.#tokens[this.#place] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('There is always an end.');
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#place++;
    return token;
  }

  takeIf(kind: Token['kind']): boolean {
    if (this.peek().kind !== kind) return false;
    this.#place++;
    return true;
  }
}

const unexpected = (token: Token, wanted: string): SelectorError =>
  token.kind === 'end'
    ? new SelectorError(`The selector ends where ${wanted} should follow.`, token.at)
    : new SelectorError(`Here should stand ${wanted}.`, token.at, token.end);

function readAny(reader: Reader, depth: number): Selector {
  const operands = [readEvery(reader, depth)];
  while (reader.takeIf('||')) operands.push(readEvery(reader, depth));
  return combined('or', operands);
}

function readEvery(reader: Reader, depth: number): Selector {
  const operands = [readOperation(reader, depth)];
  while (reader.takeIf('&&')) operands.push(readOperation(reader, depth));
  return combined('and', operands);
}

const combined = (kind: 'and' | 'or', operands: readonly Selector[]): Selector => {
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { kind, operands };
};

function readOperation(reader: Reader, depth: number): Selector {
  let isNegated = false;
  while (reader.takeIf('!')) isNegated = !isNegated;
  const operand = readOperand(reader, depth);
  return isNegated ? { kind: 'not', operand } : operand;
}

function readOperand(reader: Reader, depth: number): Selector {
  const token = reader.take();
  switch (token.kind) {
    case 'all':
    case 'global':
      return { kind: token.kind };
    case 'has':
      return { kind: 'has', label: token.value };
    case 'label':
      return readComparison(token.value, reader);
    case '(': {
      if (depth >= deepest)
        throw new SelectorError(`Parentheses are nested more than ${deepest} deep.`, token.at, token.end);
      const inner = readAny(reader, depth + 1);
      const closing = reader.take();
      if (closing.kind !== ')') throw unexpected(closing, ')');
      return inner;
    }
    default:
      throw unexpected(token, 'a label, has(…), all() or (');
  }
}

function readComparison(label: string, reader: Reader): Selector {
  const operator = reader.take();
  if (operator.kind === 'in' || operator.kind === 'not-in')
    return { kind: operator.kind, label, values: readValues(reader) };
  if (operator.kind !== 'comparison') throw unexpected(operator, 'an operator such as == or in');
  const literal = reader.take();
  if (literal.kind !== 'text') throw unexpected(literal, 'a text in quotes');
  return { kind: operator.comparison, label, value: literal.value };
}

function readValues(reader: Reader): readonly string[] {
  const opening = reader.take();
  if (opening.kind !== '{') throw unexpected(opening, 'a list such as {"a", "b"}');
  const values: string[] = [];
  for (let token = reader.take(); token.kind !== '}'; token = reader.take()) {
    if (token.kind !== 'text') throw unexpected(token, 'a text in quotes or }');
    values.push(token.value);
    if (reader.peek().kind !== '}' && !reader.takeIf(',')) throw unexpected(reader.peek(), ', or }');
  }
  return values;
}
