/** A call of each route that succeeds, and what must be there for it. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { routes, type RouteName } from '../../src/api/index.ts';
import type { ApiHost } from '../support/api-host.ts';

const compose = `services:
  web: {image: "web:1", ports: ["8080:80"], depends_on: {db: {condition: service_healthy}}}
  db: {image: "db:1", healthcheck: {test: [CMD, "true"]}, volumes: ["data:/data"]}
  job: {image: "job:1", scale: 2}
volumes: {data: {}}
`;
const context = Buffer.from('a build context');
const digest = createHash('sha256').update(context).digest('hex');

type Sample = {
  readonly path: string;
  readonly body?: string | Buffer;
  readonly before?: (host: ApiHost) => Promise<void>;
};

const json = (value: unknown): string => JSON.stringify(value);

const policies = json({
  resources: [
    {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'only-web' },
      spec: {
        selector: "clocker.entity == 'db'",
        ingress: [{ action: 'Allow', source: { selector: "clocker.entity == 'web'" } }],
      },
    },
  ],
});
const applyPolicy = async (host: ApiHost): Promise<void> => {
  expect(await host.send('POST', '/v1/policies', policies)).toMatchObject({ status: 200 });
};

/** A call of each route that succeeds, once the application `shop` is there. */
export const samples: Readonly<Record<RouteName, Sample>> = {
  health: { path: '/healthz' },
  metrics: { path: '/metrics' },
  openapi: { path: '/v1/openapi.json' },
  version: { path: '/v1/version' },
  listNotices: { path: '/v1/notices' },
  listApplications: { path: '/v1/applications' },
  deploy: { path: '/v1/applications', body: json({ name: 'other', text: 'services: {a: {image: "a:1"}}' }) },
  plan: { path: '/v1/plans', body: json({ name: 'shop', text: compose.replace('web:1', 'web:2') }) },
  getApplication: { path: '/v1/applications/shop' },
  removeApplication: { path: '/v1/applications/shop?volumes=true&images=true' },
  startApplication: { path: '/v1/applications/shop/start' },
  stopApplication: { path: '/v1/applications/shop/stop' },
  restartApplication: { path: '/v1/applications/shop/restart' },
  invoke: { path: '/v1/applications/shop/entities/job/effectors/resize', body: json({ desiredSize: 3 }) },
  getBlueprint: { path: '/v1/applications/shop/blueprint' },
  getSensors: { path: '/v1/applications/shop/entities/db/sensors' },
  getLogs: { path: '/v1/applications/shop/logs?entity=db&tail=10&timestamps=false' },
  putContext: { path: `/v1/contexts/${digest}`, body: context },
  hasContext: {
    path: `/v1/contexts/${digest}`,
    before: async (host) => void (await host.send('PUT', `/v1/contexts/${digest}`, context)),
  },
  listTasks: { path: '/v1/tasks' },
  getTask: { path: '/v1/tasks/TASK' },
  followTask: { path: '/v1/tasks/TASK/events' },
  cancelTask: { path: '/v1/tasks/TASK' },
  listNetworks: { path: '/v1/networks' },
  createNetwork: { path: '/v1/networks', body: json({ name: 'net1', subnets: ['198.19.8.0/24'] }) },
  getNetwork: { path: '/v1/networks/net0' },
  removeNetwork: { path: '/v1/networks/net0' },
  listPools: { path: '/v1/ipam/pools' },
  checkIpam: { path: '/v1/ipam/check' },
  releaseAddress: { path: '/v1/ipam/release', body: json({ address: '198.19.8.0' }) },
  listNodes: { path: '/v1/nodes' },
  removeNode: { path: '/v1/nodes/h2' },
  listPolicies: { path: '/v1/policies', before: applyPolicy },
  applyPolicies: { path: '/v1/policies', body: policies },
  testPolicy: {
    path: '/v1/policies/test',
    body: json({ from: '192.0.2.1', to: '192.0.2.2', protocol: 'TCP', port: 80 }),
  },
  getPolicy: { path: '/v1/policies/only-web', before: applyPolicy },
  removePolicy: { path: '/v1/policies/only-web', before: applyPolicy },
  followEvents: { path: '/v1/events' },
};

const isRouteName = (name: string): name is RouteName => Object.hasOwn(routes, name);
export const names = Object.keys(routes).filter(isRouteName);

export async function deployShop(host: ApiHost): Promise<string> {
  for (const image of ['web:1', 'db:1', 'job:1']) host.engine.addImage(image);
  const { task } = await host.client.call('deploy', { body: { name: 'shop', text: compose } });
  for await (const _event of await host.client.call('followTask', { params: { task } }));
  expect(await host.client.call('getTask', { params: { task } })).toMatchObject({ state: 'done' });
  return task;
}

/** What the network plugin and the IPAM driver would have written. */
export async function seedNetwork({ store, engine }: ApiHost): Promise<void> {
  const id = await engine.createNetwork({ Name: 'net0', Driver: 'clocker', IPAM: { Driver: 'clocker' } });
  const node = 'h2';
  const put = (key: string, value: unknown) => ({ op: 'put', key, value: JSON.stringify(value) }) as const;
  await store.transact(
    [],
    [
      put(`/clocker/v1/networks/${id}`, {
        id,
        name: 'net0',
        options: {},
        internal: false,
        pools: [{ pool: 'clk-198-19-8-0-24', cidr: '198.19.8.0/24' }],
        gatewayIndex: 2,
        portMode: 'bridge',
        natOutgoing: true,
        createdBy: 'h1',
        createdAt: '2026-01-01T00:00:00Z',
      }),
      put('/clocker/v1/pools/clk-198-19-8-0-24', {
        pool: 'clk-198-19-8-0-24',
        cidr: '198.19.8.0/24',
        network: id,
        nodes: ['h1', node],
        requestedAt: '2026-01-01T00:00:00Z',
      }),
      put('/calico/ipam/v2/assignment/ipv4/block/198.19.8.0-30', {
        cidr: '198.19.8.0/30',
        affinity: `host:${node}`,
        allocations: [0, null, null, null],
        unallocated: [1, 2, 3],
        attributes: [{ handle_id: 'handle', secondary: { node } }],
        sequenceNumber: 1,
        sequenceNumberForAllocation: { '0': 1 },
        deleted: false,
      }),
      put(`/calico/ipam/v2/host/${node}/ipv4/block/198.19.8.0-30`, { state: 'confirmed', deleted: false }),
      put('/calico/ipam/v2/handle/handle', { block: { '198.19.8.0/30': 1 }, deleted: false }),
    ],
  );
}
