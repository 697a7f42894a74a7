/** Edits a person makes in a blueprint, and what each changes in the compose file. */
import { expect } from 'vitest';

export type Entity = {
  type: string;
  id: string;
  'brooklyn.config'?: Record<string, unknown>;
};

export type Blueprint = { services: Entity[] };

type Service = Readonly<Record<string, unknown>>;

export type BlueprintEdit = {
  /** `other` is another service, or the same where there is but one. */
  readonly edit: (service: Entity, other: Entity) => void;
  /** `before`: the service as it was. */
  readonly expected: (other: Entity, before: Service) => object;
};

const memberKey = 'dynamiccluster.memberspec';
const specKey = '$brooklyn:entitySpec';

/** The container an entity is, or is made of. */
export function containerOf(entity: Entity): Entity {
  const spec = entity['brooklyn.config']?.[memberKey] as Record<string, Entity> | undefined;
  return spec?.[specKey] ?? entity;
}

export const isService = (entity: Entity): boolean => containerOf(entity).type.startsWith('docker:');

const configure = (entity: Entity, config: Readonly<Record<string, unknown>>): void => {
  entity['brooklyn.config'] = { ...entity['brooklyn.config'], ...config };
};

/** A single container becomes the member of a cluster; what is said of the whole goes with it. */
function resize(service: Entity, size: number): void {
  if (containerOf(service) !== service) {
    configure(service, { 'cluster.initial.size': size });
    return;
  }
  const { type, id: _id, 'brooklyn.config': all = {}, ...rest } = service;
  const latch = all['latch.start'];
  const { 'latch.start': _latch, ...config } = all;
  service.type = 'org.apache.brooklyn.entity.group.DynamicCluster';
  for (const key of Object.keys(rest)) delete (service as Record<string, unknown>)[key];
  service['brooklyn.config'] = {
    ...(latch === undefined ? {} : { 'latch.start': latch }),
    'cluster.initial.size': size,
    [memberKey]: { [specKey]: { type, 'brooklyn.config': config, ...rest } },
  };
}

const portKeys = ['portBindings', 'docker.container.portBindings', 'docker.container.directPorts'];

export const edits: Readonly<Record<string, BlueprintEdit>> = {
  image: {
    edit: (service) => {
      containerOf(service).type = 'docker:registry.example.com:5000/edited:9';
    },
    expected: () => ({ image: 'registry.example.com:5000/edited:9' }),
  },
  environment: {
    edit: (service) => {
      const container = containerOf(service);
      const environment = container['brooklyn.config']?.['docker.container.environment'] ?? {};
      configure(container, { 'docker.container.environment': { ...environment, EDITED: 1 } });
    },
    expected: () => ({ environment: expect.objectContaining({ EDITED: '1' }) as unknown }),
  },
  port: {
    edit: (service) => {
      const container = containerOf(service);
      configure(container, { 'docker.container.portBindings': { 18080: 80 } });
      for (const key of [...portKeys.filter((one) => !one.endsWith('portBindings')), 'docker.container.publishedPorts'])
        delete container['brooklyn.config']?.[key];
    },
    expected: () => ({ ports: [{ mode: 'ingress', target: 80, published: '18080', protocol: 'tcp' }] }),
  },
  replicas: {
    edit: (service) => resize(service, 7),
    expected: (_other, before) =>
      'scale' in before ? { scale: 7 } : { deploy: expect.objectContaining({ replicas: 7 }) as unknown },
  },
  dependency: {
    edit: (service, other) =>
      configure(service, {
        'latch.start': `$brooklyn:entity("${other.id}").attributeWhenReady("docker.container.healthy")`,
      }),
    expected: (other) => ({ depends_on: { [other.id]: { condition: 'service_healthy', required: true } } }),
  },
};
