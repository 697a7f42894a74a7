/** Sensors that enrichers make of others. */
import { expect, test } from 'vitest';
import { readBlueprint } from '../../src/blueprint/index.ts';
import { enrichedSensors } from '../../src/deploy/enrichers.ts';
import { expandApplication } from '../../src/deploy/expand.ts';
import type { Value } from '../../src/model/value.ts';

const stock = 'org.apache.brooklyn.enricher.stock';

/** `said`: sensor `load`, `up`, `names` or `tags` of each instance. */
function enriched(enricher: string, said: Readonly<Record<string, Value>>): Value | undefined {
  const { value } = readBlueprint(
    `
services:
  - type: org.apache.brooklyn.entity.group.DynamicCluster
    id: pool
    brooklyn.config:
      cluster.initial.size: 3
      dynamiccluster.memberspec: { $brooklyn:entitySpec: { type: docker:worker } }
    brooklyn.enrichers:
      - type: ${stock}.${enricher}
  - type: docker:other
    id: other
`,
    'b.yaml',
  );
  const { instances } = expandApplication(value);
  const pool = instances.get('pool');
  if (pool === undefined) throw new Error('no pool');
  return enrichedSensors(pool, instances, (id, sensor) => said[`${id} ${sensor}`]).get('out');
}

const loads = { 'pool.1 load': 10, 'pool.2 load': 20, 'pool.3 load': 60 };
const config = (...lines: readonly string[]): string =>
  `\n        brooklyn.config:\n${['enricher.targetSensor: $brooklyn:sensor("out")', ...lines].map((line) => `          ${line}\n`).join('')}`;
const ofLoad = 'enricher.sourceSensor: $brooklyn:sensor("load")';

test.each([
  ['sum', loads, 90],
  ['average', loads, 30],
  ['min', loads, 10],
  ['max', loads, 60],
  ['first', loads, 10],
  ['list', loads, [10, 20, 60]],
  ['sum', { 'pool.1 load': '10', 'pool.2 load': 'many' }, 10],
  ['average', {}, undefined],
  ['something.of.Java', loads, undefined],
])('Aggregator: %s of members', (transformation, said, wanted) => {
  expect(enriched(`Aggregator${config(ofLoad, `enricher.transformation: ${transformation}`)}`, said)).toEqual(wanted);
});

test.each([
  ['allAndAtLeastOne', [true, true, true], true],
  ['allAndAtLeastOne', [true, false, true], false],
  ['all', [], true],
  ['atLeastOne', [false, true], true],
  ['atLeastOne', [], false],
  ['atLeastOneUnlessEmpty', [], true],
])('Aggregator: is quorate, %s of %j', (kind, ups, wanted) => {
  const said = Object.fromEntries(ups.map((up, index) => [`pool.${index + 1} up`, up]));
  const text = config('enricher.sourceSensor: up', 'enricher.transformation: isQuorate', `quorum.check.type: ${kind}`);
  expect(enriched(`Aggregator${text}`, said)).toBe(wanted);
});

test('Aggregator: blanks left out, and a value for who says nothing', () => {
  const said = { 'pool.1 load': 'a', 'pool.2 load': ' ' };
  const blank = config(ofLoad, 'enricher.aggregator.excludeBlank: true', 'enricher.defaultMemberValue: none');
  expect(enriched(`Aggregator${blank}`, said)).toEqual(['a', 'none']);
});

test('Aggregator: over those that are named', () => {
  const named = config(ofLoad, 'enricher.aggregating.fromHardcodedProducers: [ $brooklyn:entity("other") ]');
  expect(enriched(`Aggregator${named}`, { ...loads, 'other load': 7 })).toEqual([7]);
});

test.each([
  [['a', 'b "c"'], [], '"a","b \\"c\\""'],
  [['a', 'b'], ['enricher.joiner.quote: false', 'enricher.joiner.separator: " | "'], 'a | b'],
  [['a', 'b', 'c'], ['enricher.joiner.maximum: 2'], '"a","b"'],
  [['a'], ['enricher.joiner.minimum: 2'], undefined],
  [new Map<string, Value>([['a', 1]]), ['enricher.joiner.joinMapEntries: true', 'enricher.joiner.quote: false'], 'a=1'],
  ['a text', [], undefined],
])('Joiner: %j', (value, lines, wanted) => {
  const text = config('enricher.sourceSensor: names', ...lines);
  expect(enriched(`Joiner${text}`, { 'pool names': value })).toBe(wanted);
});

test('Combiner: several sensors of one, when all are there', () => {
  const text = config('enricher.sourceSensors: [ a, b ]', 'enricher.transformation: sum');
  expect(enriched(`Combiner${text}`, { 'pool a': 1, 'pool b': 2 })).toBe(3);
  expect(enriched(`Combiner${text}`, { 'pool a': 1 })).toBeUndefined();
});
