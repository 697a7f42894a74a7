/** Parents, and who may stand for whom. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { memo } from '../memo.ts';
import { bodyOf, findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';

export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

export const parentNode = (type: TypeDeclaration): Node | undefined => valueOf(type.node, 'derived_from');

const parentOf = (type: TypeDeclaration): TypeDeclaration | undefined => {
  const name = textOf(parentNode(type));
  return name === undefined ? undefined : findType(type.unit, type.category, name);
};

/** More generations than anybody has: a longer line is an attack, and is told as one without an end. */
const mostGenerations = 200;

/** The type itself first, then its parent, and so on; ends where a circle would begin. */
export const lineageOf = memo((type: TypeDeclaration): readonly TypeDeclaration[] => {
  const line = new Set([type]);
  for (
    let next = parentOf(type);
    next !== undefined && !line.has(next) && line.size < mostGenerations;
    next = parentOf(next)
  )
    line.add(next);
  return [...line];
});

export const isCircular = (type: TypeDeclaration): boolean => {
  const last = lineageOf(type).at(-1);
  return last !== undefined && parentOf(last) !== undefined;
};

/** Its line ends at a type that has no parent, not at a parent that is unknown or in a circle. */
export function isWhole(type: TypeDeclaration): boolean {
  const last = lineageOf(type).at(-1) ?? type;
  return parentNode(last) === undefined;
}

/** The type is the other or derives from it. */
export const isA = (type: TypeDeclaration, ancestor: TypeDeclaration): boolean => lineageOf(type).includes(ancestor);

/** The value of a keyname in the nearest type of the line that has it. */
export function inheritedNode(
  type: TypeDeclaration,
  keyname: string,
): { readonly node: Node; readonly from: TypeDeclaration } | undefined {
  for (const from of lineageOf(type)) {
    const node = valueOf(bodyOf(from), keyname);
    if (node !== undefined) return { node, from };
  }
  return undefined;
}
