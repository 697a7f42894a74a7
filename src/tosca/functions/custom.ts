/** Functions that a file defines itself or imports (2.0 §10.4). */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';

export type CustomFunction = { readonly name: string; readonly node: Node; readonly unit: Unit };

export function findFunction(unit: Unit, name: string): CustomFunction | undefined {
  return findIn(unit, name, new Set<string>());
}

function findIn(unit: Unit, name: string, seen: Set<string>): CustomFunction | undefined {
  const place = `${name} ${unit.file}`;
  if (seen.has(place)) return undefined;
  seen.add(place);
  const own =
    valueOf(valueOf(unit.root, 'functions'), name) ??
    valueOf(valueOf(valueOf(unit.root, 'service_template'), 'functions'), name);
  if (own !== undefined) return { name, node: own, unit };
  for (const { unit: imported, namespace } of unit.imports) {
    const inner =
      namespace === undefined ? name : name.startsWith(`${namespace}:`) ? name.slice(namespace.length + 1) : undefined;
    const found = inner === undefined ? undefined : findIn(imported, inner, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
