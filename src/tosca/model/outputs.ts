/** Outputs: sensors of the application, made of those they are got from. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Adjunct } from '../../model/entity.ts';
import { enricherType } from '../../model/entity-types.ts';
import { chainsIn } from '../../model/traverse.ts';
import type { DslChain, Value } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import { asMap } from '../definitions/schema.ts';
import { scopeOfTopology } from '../functions/scope.ts';
import { dsl, hasDeferred } from './express.ts';
import type { Translating } from './translating.ts';
import { valueFor } from './translating.ts';

export type Published = { readonly enrichers: readonly Adjunct[]; readonly initializers: readonly Adjunct[] };

/** `names`: output -> sensor, where it is not called as the output is. */
export function translateOutputs(t: Translating, names: ReadonlyMap<string, string> = new Map()): Published {
  const enrichers: Adjunct[] = [];
  const initializers: Adjunct[] = [];
  for (const { key, value: node } of t.topology.outputs) {
    const name = names.get(keyText(key)) ?? keyText(key);
    const given = givenNode(node);
    const value =
      given === undefined ? undefined : valueFor({ node: given, scope: scopeOfTopology(t.topology) }, undefined, t);
    if (given === undefined || value === undefined) continue;
    t.account.carried(given);
    const triggers = triggersIn(value);
    if (triggers.length === 0)
      initializers.push({
        type: 'org.apache.brooklyn.core.sensor.StaticSensor',
        config: new Map<string, Value>([
          ['name', name],
          ['static.value', value],
        ]),
      });
    else
      enrichers.push({
        type: enricherType.transformer,
        config: new Map<string, Value>([
          ['enricher.triggerSensors', triggers],
          ['enricher.targetSensor', sensor(name)],
          ['enricher.targetValue', value],
        ]),
      });
  }
  return { enrichers, initializers };
}

/** Behind `value`, or alone. */
function givenNode(node: Node): Node | undefined {
  const map = asMap(node);
  if (map === undefined) return node;
  return (
    valueOf(map, 'value') ??
    (map.entries.length === 1 && !['type', 'description'].includes(keyText(map.entries[0]?.key ?? node))
      ? node
      : undefined)
  );
}

const sensor = (name: string): DslChain => dsl({ kind: 'call', name: 'sensor', arguments: [name] });

/** `entity("web").attributeWhenReady("x")` is triggered by `entity("web").sensor("x")`. */
function triggersIn(value: Value): readonly Value[] {
  if (!hasDeferred(value)) return [];
  return [...chainsIn(value)].flatMap(({ steps }) => {
    const last = steps.at(-1);
    if (last?.kind !== 'call' || last.name !== 'attributeWhenReady') return [];
    return [dsl(...steps.slice(0, -1), { kind: 'call', name: 'sensor', arguments: last.arguments })];
  });
}
