/** How deep the lists and objects of a JSON text are nested; stops counting beyond `most`. */
export function exceedsDepth(text: string, most: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === backslash) at++;
      else if (code === quote) isQuoted = false;
    } else if (code === quote) isQuoted = true;
    else if (code === bracket || code === brace) {
      if (++depth > most) return true;
    } else if (code === closingBracket || code === closingBrace) depth--;
  }
  return false;
}

const quote = 0x22;
const backslash = 0x5c;
const bracket = 0x5b;
const closingBracket = 0x5d;
const brace = 0x7b;
const closingBrace = 0x7d;
