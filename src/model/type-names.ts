/** Apart from what is known of the types: whoever only writes a name loads none of that. */

/** The name we write, for each kind we write; a container is `docker:image` where it has an image. */
export const typeName = {
  container: 'docker-container',
  network: 'clocker.networking.VirtualNetwork',
  volume: 'clocker.storage.Volume',
  secret: 'clocker.storage.Secret',
  config: 'clocker.storage.Config',
  model: 'clocker.ai.Model',
  provider: 'clocker.compose.Provider',
  cluster: 'org.apache.brooklyn.entity.group.DynamicCluster',
  fabric: 'org.apache.brooklyn.entity.group.DynamicFabric',
  conditional: 'org.apache.brooklyn.entity.stock.ConditionalEntity',
  application: 'org.apache.brooklyn.entity.stock.BasicApplication',
} as const;
