/** What is done to a template, the text that goes, the text that comes, and the code it is told with. */
export type Row = readonly [
  what: string,
  replace: string,
  by: string,
  code: string,
  /** The beginning of the line that is told; the first of what has come where left out. `#2` before it: the second such. */
  at?: string,
];

export type Variant = readonly [what: string, replace: string, by: string];

export function mutated(base: string, what: string, replace: string, by: string): { text: string; line: number } {
  const place = base.indexOf(replace);
  if (place < 0 || base.includes(replace, place + 1))
    throw new Error(`${what}: found ${place < 0 ? 'nowhere' : 'twice'}`);
  const text = base.slice(0, place) + by + base.slice(place + replace.length);
  const leading = /^\s*/.exec(by)?.[0].length ?? 0;
  return { text, line: text.slice(0, place + leading).split('\n').length };
}

export function lineOf(text: string, what: string, beginning: string): number {
  const [, nth = '1', wanted = ''] = /^(?:#(\d))?([^]*)$/.exec(beginning) ?? [];
  const places = [...text.matchAll(new RegExp(`^${wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`, 'gm'))];
  const place = places[Number(nth) - 1];
  if (place === undefined) throw new Error(`${what}: no line begins with ${beginning}`);
  return text.slice(0, place.index).split('\n').length;
}
