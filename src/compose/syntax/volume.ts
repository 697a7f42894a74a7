/** The short form of a mount: `[source:]target[:options]`. */

export type ShortVolume = {
  readonly type: 'bind' | 'volume';
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly noCopy: boolean;
  readonly propagation?: string;
  readonly selinux?: string;
  /** One or two characters: Compose takes them for a target without looking further. */
  readonly isBare: boolean;
};

export type ParsedVolume =
  | { readonly kind: 'volume'; readonly volume: ShortVolume }
  | { readonly kind: 'mistake'; readonly mistake: 'empty' | 'empty-part' | 'too-many-colons' };

const propagations = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

const bare = { type: 'volume', readOnly: false, noCopy: false } as const;

export function parseVolume(text: string): ParsedVolume {
  if (text === '') return { kind: 'mistake', mistake: 'empty' };
  const length = new TextEncoder().encode(text).length;
  if (length <= 2) return { kind: 'volume', volume: { ...bare, source: '', target: text, isBare: true } };
  const parts = splitParts(text);
  if (parts.includes('')) return { kind: 'mistake', mistake: 'empty-part' };
  if (parts.length > 3) return { kind: 'mistake', mistake: 'too-many-colons' };
  const [first = '', second, options = ''] = parts;
  const [source, target] = second === undefined ? ['', first] : [first, second];
  const type = isPath(source) ? 'bind' : 'volume';
  return { kind: 'volume', volume: { type, source, target, isBare: false, ...readOptions(options) } };
}

/** Colons separate, but not behind a single letter (a Windows drive) and not inside `${…}` where nothing was replaced. */
function splitParts(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '$' && text[index + 1] === '{') depth++;
    else if (character === '}' && depth > 0) depth--;
    else if (character === ':' && depth === 0 && !isLetter(part)) {
      parts.push(part);
      part = '';
      continue;
    }
    part += character;
  }
  return [...parts, part];
}

const isLetter = (text: string): boolean => /^\p{L}$/u.test(text);

function readOptions(text: string): Pick<ShortVolume, 'readOnly' | 'noCopy' | 'propagation' | 'selinux'> {
  const options = text.split(',');
  const propagation = options.findLast((option) => propagations.has(option));
  const selinux = options.findLast((option) => option === 'z' || option === 'Z');
  return {
    readOnly: options.findLast((option) => option === 'ro' || option === 'rw') === 'ro',
    noCopy: options.includes('nocopy'),
    ...(propagation === undefined ? {} : { propagation }),
    ...(selinux === undefined ? {} : { selinux }),
  };
}

/** A path of the host (a Windows one too), not the name of a volume. */
const isPath = (source: string): boolean => /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
