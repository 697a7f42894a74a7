/** What each short form stands for (compose-go, transform/). What is not a short form stays as it is. */
import type { Node, ScalarNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { changeValues, listNode, mapOf, scalarNode, textOf, withValue } from '../nodes.ts';
import type { Long } from '../rows/row.ts';
import { renderScalar } from '../syntax/go-number.ts';
import { parseDevice, splitPair } from '../syntax/short-forms.ts';
import type { Canonical } from './canonical.ts';
import { liftDependency, liftList, liftName, liftPair } from './merge-rules.ts';
import { writeOutPorts } from './long-ports.ts';
import { writeOutVolume } from './long-volume.ts';

/** `undefined` leaves the value out; a problem has been told then. */
type LongForm = (node: Node, canonical: Canonical) => Node | undefined;

const ofText =
  (make: (text: string, node: ScalarNode, canonical: Canonical) => Node | undefined): LongForm =>
  (node, canonical) => {
    const text = textOf(node);
    return text === undefined || node.kind !== 'scalar' ? node : make(text, node, canonical);
  };

const envFile = (node: Node): Node => {
  const map = textOf(node) === undefined ? node : mapOf({ path: node }, node.span);
  if (map.kind !== 'map' || valueOf(map, 'required') !== undefined) return map;
  return withValue(map, 'required', scalarNode(true, map.span));
};

const envFiles: LongForm = (node) => {
  if (node.kind === 'list') return listNode(node.items.map(envFile), node.span);
  return textOf(node) === undefined ? node : listNode([envFile(node)], node.span);
};

const dependsOn: LongForm = (node) => {
  const map = liftList(node, liftDependency);
  if (map === undefined) return node;
  return changeValues(map, (dependency) => {
    if (dependency.kind !== 'map' || valueOf(dependency, 'required') !== undefined) return dependency;
    return withValue(dependency, 'required', scalarNode(true, dependency.span));
  });
};

const device = ofText((text, node, { report, isLoose }) => {
  const parsed = parseDevice(text);
  if (parsed === undefined) {
    if (isLoose) return node;
    report('device-invalid', `"${text}" has more than three parts.`, node.span);
    return undefined;
  }
  const part = (value: string): Node => scalarNode(value, node.span);
  return mapOf(
    { source: part(parsed.source), target: part(parsed.target), permissions: part(parsed.permissions) },
    node.span,
  );
});

/** `external: {name: x}` is the old way to say `external: true` and `name: x`. */
const external: LongForm = (node, { report }) => {
  if (node.kind !== 'map') return node;
  const value = valueOf(node, 'external');
  if (value?.kind !== 'map') return node;
  const resource = withValue(node, 'external', scalarNode(true, value.span));
  const name = valueOf(value, 'name');
  if (name === undefined) return resource;
  const named = valueOf(node, 'name');
  report('external-name', 'external.name is the old way to name it.', name.span, {
    hint: `Write: name: ${textOf(name) ?? ''}, external: true.`,
  });
  if (named === undefined) return withValue(resource, 'name', name);
  if (textOf(named) !== textOf(name)) {
    const related = [{ message: 'The other name is here.', at: named.span }];
    report('external-name-conflict', 'external.name differs from name.', name.span, { related });
  }
  return resource;
};

/** As pairs, but each must have a value. */
const keyValues: LongForm = (node, { report, isLoose }) => {
  if (node.kind !== 'list') return node;
  const wrong = node.items.filter((item) => !textOf(item)?.includes('='));
  if (isLoose && wrong.length > 0) return node;
  for (const item of wrong) report('pair-invalid', `"${textOf(item) ?? ''}" is no name=context.`, item.span);
  const right = node.items.filter((item) => !wrong.includes(item));
  return liftList(listNode(right, node.span), liftPair) ?? node;
};

const ssh: LongForm = (node, { report }) => {
  if (node.kind !== 'list') return node;
  for (const item of node.items) {
    const [id, path] = splitPair(textOf(item) ?? '');
    if (path === undefined && id !== 'default')
      report('ssh-invalid', `"${id}" is neither "default" nor id=path.`, item.span);
  }
  return liftList(node, liftPair) ?? node;
};

export const longForms = {
  build: ofText((_text, node) => mapOf({ context: node }, node.span)),
  'depends-on': dependsOn,
  device,
  'env-files': envFiles,
  external,
  'file-mount': ofText((_text, node) => mapOf({ source: node }, node.span)),
  gpus: ofText((_text, node) => listNode([mapOf({ count: scalarNode('all', node.span) }, node.span)], node.span)),
  'key-values': keyValues,
  list: ofText((_text, node) => listNode([node], node.span)),
  names: (node) => liftList(node, liftName) ?? node,
  pairs: (node) => liftList(node, liftPair) ?? node,
  ports: writeOutPorts,
  'scalar-text': (node) => (node.kind === 'scalar' ? { ...node, value: renderScalar(node.value, node.text) } : node),
  ssh,
  volume: ofText(writeOutVolume),
} as const satisfies Readonly<Record<Long, LongForm>>;
