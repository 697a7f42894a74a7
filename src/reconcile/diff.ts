/** The difference between what should be and what is, by key. Order of `want` and `have` is kept. */
export type Difference<W, H> = {
  readonly add: readonly W[];
  readonly change: readonly { readonly from: H; readonly to: W }[];
  readonly remove: readonly H[];
};

export function diff<W, H>(
  want: readonly W[],
  have: readonly H[],
  keys: { readonly want: (item: W) => string; readonly have: (item: H) => string },
  same: (want: W, have: H) => boolean,
): Difference<W, H> {
  const known = new Map(have.map((item) => [keys.have(item), item]));
  const wanted = new Set(want.map(keys.want));
  const add: W[] = [];
  const change: { from: H; to: W }[] = [];
  for (const item of want) {
    const current = known.get(keys.want(item));
    if (current === undefined) add.push(item);
    else if (!same(item, current)) change.push({ from: current, to: item });
  }
  return { add, change, remove: have.filter((item) => !wanted.has(keys.have(item))) };
}
