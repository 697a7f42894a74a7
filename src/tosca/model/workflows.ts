/** Imperative workflows: effectors of the application, a list of what its steps do in the order they lead to each other. */
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Adjunct } from '../../model/entity.ts';
import type { Value } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import { asMap } from '../definitions/schema.ts';
import { sectionOf, textsOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import type { Translating } from './translating.ts';

const workflowEffector = 'workflow-effector';

export function translateWorkflows(t: Translating): readonly Adjunct[] {
  return [...t.topology.workflows].map(([name, { value }]) => {
    const steps = stepsInOrder(asMap(valueOf(value, 'steps'))?.entries ?? []).flatMap((step) =>
      translateStep(step, name, t),
    );
    const inputs = asMap(valueOf(value, 'inputs'))?.entries ?? [];
    const parameters = new Map<string, Value>(
      inputs.map(({ key, value: input }) => [keyText(key), new Map(describe(input))]),
    );
    t.account.adapted(value, 'An effector of the application whose steps are run one after the other.');
    t.account.lost(valueOf(value, 'implementation'), 'Workflows in other languages are not run.');
    const config = new Map<string, Value>([
      ['name', name],
      ...(parameters.size === 0 ? [] : [['parameters', parameters] as const]),
      ['steps', steps],
    ]);
    return { type: workflowEffector, config };
  });
}

const describe = (input: Node): readonly (readonly [string, Value])[] => {
  const description = textOf(valueOf(input, 'description'));
  return description === undefined ? [] : [['description', description]];
};

/** Every step after those that lead to it; what is left in a circle stays in order of writing. */
function stepsInOrder(entries: readonly MapEntry[]): readonly MapEntry[] {
  const byName = new Map(entries.map((entry) => [keyText(entry.key), entry]));
  const before = new Map<string, Set<string>>();
  for (const [name, { value }] of byName)
    for (const next of nextOf(value)) before.set(next, (before.get(next) ?? new Set()).add(name));
  const done = new Set<string>();
  const ordered: MapEntry[] = [];
  const waiting = [...byName.keys()];
  while (waiting.length > 0) {
    const ready = waiting.findIndex((name) => [...(before.get(name) ?? [])].every((other) => done.has(other)));
    const [name] = waiting.splice(Math.max(ready, 0), 1);
    const entry = name === undefined ? undefined : byName.get(name);
    if (name !== undefined) done.add(name);
    if (entry !== undefined) ordered.push(entry);
  }
  return ordered;
}

const nextOf = (step: Node): readonly string[] => {
  const next = valueOf(step, 'on_success');
  return textOf(next) === undefined ? textsOf(next) : [textOf(next) ?? ''];
};

function translateStep({ value }: MapEntry, workflow: string, t: Translating): readonly Value[] {
  const target = textOf(valueOf(value, 'target')) ?? '';
  const targets = t.drafts.get(target) ?? undefined;
  const group = t.topology.groups.get(target);
  const ids =
    targets !== undefined
      ? [targets.id]
      : group === undefined
        ? []
        : textsOf(sectionOf(group, 'members')).map((name) => t.drafts.get(name)?.id ?? name);
  const activities = valueOf(value, 'activities');
  return (activities?.kind === 'list' ? activities.items : []).flatMap((activity) =>
    translateActivity(activity, ids, workflow, t),
  );
}

/** Operations of the lifecycle are effectors of every entity. */
const effectors: Readonly<Record<string, string>> = {
  'Standard.start': 'start',
  'Standard.stop': 'stop',
  'Standard.create': 'start',
  'Standard.delete': 'stop',
};

function translateActivity(activity: Node, ids: readonly string[], workflow: string, t: Translating): readonly Value[] {
  const [entry] = asMap(activity)?.entries ?? [];
  if (entry === undefined) return [];
  const named =
    textOf(entry.value) ?? textOf(valueOf(entry.value, 'operation')) ?? textOf(valueOf(entry.value, 'workflow')) ?? '';
  switch (keyText(entry.key)) {
    case 'call_operation':
      return ids.map((id) => `invoke-effector ${effectors[named] ?? named} on ${'$'}{entity.descendants.${id}}`);
    case 'set_state':
      return ids.map((id) => `set-sensor service.state.expected on ${'$'}{entity.descendants.${id}} = ${named}`);
    case 'inline':
      return named === workflow ? [] : [`invoke-effector ${named}`];
    default:
      t.account.adapted(activity, 'Clocker’s own deployment does what is delegated.');
      return named === 'deploy' ? ['invoke-effector start'] : named === 'undeploy' ? ['invoke-effector stop'] : [];
  }
}
