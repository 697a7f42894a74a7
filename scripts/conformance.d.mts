/** Line of the conformance list → what it asks for. */
export const conformanceLines: Readonly<Record<number, string>>;
export const beyondReach: Readonly<Record<number, string>>;
export function linesOf(name: string): number[];
export function conformanceTable(results: readonly { readonly name: string; readonly status: string }[]): string;
