/** A file with values of inputs: a map of names, as YAML or JSON. */
import type { Checked } from '../diagnostic/problem.ts';
import { parseDocument } from '../document/parse.ts';
import { valueOfNode } from '../compose/model/values.ts';
import { isMap } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { convertProblem } from './problems.ts';
import type { Document } from './request.ts';

export function parseInputs({ path, text }: Document): Checked<ReadonlyMap<string, Value>> {
  const { value: node, problems } = parseDocument(text, path, { schema: 'core' });
  const value = valueOfNode(node);
  if (value === null && problems.length === 0) return { value: new Map(), problems };
  if (isMap(value)) {
    const named = [...value].flatMap(([name, item]): [string, Value][] =>
      typeof name === 'string' ? [[name, item]] : [],
    );
    return { value: new Map(named), problems };
  }
  const wrong = convertProblem('inputs-invalid', `${path} is not a map of inputs and their values.`, { at: node.span });
  return { value: new Map(), problems: [...problems, wrong] };
}
