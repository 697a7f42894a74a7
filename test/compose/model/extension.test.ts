import { expect, test } from 'vitest';
import { readBlueprint, renderBlueprint } from '../../../src/blueprint/index.ts';
import { translateFromModel, translateToModel } from '../../../src/compose/model/index.ts';
import { blueprintWords } from '../../../src/convert/words.ts';
import { parseDocument } from '../../../src/document/parse.ts';
import { renderYaml } from '../../../src/document/render.ts';
import { plain } from './plain.ts';

function composeOf(blueprint: string) {
  const { value, problems } = readBlueprint(blueprint, 'blueprint.yaml');
  expect(problems).toEqual([]);
  const { tree, report } = translateFromModel(value, blueprintWords);
  const text = renderYaml(tree);
  return { tree: plain(tree), text, report };
}

/** The compose file read as its own normal form, and said as a blueprint again. */
function blueprintOf(text: string): string {
  const tree = parseDocument(text, 'compose.yaml', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  const { value, problems } = translateToModel({ tree }, blueprintWords);
  expect(problems).toEqual([]);
  return renderBlueprint(value);
}

const service = { command: null, entrypoint: null };

test('what Compose has no word for is in x-clocker, and nothing else is', () => {
  const blueprint = `
name: shop
location: localhost
services:
  - type: docker:redis:7
    id: cache
    location: named:ssd
    brooklyn.config:
      docker.container.openPorts:
        - 6379
      affinity.rules: NOT TYPE
  - type: clocker.networking.VirtualNetwork
    id: front
    brooklyn.config:
      network.id: front
      network.cidr: 10.1.0.0/24
      network.dnsServers:
        - 10.1.0.53
  - type: org.apache.brooklyn.entity.webapp.tomcat.Tomcat8Server
    id: web
`.trimStart();
  const { tree } = composeOf(blueprint);
  expect(tree).toEqual({
    name: 'shop',
    services: {
      cache: {
        ...service,
        image: 'redis:7',
        expose: ['6379'],
        'x-clocker': { location: 'named:ssd', 'brooklyn.config': { 'affinity.rules': 'NOT TYPE' } },
      },
    },
    networks: {
      front: {
        name: 'front',
        ipam: { config: [{ subnet: '10.1.0.0/24' }] },
        'x-clocker': { 'brooklyn.config': { 'network.dnsServers': ['10.1.0.53'] } },
      },
    },
    'x-clocker': {
      location: 'localhost',
      services: [{ type: 'org.apache.brooklyn.entity.webapp.tomcat.Tomcat8Server', id: 'web' }],
    },
  });
});

test('policies that follow from the service are not said; others are, also that there are none', () => {
  const detector = `    brooklyn.enrichers:
      - type: org.apache.brooklyn.policy.ha.ServiceFailureDetector
`;
  const restarter = `    brooklyn.policies:
      - type: org.apache.brooklyn.policy.ha.ServiceRestarter
`;
  const one = (name: string, more: string): string => `  - type: docker:redis
    id: ${name}
    brooklyn.config:
      docker.container.restartPolicy: always
${more}`;
  const blueprint = `name: p\nservices:\n${one('derived', detector + restarter)}${one('none', '')}${one('half', detector)}`;
  const { tree, text } = composeOf(blueprint);
  expect(tree).toMatchObject({
    services: {
      derived: { ...service, image: 'redis', restart: 'always' },
      none: { 'x-clocker': { 'brooklyn.policies': [], 'brooklyn.enrichers': [] } },
      half: { 'x-clocker': { 'brooklyn.policies': [] } },
    },
  });
  expect(tree).not.toHaveProperty('services.derived.x-clocker');
  expect(blueprintOf(text)).toBe(blueprint);
});

test('a cluster keeps its policies, and its members theirs', () => {
  const blueprint = `
name: p
services:
  - type: org.apache.brooklyn.entity.group.DynamicCluster
    id: web
    brooklyn.config:
      cluster.initial.size: 2
      dynamiccluster.memberspec:
        $brooklyn:entitySpec:
          type: docker:nginx
          brooklyn.config:
            docker.hardwareId: large
      cluster.max.size: 9
    brooklyn.policies:
      - type: org.apache.brooklyn.policy.autoscaling.AutoScalerPolicy
        brooklyn.config:
          autoscaler.metric: $brooklyn:sensor("load")
`.trimStart();
  const { tree, text } = composeOf(blueprint);
  expect(tree).toMatchObject({
    services: {
      web: {
        image: 'nginx',
        deploy: { replicas: 2 },
        'x-clocker': {
          'brooklyn.config': { 'cluster.max.size': 9 },
          'brooklyn.policies': [
            {
              type: 'org.apache.brooklyn.policy.autoscaling.AutoScalerPolicy',
              'brooklyn.config': { 'autoscaler.metric': '$$brooklyn:sensor("load")' },
            },
          ],
          member: { 'brooklyn.config': { 'docker.hardwareId': 'large' } },
        },
      },
    },
  });
  expect(blueprintOf(text)).toBe(blueprint);
});

test('values found when it runs: in Compose’s words where it has some, and kept either way', () => {
  const blueprint = `
name: p
brooklyn.config:
  port: 6379
services:
  - type: docker:app
    id: app
    brooklyn.config:
      docker.container.environment:
        HOST: $brooklyn:entity("cache").attributeWhenReady("host.address")
        URL: $brooklyn:formatString("redis://%s:%s/$1", entity("cache").attributeWhenReady("host.address"), config("port"))
        TOKEN: $brooklyn:external("environment", "TOKEN")
        VAULT: $brooklyn:external("vault", "key")
        PLAIN: a
  - type: docker:redis
    id: cache
`.trimStart();
  const { tree, text, report } = composeOf(blueprint);
  expect(tree).toMatchObject({
    services: {
      app: {
        environment: { HOST: 'cache', URL: 'redis://cache:6379/$$1', TOKEN: '${TOKEN}', VAULT: null, PLAIN: 'a' },
      },
    },
  });
  expect(report.map(({ path, fate }) => [path, fate])).toEqual([
    ['services.app.environment.HOST', 'adapted'],
    ['services.app.environment.URL', 'adapted'],
    ['services.app.environment.TOKEN', 'adapted'],
    ['services.app.environment.VAULT', 'lost'],
  ]);
  expect(blueprintOf(text)).toBe(blueprint);
});

test.each([
  ['', 'service_started'],
  ['\n      docker.container.healthcheck: {test: [CMD, a]}', 'service_healthy'],
])('waiting until another entity is up%s', (more, condition) => {
  const blueprint = `
services:
  - type: docker:app
    id: app
    brooklyn.config:
      latch.start: $brooklyn:entity("cache").attributeWhenReady("service.isUp")
  - type: docker:redis
    id: cache
    brooklyn.config:
      docker.container.name: c${more}
`;
  const { tree } = composeOf(blueprint);
  expect(tree).toMatchObject({ services: { app: { depends_on: { cache: { condition, required: true } } } } });
  expect(tree).not.toHaveProperty('services.app.x-clocker');
});

test('waiting for a sensor Compose has no word for is kept', () => {
  const blueprint = `
services:
  - type: docker:app
    id: app
    brooklyn.config:
      latch.start: $brooklyn:entity("cache").attributeWhenReady("datastore.url")
  - type: docker:redis
    id: cache
`.trimStart();
  const { tree, text } = composeOf(blueprint);
  expect(tree).toMatchObject({ services: { app: { depends_on: { cache: { condition: 'service_started' } } } } });
  expect(blueprintOf(text)).toBe(blueprint);
});
