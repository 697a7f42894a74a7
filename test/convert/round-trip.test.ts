/** Compose -> blueprint -> Compose: the same project, and edits made in the blueprint come back. */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { convert } from '../../src/convert/index.ts';
import { cases, requestFor } from './corpus.ts';

type Project = {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

async function normalForm(file: string, text?: string): Promise<unknown> {
  const documents = text === undefined ? {} : { documents: [{ path: 'compose.yaml', text }] };
  const { text: json, problems } = await convert(requestFor(file, 'compose', { format: 'json', ...documents }));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return JSON.parse(json);
}

const toBlueprint = async (file: string): Promise<string> => (await convert(requestFor(file, 'blueprint'))).text;

async function toCompose(file: string, blueprint: string): Promise<string> {
  const documents = [{ path: 'blueprint.yaml', text: blueprint }];
  return (await convert(requestFor(file, 'compose', { documents }))).text;
}

describe.skipIf(cases.length === 0)('the same project', () => {
  test.each(cases)('$name', async ({ file }) => {
    const again = await toCompose(file, await toBlueprint(file));
    expect(await normalForm(file, again)).toEqual(await normalForm(file));
  });
});

type Entity = {
  type: string;
  readonly id: string;
  'brooklyn.config'?: Record<string, unknown>;
};

/** The container an entity is, or is made of. */
function containerOf(entity: Entity): Entity {
  const spec = entity['brooklyn.config']?.['dynamiccluster.memberspec'] as Record<string, Entity> | undefined;
  return spec?.['$brooklyn:entitySpec'] ?? entity;
}

const isService = (entity: Entity): boolean => containerOf(entity).type.startsWith('docker:');

/** An edit of the first service, the others being there, and what it changes in Compose. */
const edits: Readonly<
  Record<string, { edit: (service: Entity, other: Entity) => void; expected: (other: Entity) => object }>
> = {
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
      container['brooklyn.config'] = {
        ...container['brooklyn.config'],
        'docker.container.environment': { ...environment, EDITED: 1 },
      };
    },
    expected: () => ({ environment: expect.objectContaining({ EDITED: '1' }) as unknown }),
  },
  port: {
    edit: (service) => {
      const container = containerOf(service);
      container['brooklyn.config'] = { ...container['brooklyn.config'], portBindings: { 18080: 80 } };
      delete container['brooklyn.config']['docker.container.portBindings'];
      delete container['brooklyn.config']['docker.container.directPorts'];
      delete container['brooklyn.config']['docker.container.publishedPorts'];
    },
    expected: () => ({ ports: [{ mode: 'ingress', target: 80, published: '18080', protocol: 'tcp' }] }),
  },
  dependency: {
    edit: (service, other) => {
      service['brooklyn.config'] = {
        ...service['brooklyn.config'],
        'latch.start': `$brooklyn:entity("${other.id}").attributeWhenReady("docker.container.healthy")`,
      };
    },
    expected: (other) => ({ depends_on: { [other.id]: { condition: 'service_healthy', required: true } } }),
  },
};

describe.skipIf(cases.length === 0).each(Object.entries(edits))(
  'an edit of the %s comes back',
  (_what, { edit, expected }) => {
    const chosen = cases.filter(({ name }) => name.startsWith('awesome-compose/'));
    test.each(chosen)('$name', async ({ file }) => {
      const blueprint = parse(await toBlueprint(file)) as { services: Entity[] };
      const [first, second] = blueprint.services.filter(isService);
      if (first === undefined) return;
      edit(first, second ?? first);
      const project = parse(await toCompose(file, stringify(blueprint))) as Project;
      expect(project.services[first.id]).toMatchObject(expected(second ?? first));
    });
  },
);

test('another size comes back', async () => {
  const text = 'services:\n  a: {image: x, deploy: {replicas: 2}}\n  b: {image: y, scale: 2}\n';
  const request = requestFor(import.meta.filename, 'blueprint', { documents: [{ path: 'compose.yaml', text }] });
  const edited = (await convert(request)).text.replaceAll('cluster.initial.size: 2', 'cluster.initial.size: 7');
  const back = await convert({ ...request, to: 'compose', documents: [{ path: 'b.yaml', text: edited }] });
  expect(parse(back.text)).toMatchObject({ services: { a: { deploy: { replicas: 7 } }, b: { scale: 7 } } });
});
