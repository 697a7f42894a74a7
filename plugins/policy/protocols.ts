/** Protocols by the names Calico knows, and their IANA numbers. */
export const protocolNumbers: ReadonlyMap<string, number> = new Map([
  ['ICMP', 1],
  ['TCP', 6],
  ['UDP', 17],
  ['ICMPv6', 58],
  ['SCTP', 132],
  ['UDPLite', 136],
]);

const byLowerCase = new Map([...protocolNumbers].map(([name, value]) => [name.toLowerCase(), value]));

/** A name, in whatever case, or a number from 1 to 255; undefined for anything else. */
export function protocolNumber(text: string | number): number | undefined {
  const named = typeof text === 'string' ? byLowerCase.get(text.toLowerCase()) : undefined;
  if (named !== undefined) return named;
  const value = typeof text === 'number' ? text : /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isInteger(value) && value >= 1 && value <= 255 ? value : undefined;
}

export const protocolName = (value: number): string =>
  [...protocolNumbers].find(([, one]) => one === value)?.[0] ?? String(value);

/** Protocols whose packets have ports where nftables and Calico look for them. */
export const hasPorts = (protocol: number | undefined): boolean =>
  protocol === 6 || protocol === 17 || protocol === 132;
export const isIcmp = (protocol: number | undefined): boolean => protocol === 1 || protocol === 58;
