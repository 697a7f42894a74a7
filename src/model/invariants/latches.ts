/** Entities that wait for each other in a ring never start. */
import type { Problem } from '../../diagnostic/problem.ts';
import { parseLatch } from '../latches.ts';
import { modelProblem } from '../problems.ts';
import type { Placed } from '../traverse.ts';

/** One problem per ring, named by the entities in it. */
export function checkLatches(placed: readonly Placed[]): readonly Problem[] {
  const waits = new Map<string, readonly string[]>();
  for (const { entity } of placed)
    if (entity.id !== undefined && !waits.has(entity.id))
      waits.set(
        entity.id,
        parseLatch(entity.config.get('latch.start')).map((condition) => condition.entity),
      );
  return ringsOf(waits).map((ring) => {
    const path = placed.find(({ entity }) => entity.id === ring[0])?.path ?? '';
    return modelProblem('model-latch-cycle', path, `Waits for itself to start: ${[...ring, ring[0]].join(' -> ')}.`);
  });
}

/** Depth first with a stack of our own: chains of dependencies may be long. */
function ringsOf(waits: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const rings: (readonly string[])[] = [];
  const done = new Set<string>();
  for (const start of waits.keys()) {
    const trail: { readonly id: string; readonly rest: string[] }[] = [];
    const onTrail = new Set<string>();
    const enter = (id: string): void => {
      trail.push({ id, rest: [...(waits.get(id) ?? [])] });
      onTrail.add(id);
    };
    if (!done.has(start)) enter(start);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const next = top.rest.shift();
      if (next === undefined) {
        trail.pop();
        onTrail.delete(top.id);
        done.add(top.id);
      } else if (onTrail.has(next))
        rings.push(trail.slice(trail.findIndex((step) => step.id === next)).map((step) => step.id));
      else if (!done.has(next)) enter(next);
    }
  }
  return rings;
}
