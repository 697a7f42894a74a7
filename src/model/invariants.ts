/**
 * What must hold for any application, whatever it was written in. Values that are only known when deployed (the DSL)
 * are not judged here.
 */
import type { Problem } from '../diagnostic/problem.ts';
import { didYouMean } from '../diagnostic/suggest.ts';
import type { Application } from './entity.ts';
import { kindOfType } from './entity-types.ts';
import { checkLatches } from './invariants/latches.ts';
import { checkNetworks } from './invariants/networks.ts';
import { checkSizes } from './invariants/sizes.ts';
import { modelProblem } from './problems.ts';
import { chainsIn, entitiesOf, referencedId, valuesOf } from './traverse.ts';
import type { Placed } from './traverse.ts';

export function checkApplication(application: Application): readonly Problem[] {
  const placed = [...entitiesOf(application)];
  return [
    ...checkIds(placed),
    ...checkReferences(placed),
    ...checkLatches(placed),
    ...placed.flatMap(checkSizes),
    ...checkNetworks(placed.filter(({ entity }) => kindOfType(entity.type) === 'network')),
  ];
}

/** Specifications are not entities yet: each member has the id of its specification, and that is meant. */
function checkIds(placed: readonly Placed[]): readonly Problem[] {
  const first = new Map<string, Placed>();
  const problems: Problem[] = [];
  for (const one of placed) {
    const { id } = one.entity;
    if (id === undefined || one.isSpec) continue;
    const other = first.get(id);
    if (other === undefined) first.set(id, one);
    else
      problems.push(
        modelProblem('model-id-twice', one.path, `The id "${id}" is that of ${other.path || 'the application'} too.`),
      );
  }
  return problems;
}

function checkReferences(placed: readonly Placed[]): readonly Problem[] {
  const ids = new Set(placed.flatMap(({ entity }) => entity.id ?? []));
  return placed.flatMap(({ entity, path }) =>
    valuesOf(entity)
      .flatMap((value) => [...chainsIn(value)])
      .flatMap((chain) => referencedId(chain) ?? [])
      .filter((id) => !ids.has(id))
      .map((id) => modelProblem('model-reference-unknown', path, `No entity has the id "${id}".`, didYouMean(id, ids))),
  );
}
