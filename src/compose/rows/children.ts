/** Which row stands for a part of a value. */
import type { Node } from '../../document/node.ts';
import type { Form, Row } from './row.ts';
import { rowOf } from './row.ts';

/** The form a value of that kind is meant to have: of several the first that fits its kind. */
export function formFor(form: Form, kind: Node['kind']): Form | undefined {
  if (form.kind !== 'either') return form.kind === 'any' || kindOf(form) === kind ? form : undefined;
  return form.forms.find((one) => kindOf(one) === kind);
}

const kindOf = (form: Form): Node['kind'] | undefined => {
  switch (form.kind) {
    case 'scalar':
    case 'list':
      return form.kind;
    case 'map':
    case 'dict':
      return 'map';
    default:
      return undefined;
  }
};

/** The row of a map's entry; `undefined` for `x-…` and for keys nobody knows. */
export function rowOfEntry(row: Row | undefined, key: string): Row | undefined {
  if (row === undefined) return undefined;
  const form = formFor(row.form, 'map');
  return form?.kind === 'map' ? rowOf(form.rows, key) : form?.kind === 'dict' ? form.of : undefined;
}

export function rowOfItem(row: Row | undefined): Row | undefined {
  if (row === undefined) return undefined;
  const form = formFor(row.form, 'list');
  return form?.kind === 'list' ? form.of : undefined;
}
