/** Names of entity types, and which config keys each knows. */
import * as adjunct from './config/adjunct.ts';
import { clusterKeys, conditionalKeys, fabricKeys } from './config/cluster.ts';
import { containerKeys } from './config/container.ts';
import * as enricher from './config/enricher.ts';
import { entityKeys, softwareKeys } from './config/entity.ts';
import { imageKeys } from './config/image.ts';
import type { ConfigKeys } from './config/key.ts';
import { attachmentKeys, networkKeys } from './config/network.ts';
import { resourceKeys } from './config/resource.ts';
import { configKeys, modelKeys, providerKeys, secretKeys, volumeKeys } from './config/storage.ts';
import { typeName } from './type-names.ts';

/** `software` is anything else: Brooklyn's own entities, which may be placed in a container too. */
export type EntityKind =
  | 'container'
  | 'network'
  | 'volume'
  | 'secret'
  | 'config'
  | 'model'
  | 'provider'
  | 'cluster'
  | 'fabric'
  | 'conditional'
  | 'application'
  | 'group'
  | 'software';

export { typeName };

const kinds: ReadonlyMap<string, EntityKind> = new Map<string, EntityKind>([
  ['docker-container', 'container'],
  ['clocker.docker.entity.container.DockerContainer', 'container'],
  ['clocker.docker.entity.container.application.VanillaDockerApplication', 'container'],
  ['brooklyn.entity.container.docker.DockerContainer', 'container'],
  ['brooklyn.entity.container.docker.application.VanillaDockerApplication', 'container'],
  ['clocker.networking.VirtualNetwork', 'network'],
  ['brooklyn.networking.VirtualNetwork', 'network'],
  ['clocker.docker.networking.entity.VirtualNetwork', 'network'],
  ['clocker.storage.Volume', 'volume'],
  ['clocker.storage.Secret', 'secret'],
  ['clocker.storage.Config', 'config'],
  ['clocker.ai.Model', 'model'],
  ['clocker.compose.Provider', 'provider'],
  ['org.apache.brooklyn.entity.group.DynamicCluster', 'cluster'],
  ['brooklyn.entity.group.DynamicCluster', 'cluster'],
  ['cluster', 'cluster'],
  ['org.apache.brooklyn.entity.group.DynamicFabric', 'fabric'],
  ['brooklyn.entity.group.DynamicFabric', 'fabric'],
  ['org.apache.brooklyn.entity.stock.ConditionalEntity', 'conditional'],
  ['org.apache.brooklyn.entity.stock.BasicApplication', 'application'],
  ['org.apache.brooklyn.core.entity.AbstractApplication', 'application'],
  ['brooklyn.entity.basic.BasicApplication', 'application'],
  ['BasicApplication', 'application'],
  ['org.apache.brooklyn.entity.group.BasicGroup', 'group'],
  ['org.apache.brooklyn.entity.group.DynamicGroup', 'group'],
]);

export const kindOfType = (type: string): EntityKind =>
  type.startsWith('docker:') ? 'container' : (kinds.get(type) ?? 'software');

export const isContainerType = (type: string): boolean => kindOfType(type) === 'container';
export const isNetworkType = (type: string): boolean => kindOfType(type) === 'network';

export const policyType = {
  autoScaler: 'org.apache.brooklyn.policy.autoscaling.AutoScalerPolicy',
  serviceRestarter: 'org.apache.brooklyn.policy.ha.ServiceRestarter',
  serviceReplacer: 'org.apache.brooklyn.policy.ha.ServiceReplacer',
  connectionFailureDetector: 'org.apache.brooklyn.policy.ha.ConnectionFailureDetector',
  conditionalSuspend: 'org.apache.brooklyn.policy.ha.ConditionalSuspendPolicy',
  stopAfterDuration: 'org.apache.brooklyn.policy.action.StopAfterDurationPolicy',
  periodicEffector: 'org.apache.brooklyn.policy.action.PeriodicEffectorPolicy',
  scheduledEffector: 'org.apache.brooklyn.policy.action.ScheduledEffectorPolicy',
  invokeEffectorOnSensorChange: 'org.apache.brooklyn.core.policy.InvokeEffectorOnSensorChange',
} as const;

export const enricherType = {
  serviceFailureDetector: 'org.apache.brooklyn.policy.ha.ServiceFailureDetector',
  transformer: 'org.apache.brooklyn.enricher.stock.Transformer',
  propagator: 'org.apache.brooklyn.enricher.stock.Propagator',
  aggregator: 'org.apache.brooklyn.enricher.stock.Aggregator',
  joiner: 'org.apache.brooklyn.enricher.stock.Joiner',
  combiner: 'org.apache.brooklyn.enricher.stock.Combiner',
  updatingMap: 'org.apache.brooklyn.enricher.stock.UpdatingMap',
} as const;

/** What a container knows: also what any entity placed in one may say. */
export const allContainerKeys: ConfigKeys = { ...imageKeys, ...containerKeys, ...resourceKeys, ...attachmentKeys };

const keysOfKind: Readonly<Record<EntityKind, readonly ConfigKeys[]>> = {
  container: [entityKeys, allContainerKeys],
  network: [entityKeys, networkKeys],
  volume: [entityKeys, volumeKeys],
  secret: [entityKeys, secretKeys],
  config: [entityKeys, configKeys],
  model: [entityKeys, modelKeys],
  provider: [entityKeys, providerKeys],
  cluster: [entityKeys, clusterKeys, attachmentKeys],
  fabric: [entityKeys, fabricKeys, attachmentKeys],
  conditional: [entityKeys, conditionalKeys],
  application: [entityKeys, attachmentKeys],
  group: [entityKeys],
  software: [entityKeys, allContainerKeys, clusterKeys, softwareKeys],
};

const adjunctTables: ReadonlyMap<string, ConfigKeys> = new Map<string, ConfigKeys>([
  [policyType.autoScaler, adjunct.autoScalerKeys],
  [policyType.serviceRestarter, adjunct.serviceRestarterKeys],
  [policyType.serviceReplacer, adjunct.serviceReplacerKeys],
  [policyType.connectionFailureDetector, adjunct.connectionFailureDetectorKeys],
  [policyType.conditionalSuspend, adjunct.conditionalSuspendKeys],
  [policyType.stopAfterDuration, adjunct.stopAfterDurationKeys],
  [policyType.periodicEffector, adjunct.periodicEffectorKeys],
  [policyType.scheduledEffector, adjunct.scheduledEffectorKeys],
  [policyType.invokeEffectorOnSensorChange, adjunct.invokeEffectorOnSensorChangeKeys],
  [enricherType.serviceFailureDetector, adjunct.serviceFailureDetectorKeys],
  [enricherType.transformer, enricher.transformerKeys],
  [enricherType.propagator, enricher.propagatorKeys],
  [enricherType.aggregator, enricher.aggregatorKeys],
  [enricherType.joiner, enricher.joinerKeys],
  [enricherType.combiner, enricher.combinerKeys],
  [enricherType.updatingMap, enricher.updatingMapKeys],
]);

/** Tables of the keys an entity type knows, most general first. */
export const keysOfType = (type: string): readonly ConfigKeys[] => keysOfKind[kindOfType(type)];

/** Keys of a policy or enricher, if it is one we know; older package names are the same thing. */
export const keysOfAdjunct = (type: string): ConfigKeys | undefined =>
  adjunctTables.get(type) ?? adjunctTables.get(`org.apache.${type}`);
