/** A selector of Calico's as a value: which labels something must have (libcalico-go/lib/selector). */
export type Selector =
  | { readonly kind: 'all' }
  /** Only in a namespaceSelector: what is in no namespace. */
  | { readonly kind: 'global' }
  | { readonly kind: 'has'; readonly label: string }
  | { readonly kind: Comparison; readonly label: string; readonly value: string }
  | { readonly kind: 'in' | 'not-in'; readonly label: string; readonly values: readonly string[] }
  | { readonly kind: 'not'; readonly operand: Selector }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Selector[] };

export type Comparison = 'equals' | 'differs' | 'contains' | 'starts-with' | 'ends-with';

export const everything: Selector = { kind: 'all' };

const spelling: Readonly<Record<Comparison, string>> = {
  equals: '==',
  differs: '!=',
  contains: 'contains',
  'starts-with': 'starts with',
  'ends-with': 'ends with',
};

/** A literal has no escapes, so one that holds both quotes can't be written; none can be read either. */
const quoted = (value: string): string => (value.includes('"') ? `'${value}'` : `"${value}"`);

/** One way to write it, whatever way it was written: equal texts mean equal selectors. */
export function renderSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'all':
      return 'all()';
    case 'global':
      return 'global()';
    case 'has':
      return `has(${selector.label})`;
    case 'in':
    case 'not-in': {
      const values = [...new Set(selector.values)].sort().map(quoted).join(', ');
      return `${selector.label} ${selector.kind === 'in' ? 'in' : 'not in'} {${values}}`;
    }
    case 'not':
      return `!${renderSelector(selector.operand)}`;
    case 'and':
      return `(${selector.operands.map(renderSelector).join(' && ')})`;
    case 'or':
      return `(${selector.operands.map(renderSelector).join(' || ')})`;
    default:
      return `${selector.label} ${spelling[selector.kind]} ${quoted(selector.value)}`;
  }
}

/** All of them; those that say nothing are left out. */
export function allOf(...selectors: readonly (Selector | undefined)[]): Selector {
  const [first, ...rest] = selectors.filter((one) => one !== undefined && one.kind !== 'all');
  if (first === undefined) return everything;
  return rest.length === 0 ? first : { kind: 'and', operands: [first, ...rest.filter((one) => one !== undefined)] };
}

/** The same selector with every operand changed that is no combination of others. */
export function mapLeaves(selector: Selector, change: (leaf: Selector) => Selector): Selector {
  switch (selector.kind) {
    case 'not':
      return { kind: 'not', operand: mapLeaves(selector.operand, change) };
    case 'and':
    case 'or':
      return { kind: selector.kind, operands: selector.operands.map((one) => mapLeaves(one, change)) };
    default:
      return change(selector);
  }
}

/** Whether a leaf is of some kind. */
export function someLeaf(selector: Selector, test: (leaf: Selector) => boolean): boolean {
  switch (selector.kind) {
    case 'not':
      return someLeaf(selector.operand, test);
    case 'and':
    case 'or':
      return selector.operands.some((one) => someLeaf(one, test));
    default:
      return test(selector);
  }
}
