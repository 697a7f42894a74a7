/**
 * The text form of the DSL: `$brooklyn:entity("db").attributeWhenReady("host.address")`. Nested calls may omit the
 * prefix, blanks and line breaks may stand between all parts, bare words are accesses to properties and never numbers.
 */
import type { DslChain, DslStep, Value } from '../../model/value.ts';

export const dslPrefix = '$brooklyn:';

export type ParsedDsl =
  | { readonly kind: 'chain'; readonly chain: DslChain }
  /** `offset`: where in the text it stopped making sense. */
  | { readonly kind: 'error'; readonly message: string; readonly offset: number };

type Reader = { readonly text: string; offset: number; depth: number };

/** Thrown and caught in this file only: an expression has one mistake, the first. */
class Mistake extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const deepest = 50;

/** A whole expression; the prefix may be absent. */
export function parseDsl(text: string): ParsedDsl {
  return attempt(text, (reader) => readChain(reader));
}

/** What follows a value in a chain: `.name("x")`, `["key"]`, `[0]`; the first dot may be absent. */
export function parseDslSteps(text: string): ParsedDsl {
  return attempt(text, (reader) => {
    skipBlanks(reader);
    const isIndex = peek(reader) === '[';
    if (peek(reader) === '.') reader.offset++;
    return { kind: 'dsl', steps: isIndex ? readRest(reader, []) : readRest(reader, [readNamed(reader)]) };
  });
}

function attempt(text: string, read: (reader: Reader) => DslChain): ParsedDsl {
  const reader: Reader = { text, offset: 0, depth: 0 };
  try {
    const chain = read(reader);
    skipBlanks(reader);
    if (reader.offset < text.length) throw new Mistake('Nothing may follow the expression here', reader.offset);
    return { kind: 'chain', chain };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { kind: 'error', message: error.message, offset: error.offset };
  }
}

const peek = (reader: Reader): string => reader.text.charAt(reader.offset);

function skipBlanks(reader: Reader): void {
  while (/\s/.test(peek(reader))) reader.offset++;
}

function readChain(reader: Reader): DslChain {
  if (++reader.depth > deepest) throw new Mistake('The expression is nested too deeply', reader.offset);
  skipBlanks(reader);
  if (reader.text.startsWith(dslPrefix, reader.offset)) reader.offset += dslPrefix.length;
  const steps = readRest(reader, [readNamed(reader)]);
  reader.depth--;
  return { kind: 'dsl', steps };
}

function readRest(reader: Reader, first: readonly DslStep[]): readonly DslStep[] {
  const steps = [...first];
  for (;;) {
    const before = reader.offset;
    skipBlanks(reader);
    if (peek(reader) === '.') {
      reader.offset++;
      steps.push(readNamed(reader));
    } else if (peek(reader) === '[') steps.push(readIndex(reader));
    else {
      reader.offset = before;
      return steps;
    }
  }
}

const word = /[\p{L}\p{N}_$]+/uy;

function readWord(reader: Reader, what: string): string {
  skipBlanks(reader);
  word.lastIndex = reader.offset;
  const found = word.exec(reader.text)?.[0];
  if (found === undefined) throw new Mistake(`${what} is expected`, reader.offset);
  reader.offset += found.length;
  return found;
}

/** A call, `name(…)`, or a property, `name`. */
function readNamed(reader: Reader): DslStep {
  const name = readWord(reader, 'The name of a function');
  const before = reader.offset;
  skipBlanks(reader);
  if (peek(reader) === '(') return { kind: 'call', name, arguments: readArguments(reader) };
  reader.offset = before;
  return { kind: 'property', name };
}

function readArguments(reader: Reader): readonly Value[] {
  const open = reader.offset++;
  const values: Value[] = [];
  skipBlanks(reader);
  while (peek(reader) !== ')') {
    if (values.length > 0) {
      if (peek(reader) !== ',') throw endOr(reader, open, 'A "," or ")" is expected');
      reader.offset++;
      skipBlanks(reader);
    }
    if (peek(reader) === '') throw endOr(reader, open, '');
    values.push(peek(reader) === '"' ? readString(reader) : readChain(reader));
    skipBlanks(reader);
  }
  reader.offset++;
  return values;
}

const endOr = (reader: Reader, open: number, message: string): Mistake =>
  peek(reader) === '' ? new Mistake('This "(" is not closed', open) : new Mistake(message, reader.offset);

/** `["key"]`, `[0]`, `[key]` */
function readIndex(reader: Reader): DslStep {
  const open = reader.offset++;
  skipBlanks(reader);
  const index = peek(reader) === '"' ? readString(reader) : indexOf(readWord(reader, 'An index'));
  skipBlanks(reader);
  if (peek(reader) !== ']') throw new Mistake('This "[" is not closed', open);
  reader.offset++;
  return { kind: 'index', index };
}

const indexOf = (text: string): string | number => (/^(?:0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : text);

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['0', '\0'],
]);

function readString(reader: Reader): string {
  const open = reader.offset++;
  let value = '';
  for (;;) {
    const character = peek(reader);
    if (character === '') throw new Mistake('This quote is not closed', open);
    reader.offset++;
    if (character === '"') return value;
    value += character === '\\' ? readEscape(reader, open) : character;
  }
}

function readEscape(reader: Reader, open: number): string {
  const letter = peek(reader);
  if (letter === '') throw new Mistake('This quote is not closed', open);
  reader.offset++;
  if (letter !== 'u') return escapes.get(letter) ?? letter;
  const digits = reader.text.slice(reader.offset, reader.offset + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Mistake('"\\u" takes four hexadecimal digits', reader.offset - 2);
  reader.offset += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}
