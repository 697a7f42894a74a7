/**
 * Latches: what an entity waits for before it starts, as `$brooklyn:entity("db").attributeWhenReady("docker.container.running")`.
 * Several are joined in a way Brooklyn's DSL has: formatString is ready when all its arguments are.
 */
import type { Deferred, DslChain, DslStep, Value } from './value.ts';
import { isDeferred, isList, isMap } from './value.ts';

/** Boolean sensors of a container, each true when what its name says has happened. */
export const readySensor = {
  /** It runs. */
  running: 'docker.container.running',
  /** Its health check passes. */
  healthy: 'docker.container.healthy',
  /** It ended with exit code 0. */
  completed: 'docker.container.completed',
  /** Brooklyn's own: it runs, and is healthy if it has a health check. */
  up: 'service.isUp',
} as const;

/** `entity` is the plan id looked up. */
export type LatchCondition = { readonly entity: string; readonly sensor: string };

const call = (name: string, ...values: readonly Value[]): DslStep => ({ kind: 'call', name, arguments: values });
const chain = (...steps: readonly DslStep[]): DslChain => ({ kind: 'dsl', steps });

const waitFor = ({ entity, sensor }: LatchCondition): DslChain =>
  chain(call('entity', entity), call('attributeWhenReady', sensor));

/** A latch that is released when all conditions hold; at least one. */
export function renderLatch(conditions: readonly LatchCondition[]): Deferred {
  const waits = conditions.map(waitFor);
  const [first] = waits;
  if (first !== undefined && waits.length === 1) return first;
  const all = chain(call('formatString', waits.map(() => '%s').join(' '), ...waits));
  // A latch is a boolean: whatever the sensors' texts are, the whole becomes one word.
  return chain(call('regexReplacement', all, '^.*$', 'true'));
}

const lookups = new Set(['entity', 'component', 'sibling', 'child', 'descendant', 'ancestor', 'member']);
const waits = new Set(['attributeWhenReady', 'attributeWhenReadyAllowingOnFire']);

/** Every sensor of another entity that a value waits for, in order, wherever in it it stands. */
export function parseLatch(value: Value | undefined): readonly LatchCondition[] {
  if (isList(value)) return value.flatMap(parseLatch);
  if (isMap(value)) return [...value.values()].flatMap(parseLatch);
  if (!isDeferred(value)) return [];
  if (value.kind !== 'dsl') return [];
  const [first, second] = value.steps;
  const entity = first?.kind === 'call' && lookups.has(first.name) ? first.arguments.at(-1) : undefined;
  const sensor = second?.kind === 'call' && waits.has(second.name) ? second.arguments[0] : undefined;
  if (typeof entity === 'string' && typeof sensor === 'string') return [{ entity, sensor }];
  return value.steps.flatMap((step) => (step.kind === 'call' ? step.arguments.flatMap(parseLatch) : []));
}
