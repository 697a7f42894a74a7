/** Short forms made of a few parts between separators. */

export type Device = { readonly source: string; readonly target: string; readonly permissions: string };

/** `source[:target[:permissions]]`, or the name of a CDI device. */
export function parseDevice(text: string): Device | undefined {
  const [source = '', target = '', permissions = 'rwm', more] = text.split(':');
  return more === undefined ? { source, target: target === '' ? source : target, permissions } : undefined;
}

export type Host = { readonly name: string; readonly addresses: readonly string[] };

/** `name=address` or `name:address`; an IPv6 address may stand in brackets. */
export function parseHost(text: string): Host | undefined {
  const at = text.includes('=') ? text.indexOf('=') : text.indexOf(':');
  return at < 0 ? undefined : hostOf(text.slice(0, at), text.slice(at + 1).split(','));
}

/** `undefined` where the name is none. */
export function hostOf(name: string, addresses: readonly string[]): Host | undefined {
  if (name === '' || /[:=]/.test(name)) return undefined;
  return { name, addresses: addresses.map((address) => /^\[(.+)\]$/.exec(address)?.[1] ?? address) };
}

/** `KEY=value`; `undefined` for the value of a bare `KEY`. */
export function splitPair(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
