/**
 * Files of variables (`.env`, `env_file`, `label_file`) as compose-go's dotenv package reads them: `KEY=value`,
 * `export KEY=value`, `KEY: value`, or a bare `KEY` that takes its value from outside. Values in double quotes know
 * escapes; outside single quotes `$NAME` and `${NAME…}` are replaced.
 */
import type { Lookup } from './template.ts';
import { substitute } from './template.ts';

export type Variable = { readonly name: string; readonly value: string; readonly offset: number };

export type EnvFileMistake = {
  readonly kind: 'name' | 'blank-in-name' | 'unclosed' | 'template' | 'required' | 'no-name';
  readonly offset: number;
  readonly text: string;
};

/** Reading ends at the first mistake. */
export type EnvFile = { readonly variables: readonly Variable[]; readonly mistake?: EnvFileMistake };

type Reader = {
  readonly text: string;
  readonly lookup: Lookup;
  /** Those of this file so far; values may refer to them. */
  readonly known: Map<string, string>;
  readonly variables: Variable[];
  mistake: EnvFileMistake | undefined;
  at: number;
};

/** Blanks as Go's `unicode.IsSpace` has them, and those that don't end a line. */
const anySpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*/y;
const lineSpace = /[\t\v\f\r \u0085\u00a0]*/y;
const spaceAtEnd = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
const nameCharacters = /[\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]*/uy;
const exported = /export[\t-\r ]+/y;

/** `lookup` comes before the variables of the file itself. */
export function parseEnvFile(text: string, lookup: Lookup, before: ReadonlyMap<string, string> = new Map()): EnvFile {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const r: Reader = { text, lookup, known: new Map(before), variables: [], mistake: undefined, at: start };
  while (skipToStatement(r) && readStatement(r));
  return r.mistake === undefined ? { variables: r.variables } : { variables: r.variables, mistake: r.mistake };
}

function skip(r: Reader, what: RegExp): void {
  what.lastIndex = r.at;
  r.at += what.exec(r.text)?.[0].length ?? 0;
}

/** Over blanks, empty lines and comments; false at the end. */
function skipToStatement(r: Reader): boolean {
  for (;;) {
    skip(r, anySpace);
    if (r.text[r.at] !== '#') return r.at < r.text.length;
    const end = r.text.indexOf('\n', r.at);
    r.at = end < 0 ? r.text.length : end;
  }
}

function fail(r: Reader, kind: EnvFileMistake['kind'], offset: number, text: string): false {
  r.mistake = { kind, offset, text };
  return false;
}

function readStatement(r: Reader): boolean {
  exported.lastIndex = r.at;
  if (exported.test(r.text)) {
    r.at += 'export'.length;
    skip(r, lineSpace);
  }
  const start = r.at;
  skip(r, nameCharacters);
  const mark = r.text.charAt(r.at);
  if (mark !== '' && !'=:\n'.includes(mark)) return fail(r, 'name', r.at, r.text.slice(start, r.at + 1));
  // At the end of the file, without any mark behind it, a name is read as a value without a name.
  const name = mark === '' ? '' : r.text.slice(start, r.at).replace(spaceAtEnd, '');
  r.at = mark === '' ? start : r.at + 1;
  skip(r, lineSpace);
  if (name.includes(' ')) return fail(r, 'blank-in-name', start, name);
  if (mark === '\n') return inherit(r, name, start);
  const value = readValue(r);
  if (value === undefined) return false;
  set(r, name, value, start);
  return true;
}

function set(r: Reader, name: string, value: string, offset: number): void {
  r.known.set(name, value);
  r.variables.push({ name, value, offset });
}

function inherit(r: Reader, name: string, offset: number): boolean {
  const value = r.lookup(name);
  if (value !== undefined) set(r, name, value, offset);
  return true;
}

function readValue(r: Reader): string | undefined {
  const quote = r.text[r.at];
  if (quote === '"' || quote === "'") return readQuoted(r, quote);
  const start = r.at;
  const end = r.text.indexOf('\n', start);
  r.at = end < 0 ? r.text.length : end + 1;
  const line = r.text.slice(start, end < 0 ? r.text.length : end);
  const comment = line.indexOf(' #');
  return expand(r, (comment < 0 ? line : line.slice(0, comment)).replace(spaceAtEnd, ''), start);
}

/** Over lines too; a backslash keeps the quote from ending it. */
function readQuoted(r: Reader, quote: string): string | undefined {
  const start = r.at;
  let value = '';
  for (let index = start + 1; index < r.text.length; index++) {
    const character = r.text.charAt(index);
    if (character === '\\' && index + 1 < r.text.length) {
      const next = r.text.charAt(++index);
      value += next === quote ? next : character + next;
    } else if (character === quote) {
      r.at = index + 1;
      return quote === '"' ? expand(r, unescape(value), start) : value;
    } else value += character;
  }
  const line = r.text.slice(start).split('\n', 1)[0] ?? '';
  fail(r, 'unclosed', start, line);
  return undefined;
}

function expand(r: Reader, value: string, offset: number): string | undefined {
  const { text, findings } = substitute(value, (name) => r.lookup(name) ?? r.known.get(name));
  const wrong = findings.find(({ kind }) => kind !== 'unset');
  if (wrong === undefined) return text;
  if (wrong.kind === 'required') fail(r, 'required', offset, `${wrong.name}${wrong.message && `: ${wrong.message}`}`);
  else fail(r, 'template', offset, value);
  return undefined;
}

const escapes = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  // The dollar stays a plain one when variables are replaced.
  ['$', '$$'],
]);

/** `\c` is none in Go and stays; `\0` and three octal digits are a character. */
const unescape = (text: string): string =>
  text.replaceAll(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (all, letter?: string, octal?: string) => {
    if (letter !== undefined) return escapes.get(letter) ?? all;
    return octal !== undefined && /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : all;
  });

/** `format: raw`, as `docker run --env-file` reads it: nothing is replaced, quotes and trailing blanks stay. */
export function parseRawEnvFile(text: string, lookup: Lookup): EnvFile {
  const variables: Variable[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const at = offset;
    offset += line.length + 1;
    const content = line
      .replace(at === 0 ? /^\ufeff/ : /^$/, '')
      .replace(/\r$/, '')
      .trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const [name = ''] = content.split('=', 1);
    if (name === '') return { variables, mistake: { kind: 'no-name', offset: at, text: content } };
    if (/\s/.test(name)) return { variables, mistake: { kind: 'blank-in-name', offset: at, text: name } };
    const value = content.length > name.length ? content.slice(name.length + 1) : lookup(content);
    if (value !== undefined) variables.push({ name, value, offset: at });
  }
  return { variables };
}
