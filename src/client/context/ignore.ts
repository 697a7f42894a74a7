/**
 * `.dockerignore`: which paths of a build context stay at home. Rules of moby's patternmatcher
 * (github.com/moby/patternmatcher): Go's filepath.Match with `**` for any number of folders, the last pattern that
 * matches a path or a folder above it decides, `!` takes back in. Pure.
 */

export type Ignore = {
  /** `path` is relative, with `/` between names. */
  ignores(path: string): boolean;
  /** Whether something below an ignored folder may be taken back in. */
  mayHold(folder: string): boolean;
};

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'class'; readonly not: boolean; readonly ranges: readonly (readonly [string, string])[] }
  /** `*`: within a name. */
  | { readonly kind: 'star' }
  /** `**` at the end: everything. */
  | { readonly kind: 'any' }
  /** `**` elsewhere, with the `/` after it if there is one: whole folders, or none. */
  | { readonly kind: 'folders' };

type Pattern = { readonly text: string; readonly isBack: boolean; readonly tokens: readonly Token[] };

export function readIgnore(text: string): Ignore {
  const patterns = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap(readLine);
  return {
    ignores: (path) => {
      const names = path.split('/');
      const parents = names.map((_name, index) => names.slice(0, index + 1).join('/'));
      let isIgnored = false;
      for (const { isBack, tokens } of patterns)
        if (isIgnored === isBack && parents.some((one) => matches(tokens, one))) isIgnored = !isBack;
      return isIgnored;
    },
    mayHold: (folder) => patterns.some(({ isBack, text: said }) => isBack && `${said}/`.startsWith(`${folder}/`)),
  };
}

function readLine(line: string): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const said = line.trim();
  const isBack = said.startsWith('!');
  const text = clean(isBack ? said.slice(1).trim() : said);
  return text === '' ? [] : [{ text, isBack, tokens: tokensOf(text) }];
}

/** As Go's filepath.Clean, and relative to the context. */
function clean(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return names.join('/');
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*' && pattern[at + 1] === '*') {
      at += pattern[at + 2] === '/' ? 2 : 1;
      tokens.push({ kind: at + 1 < pattern.length ? 'folders' : 'any' });
    } else if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '[') {
      const found = readClass(pattern, at);
      tokens.push(found?.token ?? { kind: 'text', text: character });
      at = found?.end ?? at;
    } else if (character === '\\' && at + 1 < pattern.length) tokens.push({ kind: 'text', text: pattern[++at] ?? '' });
    else tokens.push({ kind: 'text', text: character });
  }
  return tokens;
}

/** `[a-z_]`, `[^0-9]`; undefined where it does not end. */
function readClass(pattern: string, start: number): { readonly token: Token; readonly end: number } | undefined {
  const not = pattern[start + 1] === '^';
  const ranges: (readonly [string, string])[] = [];
  let at = start + (not ? 2 : 1);
  const take = (): string => {
    if (pattern[at] === '\\') at++;
    return pattern[at++] ?? '';
  };
  while (at < pattern.length && (pattern[at] !== ']' || ranges.length === 0)) {
    const low = take();
    if (pattern[at] !== '-' || pattern[at + 1] === ']') ranges.push([low, low]);
    else {
      at++;
      ranges.push([low, take()]);
    }
  }
  return pattern[at] === ']' ? { token: { kind: 'class', not, ranges }, end: at } : undefined;
}

/** All ways at once, so that no pattern makes it slow: a set of places in the pattern, moved on by each character. */
function matches(tokens: readonly Token[], path: string): boolean {
  let places = withEmpty(tokens, new Set([0]));
  for (const character of path) {
    const next = new Set<number>();
    for (const place of places) step(tokens, place, character, next);
    if (next.size === 0) return false;
    places = withEmpty(tokens, next);
  }
  return places.has(tokens.length);
}

/** What a token that may stand for nothing lets through. Places only grow, and a set tells those added while it is read. */
function withEmpty(tokens: readonly Token[], places: Set<number>): Set<number> {
  for (const place of places) {
    const kind = tokens[place]?.kind;
    if (kind === 'star' || kind === 'any' || kind === 'folders') places.add(place + 1);
  }
  return places;
}

/** Within folders of `**` is half a place on: there only a `/` leads to the next token. */
function step(tokens: readonly Token[], place: number, character: string, next: Set<number>): void {
  const at = Math.floor(place);
  const token = tokens[at];
  if (token === undefined) return;
  const isName = character !== '/';
  if (token.kind === 'text' && token.text === character) next.add(at + 1);
  else if (token.kind === 'one' && isName) next.add(at + 1);
  else if (token.kind === 'class' && isName && isIn(token, character)) next.add(at + 1);
  else if (token.kind === 'star' && isName) next.add(at);
  else if (token.kind === 'any') next.add(at);
  else if (token.kind === 'folders') {
    next.add(at + 0.5);
    if (!isName) next.add(at + 1);
  }
}

const isIn = ({ not, ranges }: Extract<Token, { kind: 'class' }>, character: string): boolean =>
  ranges.some(([low, high]) => low <= character && character <= high) !== not;
