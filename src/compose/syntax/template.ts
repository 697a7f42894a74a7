/**
 * `$NAME` and `${NAME…}` in a text, as compose-go's template package reads them: `-` `:-` give a default, `+` `:+` a
 * replacement, `?` `:?` require a value; what stands right of them may hold variables itself and is looked at only when
 * it is needed. `$$` is a dollar; a `$` before anything else stays.
 */

/** `undefined` for a variable that is not set. */
export type Lookup = (name: string) => string | undefined;

/** `offset` and `length` are the place in the template. */
export type TemplateFinding = { readonly offset: number; readonly length: number } & (
  | { readonly kind: 'syntax' }
  | { readonly kind: 'depth' }
  | { readonly kind: 'unset'; readonly name: string }
  | { readonly kind: 'required'; readonly name: string; readonly message: string }
);

export type Substituted = {
  readonly text: string;
  readonly findings: readonly TemplateFinding[];
  /** Variables looked at. */
  readonly names: readonly string[];
};

/** Defaults within defaults, to bound the time on hostile text. */
const deepest = 100;

type Scan = {
  readonly lookup: Lookup;
  readonly findings: TemplateFinding[];
  readonly names: Set<string>;
};

export function substitute(template: string, lookup: Lookup): Substituted {
  if (!template.includes('$')) return { text: template, findings: [], names: [] };
  const scan: Scan = { lookup, findings: [], names: new Set() };
  const text = substituteIn(scan, template, 0, 0);
  return { text, findings: scan.findings, names: [...scan.names] };
}

const named = /[_a-zA-Z][_a-zA-Z0-9]*/y;

/** `base`: where `text` begins in the whole template. */
function substituteIn(scan: Scan, text: string, base: number, depth: number): string {
  if (depth > deepest) {
    scan.findings.push({ kind: 'depth', offset: base, length: text.length });
    return '';
  }
  let out = '';
  let from = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', from)) {
    out += text.slice(from, at);
    named.lastIndex = at + 1;
    const name = named.exec(text)?.[0];
    if (text[at + 1] === '$') {
      out += '$';
      from = at + 2;
    } else if (name !== undefined) {
      out += valueOf(scan, name, base + at, name.length + 1);
      from = at + 1 + name.length;
    } else if (text[at + 1] === '{') {
      const braced = readBraced(text, at);
      out += braced === undefined ? malformed(scan, text, base, at) : expand(scan, braced, base + at, depth);
      from = braced?.end ?? at + 2;
    } else {
      out += '$';
      from = at + 1;
    }
  }
  return out + text.slice(from);
}

type Braced = {
  readonly name: string;
  readonly operator: string;
  readonly body: string;
  /** Of the body, from the `$`. */
  readonly bodyOffset: number;
  /** Behind the closing brace. */
  readonly end: number;
  readonly length: number;
};

const opening = /\$\{([_a-zA-Z][_a-zA-Z0-9]*)(\}|:?[-+?])/y;

/** A default may hold braces of its own, but no line break. */
function readBraced(text: string, at: number): Braced | undefined {
  opening.lastIndex = at;
  const [all, name = '', operator = ''] = opening.exec(text) ?? [];
  if (all === undefined) return undefined;
  if (operator === '}')
    return { name, operator: '', body: '', bodyOffset: 0, end: at + all.length, length: all.length };
  const lineEnd = text.indexOf('\n', at);
  const last = text.lastIndexOf('}', lineEnd < 0 ? text.length : lineEnd);
  const bodyAt = at + all.length;
  if (last < bodyAt) return undefined;
  const close = closingBrace(text, at, last);
  return {
    name,
    operator,
    body: text.slice(bodyAt, close),
    bodyOffset: all.length,
    end: close + 1,
    length: close + 1 - at,
  };
}

/** The character behind an opening brace is never looked at, as in compose-go. Unbalanced: the last one of the line. */
function closingBrace(text: string, from: number, last: number): number {
  let open = 0;
  for (let index = from; index <= last; index++) {
    if (text[index] === '}') {
      open--;
      if (open === 0) return index;
    } else if (text[index] === '{') {
      open++;
      index++;
    }
  }
  return last;
}

function malformed(scan: Scan, text: string, base: number, at: number): string {
  const close = text.indexOf('}', at);
  scan.findings.push({ kind: 'syntax', offset: base + at, length: close < 0 ? 2 : close + 1 - at });
  return '';
}

function lookUp(scan: Scan, name: string): string | undefined {
  scan.names.add(name);
  return scan.lookup(name);
}

function valueOf(scan: Scan, name: string, offset: number, length: number): string {
  const value = lookUp(scan, name);
  if (value === undefined) scan.findings.push({ kind: 'unset', name, offset, length });
  return value ?? '';
}

function expand(scan: Scan, braced: Braced, offset: number, depth: number): string {
  const { name, operator, body, length } = braced;
  if (operator === '') return valueOf(scan, name, offset, length);
  const value = lookUp(scan, name);
  const isThere = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  const bodyText = (): string => substituteIn(scan, body, offset + braced.bodyOffset, depth + 1);
  if (operator.endsWith('+')) return isThere ? bodyText() : (value ?? '');
  if (isThere) return value ?? '';
  if (operator.endsWith('-')) return bodyText();
  const message = bodyText();
  scan.findings.push({ kind: 'required', name, message, offset, length });
  return '';
}
