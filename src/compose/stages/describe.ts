/** Words for what stands and what should stand at a place. */
import type { Node } from '../../document/node.ts';
import type { Form, ScalarType } from '../rows/row.ts';

const typeNames: Readonly<Record<ScalarType, string>> = {
  text: 'a text',
  integer: 'a whole number',
  number: 'a number',
  flag: 'true or false',
  null: 'nothing',
};

const formNames = (form: Form): readonly string[] => {
  switch (form.kind) {
    case 'scalar':
      return form.types.map((type) => typeNames[type]);
    case 'list':
      return ['a list'];
    case 'map':
    case 'dict':
      return ['a map'];
    case 'either':
      return form.forms.flatMap(formNames);
    default:
      return ['anything'];
  }
};

/** `a text, a list or a map` */
export function describeForm(form: Form): string {
  const names = [...new Set(formNames(form))];
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

export function describeNode(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  const { value } = node;
  if (value === null) return 'nothing';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return String(value);
  return `the number ${node.text}`;
}

/** `services.web.ports[0]`, `services.web.labels["a.b"]`; the file itself for nothing. */
export function describePath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text === '' ? 'The file' : text;
}
