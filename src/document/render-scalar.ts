/** How one string, key or number is written so that YAML 1.1 and 1.2 readers agree on it. */

/** Words some reader takes for a boolean, null, merge key or default value. */
const words = /^(?:~|null|true|false|y|n|yes|no|on|off|=|<<|[-+]?\.(?:inf|nan))$/i;

/** Begins like a number, a date or a sexagesimal of some YAML version: quoted, since telling them apart gains nothing. */
const numberLike =
  /^[-+]?(?:0[xXoObB][0-9a-fA-F_]+|[0-9][0-9_,:]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+|\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?)$/;

const indicatorFirst = /^(?:[\s,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/;
const indicatorInside = /:(?:\s|$)| #|\s$/;

/** What may stand in a text unescaped; line breaks of YAML 1.1 (NEL, LS, PS) and the byte order mark may not. */
const unprintable = /[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

const isPlain = (text: string): boolean =>
  text !== '' &&
  !unprintable.test(text) &&
  !indicatorFirst.test(text) &&
  !indicatorInside.test(text) &&
  !words.test(text) &&
  !numberLike.test(text);

/** Implicit keys end within 1024 characters (YAML 1.2 §7.4); quoting may double a text. */
const longestImplicitKey = 500;

/** `undefined`: it must be written as an explicit key (`? …`). */
export function renderKey(text: string): string | undefined {
  return text.length > longestImplicitKey ? undefined : renderLine(text);
}

/** `indent` is the column where the block that holds the value begins; a block literal stands there. */
export function renderString(text: string, indent: number): string {
  return (text.includes('\n') ? renderLiteral(text, indent) : undefined) ?? renderLine(text);
}

function renderLine(text: string): string {
  if (isPlain(text)) return text;
  return unprintable.test(text) ? renderDouble(text) : renderSingle(text);
}

/** Inside of brackets, where commas and brackets end a plain text. */
export const renderFlowText = (text: string): string =>
  isPlain(text) && !/[,[\]{}]/.test(text) ? text : unprintable.test(text) ? renderDouble(text) : renderSingle(text);

/** `undefined` where a block literal can't say it: a last line of blanks only, or characters that need an escape. */
function renderLiteral(text: string, indent: number): string | undefined {
  const body = text.replace(/\n+$/, '');
  if (/(?:^|\n)[ \t]*$/.test(body) || unprintable.test(body.replaceAll(/[\n\t]/g, ''))) return undefined;
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  // Without the indicator the first line would set the indentation, and lines of blanks could be taken for it.
  const explicit = /^\n*[ \t]/.test(text) || lines.some((line) => /^[ \t]+$/.test(line)) ? '2' : '';
  // Parsers disagree on what an indicator counts from at the top of a document.
  if (explicit !== '' && indent === 0) return undefined;
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const margin = ' '.repeat(Math.max(indent, 2));
  return `|${explicit}${chomping}${lines.map((line) => (line === '' ? '\n' : `\n${margin}${line}`)).join('')}`;
}

const renderSingle = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const escapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\0', '\\0'],
]);

function renderDouble(text: string): string {
  let out = '"';
  for (const character of text) {
    const known = escapes.get(character);
    if (known !== undefined) out += known;
    else if (unprintable.test(character))
      out += `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    else out += character;
  }
  return `${out}"`;
}

/** Always with a digit and a dot before an exponent: YAML 1.1 takes `1e21` for a string. */
export function renderNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', exponent] = String(value).split('e');
  // An integer beyond 2^53 would be read as the bigint it is not.
  if (exponent === undefined)
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? `${mantissa}.0` : mantissa;
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}
