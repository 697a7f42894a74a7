/** Applications, whatever they were read from, as compose and stack files. */
import { translateFromModel } from '../compose/model/index.ts';
import { translateToStack } from '../compose/stack/index.ts';
import type { Span } from '../diagnostic/problem.ts';
import type { Report } from '../diagnostic/report.ts';
import type { MapNode, Node, ScalarValue } from '../document/node.ts';
import type { Application } from '../model/entity.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isDeferred, isList, isMap } from '../model/value.ts';
import { blueprintWords } from './words.ts';

export const applicationToCompose = (
  application: Application,
): { readonly value: ValueMap; readonly report: Report } => {
  const { tree, report } = translateFromModel(application, blueprintWords);
  return { value: tree, report };
};

/** Through the compose file it would be, whose changes are told too. */
export function applicationToStack(
  application: Application,
  earliestVersion: boolean,
): { readonly value: ValueMap; readonly report: Report } {
  const compose = applicationToCompose(application);
  const stack = translateToStack(nodeOfMap(compose.value), { earliestVersion });
  const told = new Set(compose.report.map(({ path }) => path));
  const more = stack.report.filter(({ path }) => !told.has(path)).map(({ at: _nowhere, ...line }) => line);
  return { value: stack.value, report: [...compose.report, ...more] };
}

/** What was made stands in no file. */
const nowhere: Span = {
  file: '',
  start: { offset: 0, line: 1, column: 1 },
  end: { offset: 0, line: 1, column: 1 },
};

const scalar = (value: ScalarValue): Node => ({
  kind: 'scalar',
  value,
  text: String(value),
  style: 'plain',
  span: nowhere,
});

function nodeOfMap(map: ValueMap): MapNode {
  const entries = [...map].flatMap(([key, item]) =>
    typeof key === 'string' ? [{ key: scalar(key), value: nodeOf(item) }] : [],
  );
  return { kind: 'map', entries, span: nowhere };
}

function nodeOf(value: Value): Node {
  if (isMap(value)) return nodeOfMap(value);
  if (isList(value)) return { kind: 'list', items: value.map(nodeOf), span: nowhere };
  return scalar(isDeferred(value) ? null : value);
}
