/**
 * A command in one text, split into words as mattn/go-shellwords does: quotes and backslashes, no variables; `$(…)` and
 * backquotes stay as they are; everything from an unquoted `;`, `&`, `|`, `<` or `>` on is dropped.
 */

type Splitter = {
  readonly words: string[];
  word: string;
  /** A word has begun, if only with quotes around nothing. */
  begun: boolean;
  escaped: boolean;
  single: boolean;
  double: boolean;
  back: boolean;
  dollar: boolean;
};

/** `ends`: the rest is dropped. */
type Outcome = 'taken' | 'ends' | 'invalid';

const operators = new Set([';', '&', '|', '<', '>']);
const blanks = new Set([' ', '\t', '\r', '\n']);

/** `undefined` where a quote or bracket is not closed. */
export function splitCommand(text: string): readonly string[] | undefined {
  const s: Splitter = {
    words: [],
    word: '',
    begun: false,
    escaped: false,
    single: false,
    double: false,
    back: false,
    dollar: false,
  };
  for (const character of text) {
    const outcome = takeCharacter(s, character);
    if (outcome === 'invalid') return undefined;
    if (outcome === 'ends') break;
  }
  if (s.begun) s.words.push(s.word);
  return s.escaped || isOpen(s) ? undefined : s.words;
}

const isOpen = (s: Splitter): boolean => s.single || s.double || s.back || s.dollar;

function takeCharacter(s: Splitter, character: string): Outcome {
  if (s.escaped) {
    s.escaped = false;
    return append(s, character === 't' ? '\t' : character === 'n' ? '\n' : character);
  }
  if (character === '\\' && !s.single) {
    s.escaped = true;
    return 'taken';
  }
  if (character === '\\' || (blanks.has(character) && isOpen(s))) {
    s.word += character;
    return 'taken';
  }
  if (blanks.has(character)) return endWord(s);
  if (character === '"' && !s.single && !s.dollar) {
    s.begun ||= s.double;
    s.double = !s.double;
    return 'taken';
  }
  if (character === "'" && !s.double && !s.dollar) {
    s.begun ||= s.single;
    s.single = !s.single;
    return 'taken';
  }
  if (operators.has(character) && !isOpen(s)) {
    // A number before `>` names a stream and is no word.
    if (character === '>' && /^[0-9]/.test(s.word)) s.begun = false;
    return 'ends';
  }
  return nest(s, character) === 'invalid' ? 'invalid' : append(s, character);
}

/** Opens and closes `$(…)` and backquoted parts. */
function nest(s: Splitter, character: string): Outcome {
  if (s.single || s.double) return 'taken';
  if (character === '`' && !s.dollar) s.back = !s.back;
  else if (character === ')' && !s.back) {
    if (!s.dollar) return 'invalid';
    s.dollar = false;
  } else if (character === '(' && !s.back) {
    if (s.dollar || !s.word.endsWith('$')) return 'invalid';
    s.dollar = true;
  }
  return 'taken';
}

function append(s: Splitter, character: string): Outcome {
  s.word += character;
  s.begun = true;
  return 'taken';
}

function endWord(s: Splitter): Outcome {
  if (s.begun) s.words.push(s.word);
  s.word = '';
  s.begun = false;
  return 'taken';
}
