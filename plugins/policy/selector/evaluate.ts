/** Whether labels fit a selector, with the labels known in full or only in part. */
import type { Selector } from './selector.ts';

export type Labels = ReadonlyMap<string, string>;

/**
 * Undefined: it depends on labels that are not known yet (Kleene's logic), which happens only when `isComplete` is
 * false. What has not the label differs from every value and is in no list, as in Calico.
 */
export function judge(selector: Selector, labels: Labels, isComplete: boolean): boolean | undefined {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return true;
    case 'not': {
      const operand = judge(selector.operand, labels, isComplete);
      return operand === undefined ? undefined : !operand;
    }
    case 'and':
      return judgeEvery(selector.operands, labels, isComplete);
    case 'or':
      return judgeSome(selector.operands, labels, isComplete);
    default:
      return labels.has(selector.label) || isComplete ? judgeLeaf(selector, labels.get(selector.label)) : undefined;
  }
}

export const matches = (selector: Selector, labels: Labels): boolean => judge(selector, labels, true) === true;

function judgeEvery(operands: readonly Selector[], labels: Labels, isComplete: boolean): boolean | undefined {
  let result: boolean | undefined = true;
  for (const operand of operands) {
    const one = judge(operand, labels, isComplete);
    if (one === false) return false;
    if (one === undefined) result = undefined;
  }
  return result;
}

function judgeSome(operands: readonly Selector[], labels: Labels, isComplete: boolean): boolean | undefined {
  let result: boolean | undefined = false;
  for (const operand of operands) {
    const one = judge(operand, labels, isComplete);
    if (one === true) return true;
    if (one === undefined) result = undefined;
  }
  return result;
}

type Leaf = Exclude<Selector, { readonly kind: 'all' | 'global' | 'not' | 'and' | 'or' }>;

function judgeLeaf(leaf: Leaf, value: string | undefined): boolean {
  switch (leaf.kind) {
    case 'has':
      return value !== undefined;
    case 'equals':
      return value === leaf.value;
    case 'differs':
      return value !== leaf.value;
    case 'contains':
      return value?.includes(leaf.value) === true;
    case 'starts-with':
      return value?.startsWith(leaf.value) === true;
    case 'ends-with':
      return value?.endsWith(leaf.value) === true;
    case 'in':
      return value !== undefined && leaf.values.includes(value);
    case 'not-in':
      return value === undefined || !leaf.values.includes(value);
  }
}
