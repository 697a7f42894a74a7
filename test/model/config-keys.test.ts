import { expect, test } from 'vitest';
import { findAdjunctKey, findKey } from '../../src/model/config-keys.ts';
import { keysOfAdjunct, keysOfType, kindOfType, policyType, typeName } from '../../src/model/entity-types.ts';

test.each([
  ['docker:redis:7', 'env', 'docker.container.environment'],
  ['docker:redis:7', 'docker.container.environment', 'docker.container.environment'],
  ['docker:redis:7', 'volumes', 'docker.container.volumes.export'],
  ['clocker.docker.networking.entity.VirtualNetwork', 'cidr', 'network.cidr'],
  ['brooklyn.networking.VirtualNetwork', 'flags', 'network.flags'],
  ['clocker.storage.Volume', 'flags', 'volume.flags'],
  ['org.apache.brooklyn.entity.group.DynamicCluster', 'initialSize', 'cluster.initial.size'],
  ['org.apache.brooklyn.entity.webapp.tomcat.Tomcat8Server', 'env', 'shell.env'],
])('%s: %s is %s', (type, flag, name) => {
  expect(findKey(type, flag)?.name).toBe(name);
});

test('a name nobody knows is not a key', () => {
  expect(findKey('docker:redis', 'cidr')).toBeUndefined();
  expect(findKey('docker:redis', 'constructor')).toBeUndefined();
});

test('policies know their keys, also under their older package names', () => {
  expect(findAdjunctKey('brooklyn.policy.autoscaling.AutoScalerPolicy', 'metric')?.name).toBe('autoscaler.metric');
  expect(keysOfAdjunct(policyType.serviceRestarter)).toHaveProperty('setOnFireOnFailure');
});

test('each type we write is of its own kind', () => {
  for (const [kind, type] of Object.entries(typeName)) expect(kindOfType(type)).toBe(kind);
});

test('within one table a flag means one key', () => {
  for (const type of Object.values(typeName)) {
    for (const table of keysOfType(type)) {
      const flags = Object.values(table).flatMap((key) => key.flags ?? []);
      expect(flags.filter((flag, index) => flags.indexOf(flag) !== index)).toEqual([]);
    }
  }
});
