/**
 * A command in one text, split into words as mattn/go-shellwords does: quotes and backslashes, no variables; `$(…)` and
 * backquotes stay as they are; everything from an unquoted `;`, `&`, `|`, `<` or `>` on is dropped.
 */

type Quote = "'" | '"' | '`' | '(' | undefined;

const operators = new Set([';', '&', '|', '<', '>']);
const blanks = new Set([' ', '\t', '\r', '\n']);

/** `undefined` where a quote or bracket is not closed. */
export function splitCommand(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word = '';
  let begun = false;
  let quote: Quote;
  let escaped = false;
  for (const character of text) {
    if (escaped) {
      word += character === 't' ? '\t' : character === 'n' ? '\n' : character;
      escaped = false;
      begun = true;
    } else if (character === '\\') {
      if (quote === "'") word += character;
      else escaped = true;
    } else if (blanks.has(character)) {
      if (quote !== undefined) word += character;
      else if (begun) {
        words.push(word);
        word = '';
        begun = false;
      }
    } else if (isQuoteMark(character, quote)) {
      begun ||= quote === character;
      quote = quote === character ? undefined : character;
    } else {
      if (quote === undefined && operators.has(character)) {
        // A number before `>` names a stream, not a word.
        if (character === '>' && /^[0-9]/.test(word)) begun = false;
        break;
      }
      const next = nested(character, quote, word);
      if (next === 'invalid') return undefined;
      quote = next;
      word += character;
      begun = true;
    }
  }
  if (begun) words.push(word);
  return escaped || quote !== undefined ? undefined : words;
}

const isQuoteMark = (character: string, quote: Quote): character is "'" | '"' =>
  (character === '"' && (quote === undefined || quote === '"')) ||
  (character === "'" && (quote === undefined || quote === "'"));

/** What is open behind a character that may open or close `$(…)` or a backquoted part. */
function nested(character: string, quote: Quote, word: string): Quote | 'invalid' {
  if (quote === "'" || quote === '"') return quote;
  if (character === '`' && quote !== '(') return quote === '`' ? undefined : '`';
  if (quote === '`') return quote;
  if (character === ')') return quote === '(' ? undefined : 'invalid';
  if (character === '(') return quote === undefined && word.endsWith('$') ? '(' : 'invalid';
  return quote;
}
