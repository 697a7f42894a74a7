/** Both address families, so that each rule is written once. */
export type Family = 4 | 6;
export const families = [4, 6] as const satisfies readonly Family[];
export type PerFamily<T> = Readonly<Record<Family, T>>;

export const byFamily = <T>(make: (family: Family) => T): PerFamily<T> => ({ 4: make(4), 6: make(6) });

/** What nft calls the family's header, and the type of its addresses. */
export const header = { 4: 'ip', 6: 'ip6' } as const satisfies PerFamily<string>;
export const addressType = { 4: 'ipv4_addr', 6: 'ipv6_addr' } as const satisfies PerFamily<string>;
export const wholeLength = { 4: 32, 6: 128 } as const satisfies PerFamily<number>;
