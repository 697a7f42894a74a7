/** The short form of a port: `[[address:][published]:]target[/protocol]`, numbers or ranges. */
import { parseAddress } from '../../ip/address.ts';

export type ShortPort = {
  readonly hostIp: string;
  readonly target: number;
  /** A range where any of its ports will do. */
  readonly published: string;
  readonly protocol: string;
};

export type PortMistake =
  | { readonly kind: 'address'; readonly text: string }
  | { readonly kind: 'target'; readonly text: string }
  | { readonly kind: 'published'; readonly text: string }
  | { readonly kind: 'protocol'; readonly text: string }
  | { readonly kind: 'uneven'; readonly target: string; readonly published: string };

export type ParsedPorts =
  | { readonly kind: 'ports'; readonly ports: readonly ShortPort[] }
  | { readonly kind: 'mistake'; readonly mistake: PortMistake };

const mistake = (value: PortMistake): ParsedPorts => ({ kind: 'mistake', mistake: value });

/** In the order Compose prints them: target ports as texts, `10` before `9`. */
export function parsePorts(text: string): ParsedPorts {
  const { address, published, target, protocol } = splitPort(text);
  const hostIp = unbracket(address);
  if (hostIp === undefined || (hostIp !== '' && parseAddress(hostIp) === undefined))
    return mistake({ kind: 'address', text: address });
  const inside = parseRange(target);
  if (inside === undefined || inside.start === 0) return mistake({ kind: 'target', text: target });
  const outside = published === '' ? undefined : parseRange(published);
  if (published !== '' && outside === undefined) return mistake({ kind: 'published', text: published });
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return mistake({ kind: 'protocol', text: protocol });
  const size = inside.end - inside.start;
  if (outside !== undefined && size > 0 && outside.end - outside.start !== size)
    return mistake({ kind: 'uneven', target, published });
  const ports = Array.from({ length: size + 1 }, (_, index) => ({
    hostIp,
    target: inside.start + index,
    published: publishedAt(outside, size, index),
    protocol,
  }));
  return { kind: 'ports', ports: ports.sort((a, b) => (String(a.target) < String(b.target) ? -1 : 1)) };
}

/** IPv6 addresses stand in brackets. */
function unbracket(address: string): string | undefined {
  const [, inner] = /^\[([^[\]]*)\]$/.exec(address) ?? [];
  return inner ?? (/[:[\]]/.test(address) ? undefined : address);
}

type Range = { readonly start: number; readonly end: number };

function publishedAt(outside: Range | undefined, size: number, index: number): string {
  if (outside === undefined) return '';
  const start = outside.start + index;
  return size === 0 && outside.end > outside.start ? `${start}-${outside.end}` : String(start);
}

function splitPort(text: string): { address: string; published: string; target: string; protocol: string } {
  const parts = text.split(':');
  const [target = '', protocol = ''] = (parts.pop() ?? '').split('/');
  const published = parts.pop() ?? '';
  return { address: parts.join(':'), published, target, protocol: protocol === '' ? 'tcp' : protocol.toLowerCase() };
}

/** Of a range with more than one dash only the first two numbers count, as in Compose. */
function parseRange(text: string): Range | undefined {
  const [first = '', second = first] = text.split('-');
  if (!/^\d{1,20}$/.test(first) || !/^\d{1,20}$/.test(second)) return undefined;
  const start = Number(first);
  const end = Number(second);
  return start > 65535 || end > 65535 || end < start ? undefined : { start, end };
}
