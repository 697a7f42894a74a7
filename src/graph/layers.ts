/** Rows for boxes that stand side by side: what a line leads to is below what it comes from, with few crossings. */

export type Edge = { readonly from: number; readonly to: number };

/** Rows of indices, top to bottom. The same for the same input; time is linear but for the sorting of rows. */
export function layersOf(count: number, edges: readonly Edge[]): readonly (readonly number[])[] {
  const below = adjacency(count, withoutCycles(count, edges));
  const depth = depths(count, below);
  const rows: number[][] = [];
  for (let node = 0; node < count; node++) (rows[depth[node] ?? 0] ??= []).push(node);
  return untangle(rows, below, count);
}

function adjacency(count: number, edges: readonly Edge[]): readonly (readonly number[])[] {
  const below = Array.from({ length: count }, (): number[] => []);
  for (const { from, to } of edges) if (!below[from]?.includes(to)) below[from]?.push(to);
  return below;
}

/** Edges that would lead back up in a walk from the first node on are turned round. */
function withoutCycles(count: number, edges: readonly Edge[]): readonly Edge[] {
  const next = adjacency(count, edges);
  const state = Array.from({ length: count }, (): 'new' | 'open' | 'done' => 'new');
  const turned = new Set<string>();
  for (let start = 0; start < count; start++) {
    if (state[start] !== 'new') continue;
    const trail: { readonly node: number; at: number }[] = [{ node: start, at: 0 }];
    state[start] = 'open';
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const to = next[top.node]?.[top.at++];
      if (to === undefined) {
        state[top.node] = 'done';
        trail.pop();
      } else if (state[to] === 'open') turned.add(`${top.node} ${to}`);
      else if (state[to] === 'new') {
        state[to] = 'open';
        trail.push({ node: to, at: 0 });
      }
    }
  }
  return edges
    .filter(({ from, to }) => from !== to)
    .map(({ from, to }) => (turned.has(`${from} ${to}`) ? { from: to, to: from } : { from, to }));
}

/** One more than the deepest node a line comes from. */
function depths(count: number, below: readonly (readonly number[])[]): readonly number[] {
  const depth = Array.from({ length: count }, () => 0);
  const waiting = Array.from({ length: count }, () => 0);
  for (const list of below) for (const to of list) waiting[to] = (waiting[to] ?? 0) + 1;
  const ready = waiting.flatMap((number, node) => (number === 0 ? [node] : []));
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    for (const to of below[node] ?? []) {
      depth[to] = Math.max(depth[to] ?? 0, (depth[node] ?? 0) + 1);
      waiting[to] = (waiting[to] ?? 0) - 1;
      if (waiting[to] === 0) ready.push(to);
    }
  }
  return depth;
}

const sweeps = 4;

/** Moves each box to the mean place of those above it, then of those below, a few times. */
function untangle(
  rows: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
  count: number,
): readonly (readonly number[])[] {
  const above = adjacency(
    count,
    below.flatMap((list, from) => list.map((to) => ({ from: to, to: from }))),
  );
  const place = Array.from({ length: count }, () => 0);
  const settle = (row: readonly number[]): void =>
    row.forEach((node, index) => (place[node] = (index + 0.5) / row.length));
  let order = rows;
  order.forEach(settle);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const neighbours = sweep % 2 === 0 ? above : below;
    order = order.map((row) => {
      const mean = (node: number): number => {
        const near = neighbours[node] ?? [];
        return near.length === 0
          ? (place[node] ?? 0)
          : near.reduce((sum, other) => sum + (place[other] ?? 0), 0) / near.length;
      };
      const sorted = row
        .map((node) => ({ node, mean: mean(node) }))
        .sort((a, b) => a.mean - b.mean || a.node - b.node)
        .map(({ node }) => node);
      settle(sorted);
      return sorted;
    });
  }
  return order;
}
