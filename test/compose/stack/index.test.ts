import { expect, test } from 'vitest';
import { translateToStack } from '../../../src/compose/stack/index.ts';
import { parseDocument } from '../../../src/document/parse.ts';
import { plain } from '../model/plain.ts';

function stackOf(text: string) {
  const tree = parseDocument(text, 'compose.yaml', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  const { value, report } = translateToStack(tree, { version: '3.13' });
  return {
    stack: plain(value),
    fates: Object.fromEntries(report.filter(({ fate }) => fate !== 'carried').map(({ path, fate }) => [path, fate])),
  };
}

/** One service `a` with these attributes, and what becomes of them. */
test.each([
  [
    'ports: [{mode: ingress, target: 80, published: "8080", protocol: tcp}]',
    { ports: [{ mode: 'ingress', target: 80, published: 8080, protocol: 'tcp' }] },
    {},
  ],
  [
    'ports: [{mode: ingress, target: 80, published: "8000-8010", protocol: tcp}]',
    { ports: [{ mode: 'ingress', target: 80, protocol: 'tcp' }] },
    { 'ports[0].published': 'adapted' },
  ],
  [
    'ports: [{mode: host, target: 80, host_ip: 127.0.0.1, name: web}]',
    { ports: [{ mode: 'host', target: 80 }] },
    { 'ports[0].host_ip': 'lost', 'ports[0].name': 'lost' },
  ],
  [
    'depends_on: {db: {condition: service_healthy, required: true}}',
    { depends_on: ['db'] },
    { 'depends_on.db.condition': 'lost', 'depends_on.db.required': 'lost' },
  ],
  ['mem_limit: "1000"', { deploy: { resources: { limits: { memory: '1000' } } } }, { mem_limit: 'adapted' }],
  [
    '{mem_limit: "1000", deploy: {resources: {limits: {memory: "1000"}}, placement: {}}}',
    { deploy: { resources: { limits: { memory: '1000' } } } },
    { mem_limit: 'adapted' },
  ],
  [
    'deploy: {resources: {limits: {cpus: 0.5}}, placement: {}}',
    { deploy: { resources: { limits: { cpus: '0.5' } } } },
    {},
  ],
  ['scale: 3', { deploy: { replicas: 3 } }, { scale: 'adapted' }],
  [
    'platform: linux/arm64',
    { deploy: { placement: { constraints: ['node.platform.os == linux', 'node.platform.arch == aarch64'] } } },
    { platform: 'adapted' },
  ],
  [
    'tmpfs: ["/run:size=64m"]',
    { tmpfs: ['/run:size=64m'], volumes: [{ type: 'tmpfs', target: '/run', tmpfs: { size: 67108864 } }] },
    { 'tmpfs[0]': 'adapted' },
  ],
  [
    'volumes: [{type: bind, source: /a, target: /b, bind: {create_host_path: true, propagation: rslave}}]',
    { volumes: [{ type: 'bind', source: '/a', target: '/b', bind: { propagation: 'rslave' } }] },
    { 'volumes[0].bind.create_host_path': 'lost', 'volumes[0].source': 'adapted' },
  ],
  [
    'secrets: [{source: s, target: /run/secrets/s, mode: "0440"}]',
    { secrets: [{ source: 's', target: '/run/secrets/s', mode: 288 }] },
    {},
  ],
  ['environment: {A: null, B: a$$b}', { environment: { A: null, B: 'a$$b' } }, {}],
  ['{command: null, entrypoint: null}', {}, {}],
  [
    'env_file: [{path: /a, required: true}, {path: /b, required: false}, /c]',
    { env_file: ['/a', '/c'] },
    {
      'env_file[0].path': 'adapted',
      'env_file[0].required': 'adapted',
      'env_file[1].path': 'adapted',
      'env_file[1].required': 'adapted',
      'env_file[2]': 'adapted',
    },
  ],
  ['cgroup: private', { cgroupns_mode: 'private' }, { cgroup: 'adapted' }],
  ['gpus: [{count: 1}]', {}, { 'gpus[0].count': 'lost' }],
  ['networks: {default: null}', {}, {}],
  [
    'networks: {default: null, q: {ipv4_address: 10.0.0.2, priority: 1}}',
    { networks: { default: null, q: { ipv4_address: '10.0.0.2' } } },
    { 'networks.q.ipv4_address': 'lost', 'networks.q.priority': 'lost' },
  ],
  ['x-mine: {a: 1}', { 'x-mine': { a: 1 } }, {}],
])('%s', (text, service, fates) => {
  const body = text.startsWith('{') ? text : `{${text}}`;
  const made = stackOf(`services: {a: ${body}}`);
  expect(made.stack).toEqual({ version: '3.13', services: { a: service } });
  expect(made.fates).toEqual(
    Object.fromEntries(Object.entries(fates).map(([path, fate]) => [`services.a.${path}`, fate])),
  );
});

test('an image that is built gets the name Compose would give it', () => {
  const { stack, fates } = stackOf('{name: p, services: {a: {build: {context: /x, ssh: [default]}}}}');
  expect(stack).toEqual({ version: '3.13', services: { a: { build: { context: '/x' }, image: 'p-a' } } });
  expect(fates).toEqual({ name: 'adapted', 'services.a.build.context': 'adapted', 'services.a.build.ssh[0]': 'lost' });
});

test('a provider is no service of a swarm', () => {
  const { stack, fates } = stackOf('services: {a: {provider: {type: x}}}');
  expect(stack).toEqual({ version: '3.13', services: {} });
  expect(fates).toEqual({ 'services.a.provider.type': 'lost' });
});

test('names made from the project are left to the stack, others stay', () => {
  const { stack } = stackOf(
    '{name: p, services: {}, networks: {default: {name: p_default, ipam: {}}, q: {name: other, ipam: {}}}, volumes: {v: {name: p_v}}}',
  );
  expect(stack).toEqual({ version: '3.13', services: {}, networks: { q: { name: 'other' } }, volumes: { v: {} } });
});

test('a Clocker network is one made before, by the command that is told', () => {
  const { stack, fates } = stackOf(
    '{name: p, services: {}, networks: {default: {name: p_default, driver: clocker, ipam: {driver: clocker}}}}',
  );
  expect(stack).toMatchObject({ networks: { default: { name: 'p_default', external: true } } });
  expect(fates).toMatchObject({ 'networks.default.driver': 'adapted' });
});

test('secrets that are not in a file are made before', () => {
  const { stack } = stackOf(
    '{name: p, services: {}, secrets: {s: {name: p_s, environment: S}}, configs: {c: {name: p_c, content: x}}}',
  );
  expect(stack).toMatchObject({
    secrets: { s: { name: 'p_s', external: true } },
    configs: { c: { name: 'p_c', external: true } },
  });
});

test('every leaf has one line in the report', () => {
  const text = '{name: p, services: {a: {image: x, ports: [{target: 80, host_ip: ::1}], x-a: {b: []}}}}';
  const tree = parseDocument(text, 'f', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  expect(translateToStack(tree).report.map(({ path }) => path)).toEqual([
    'name',
    'services.a.image',
    'services.a.ports[0].target',
    'services.a.ports[0].host_ip',
    'services.a.x-a.b',
  ]);
});

test.each([
  ['3.7', '3.7'],
  ['3.3', '3.13'],
  ['3', '3.13'],
  ['2.4', '3.13'],
])('a file of version %s that needs 3.7 is one of version %s', (version, written) => {
  const tree = parseDocument('services: {a: {image: x, init: true}}', 'f', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  expect(plain(translateToStack(tree, { version }).value)).toMatchObject({ version: written });
});

test.each([
  [undefined, 'usual', 'services: {a: {image: x}}', '3'],
  ['3.8', 'usual', 'services: {a: {image: x}}', '3.8'],
  [undefined, 'usual', 'services: {a: {image: x, init: true}}', '3.13'],
  [undefined, 'earliest', 'services: {a: {image: x, init: true}}', '3.7'],
  ['3.8', 'earliest', 'services: {a: {image: x, init: true}}', '3.7'],
  [undefined, 'earliest', 'services: {a: {image: x, oom_score_adj: 1}}', '3.13'],
] as const)('of version %s, in the %s version: %s is %s', (version, wish, text, written) => {
  const tree = parseDocument(text, 'f', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  const said = version === undefined ? {} : { version };
  const { value } = translateToStack(tree, { ...said, earliestVersion: wish === 'earliest' });
  expect(plain(value)).toMatchObject({ version: written });
});

test('before version 3.2 ports and mounts are texts', () => {
  const text = `services: {a: {
    ports: [{mode: ingress, target: 53, published: "5353", protocol: udp}, {mode: ingress, target: 80, protocol: tcp}],
    volumes: [{type: volume, source: v, target: /x, read_only: true, volume: {}}]}}`;
  const tree = parseDocument(text, 'f', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  expect(plain(translateToStack(tree, { version: '3.0' }).value)).toEqual({
    version: '3.0',
    services: { a: { ports: ['5353:53/udp', '80/tcp'], volumes: ['v:/x:ro'] } },
  });
});
