/** Words as a shell splits them: quotes group, a backslash takes the next character as it is. */
export function splitWords(text: string): readonly string[] {
  const found: string[] = [];
  const word = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+|["'\\])/gs;
  for (const [, raw = ''] of text.matchAll(word))
    found.push(
      raw.replaceAll(
        /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs,
        (_all, double?: string, single?: string, plain?: string) =>
          double === undefined ? (single ?? plain ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1'),
      ),
    );
  return found;
}
