/** From every state of an application to every other, with each order to the engine refused once on the way. */
import { describe, expect, test } from 'vitest';
import {
  applyDeployment,
  lookAt,
  planAll,
  removeApplication,
  startApplication,
  stopApplication,
} from '../../src/deploy/index.ts';
import { changeLine } from '../../src/deploy/index.ts';
import { isFault } from '../../src/diagnostic/fault.ts';
import { createMemoryEngine, type MemoryEngine } from '../support/memory-engine.ts';
import { build, toolsFor } from './build.ts';

const states: Readonly<Record<string, string>> = {
  one: 'services: {web: {image: "web:1"}}',
  'another image': 'services: {web: {image: "web:2"}}',
  'a variable': 'services: {web: {image: "web:1", environment: {A: "1"}}}',
  tiers: `services:
  web: {image: "web:1", ports: ["8080:80"], depends_on: {db: {condition: service_healthy}}}
  db: {image: "db:1", healthcheck: {test: [CMD, "true"]}, volumes: ["data:/data"]}
volumes: {data: {}}`,
  members: 'services: {web: {image: "web:1", deploy: {replicas: 3}}}',
  'networks of its own': `services: {web: {image: "web:1", networks: [front, back]}}
networks: {front: {}, back: {internal: true}}`,
  'another network': `services: {web: {image: "web:1", networks: [front]}}
networks: {front: {ipam: {config: [{subnet: 198.19.0.0/24}]}}}`,
  nothing: 'services: {}',
};

async function deployTo(engine: MemoryEngine, compose: string): Promise<void> {
  const { deployment } = await build(compose);
  await applyDeployment(deployment, toolsFor(engine));
}

const worlds = new Map<string, string>();
async function worldOf(name: string): Promise<string> {
  const known = worlds.get(name);
  if (known !== undefined) return known;
  const engine = createMemoryEngine();
  await deployTo(engine, states[name] ?? '');
  const world = withoutLeftovers(engine.print());
  worlds.set(name, world);
  return world;
}

/** Volumes outlive what made them, and so do images. */
const withoutLeftovers = (world: string): string =>
  world
    .split('\n')
    .filter((line) => !/^(volume|image) /.test(line))
    .join('\n');

const names = Object.keys(states);

describe('deploying', () => {
  for (const from of names)
    for (const to of names)
      test(`${from} -> ${to}`, async () => {
        const engine = createMemoryEngine();
        await deployTo(engine, states[from] ?? '');
        await deployTo(engine, states[to] ?? '');
        expect(withoutLeftovers(engine.print())).toBe(await worldOf(to));
        const calls = engine.calls.length;
        await deployTo(engine, states[to] ?? '');
        expect(engine.calls.slice(calls)).toEqual([]);
      });

  for (const to of names.filter((name) => name !== 'nothing'))
    test(`one -> ${to}, each order refused once`, async () => {
      const healthy = createMemoryEngine();
      await deployTo(healthy, states['one'] ?? '');
      const before = healthy.calls.length;
      await deployTo(healthy, states[to] ?? '');
      for (const call of new Set(healthy.calls.slice(before))) {
        const engine = createMemoryEngine();
        await deployTo(engine, states['one'] ?? '');
        engine.refusals.set(call, 'no space left');
        const failure: unknown = await deployTo(engine, states[to] ?? '').catch((error: unknown) => error);
        if (engine.refusals.size === 0 && failure !== undefined) expect(isFault(failure), call).toBe(true);
        engine.refusals.clear();
        await deployTo(engine, states[to] ?? '');
        expect(withoutLeftovers(engine.print()), call).toBe(await worldOf(to));
      }
    });

  test('a replacement that is refused leaves the old container running', async () => {
    for (const call of ['create container shop-web-1-new', 'start container shop-web-1']) {
      const engine = createMemoryEngine();
      await deployTo(engine, states['one'] ?? '');
      const healthy = createMemoryEngine();
      await deployTo(healthy, states['one'] ?? '');
      const known = healthy.calls.length;
      await deployTo(healthy, states['a variable'] ?? '');
      const refused = healthy.calls.slice(known).find((each) => each.startsWith(call)) ?? '';
      engine.refusals.set(refused, 'no');
      await expect(deployTo(engine, states['a variable'] ?? '')).rejects.toMatchObject({ code: 'docker-refused' });
      expect(engine.print()).toContain('container shop-web-1 running');
      expect(engine.body('shop-web-1')['Env']).toEqual([]);
    }
  });
});

describe('in its order', () => {
  const compose = `services:
  web: {image: "web:1", depends_on: [api]}
  api: {image: "api:1", depends_on: {db: {condition: service_healthy}, job: {condition: service_completed_successfully}}}
  job: {image: "job:1", depends_on: [db]}
  db: {image: "db:1", healthcheck: {test: [CMD, "true"]}}`;
  const started = (engine: MemoryEngine, from = 0): readonly string[] =>
    engine.calls.slice(from).flatMap((call) => /^start container shop-(\w+)-1$/.exec(call)?.[1] ?? []);

  test('what is waited for comes first, and goes last', async () => {
    const engine = createMemoryEngine();
    engine.ends.set('shop-job-1', 0);
    const { deployment } = await build(compose);
    await applyDeployment(deployment, toolsFor(engine));
    expect(started(engine)).toEqual(['db', 'job', 'api', 'web']);
    const before = engine.calls.length;
    await stopApplication('shop', deployment, toolsFor(engine));
    expect(engine.calls.slice(before)).toEqual(['web', 'api', 'db'].map((one) => `stop container shop-${one}-1`));
    const stopped = engine.calls.length;
    await startApplication(deployment, undefined, toolsFor(engine));
    expect(started(engine, stopped)).toEqual(['db', 'job', 'api', 'web']);
  });

  test.each([
    ['db', (engine: MemoryEngine) => void engine.ailing.add('shop-db-1'), /shop-db-1 is unhealthy/],
    ['job', (engine: MemoryEngine) => void engine.ends.set('shop-job-1', 4), /shop-job-1 ended with exit code 4/],
  ])('what waits for a failed %s fails with the reason', async (_name, spoil, message) => {
    const engine = createMemoryEngine();
    spoil(engine);
    const { deployment } = await build(compose);
    const failure: unknown = await applyDeployment(deployment, toolsFor(engine)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'command-failed' });
    expect(String(failure)).toMatch(message);
    expect(engine.print()).not.toContain('container shop-web-1');
  });

  test('a signal ends the waiting', async () => {
    const engine = createMemoryEngine();
    const ending = new AbortController();
    const { deployment } = await build(compose.replace('service_healthy', 'service_started'));
    // The job goes on and on.
    const applying = applyDeployment(deployment, toolsFor(engine, ending.signal));
    setTimeout(() => ending.abort(new Error('enough')), 50);
    await expect(applying).rejects.toThrow('enough');
  });
});

test('removing leaves other applications’ things alone', async () => {
  const engine = createMemoryEngine();
  await engine.createNetwork({ Name: 'other', Driver: 'clocker', Labels: { 'clocker.application': 'other' } });
  await engine.createContainer('by-hand', undefined, { Image: 'x', Labels: {} });
  const before = engine.print();
  const { deployment } = await build(states['tiers'] ?? '');
  await applyDeployment(deployment, toolsFor(engine));
  await removeApplication('shop', deployment, { volumes: true, images: true }, toolsFor(engine));
  const without = engine
    .print()
    .split('\n')
    .filter((line) => !line.startsWith('image '))
    .join('\n');
  expect(without).toBe(before);
});

describe('what an application gets wrong itself is told before anything is touched', () => {
  const problemsOf = async (compose: string): Promise<readonly string[]> => {
    const { deployment, problems } = await build(compose);
    const { drafted } = await lookAt(deployment, toolsFor(createMemoryEngine()));
    return [...problems, ...drafted.problems].filter(({ severity }) => severity === 'error').map(({ code }) => code);
  };
  test.each([
    ['two on one port', 'services: {a: {image: a, ports: ["80:80"]}, b: {image: b, ports: ["80:81"]}}', 'deploy-port'],
    ['members on one port', 'services: {a: {image: a, ports: ["80:80"], deploy: {replicas: 2}}}', 'deploy-port'],
    ['two of one name', 'services: {a: {image: a}, b: {image: b, container_name: shop-a-1}}', 'deploy-name'],
    [
      'a secret nobody handed over',
      'services: {a: {image: a, secrets: [s]}}\nsecrets: {s: {file: ./s}}',
      'deploy-material',
    ],
    ['a context nobody handed over', 'services: {a: {build: .}}', 'deploy-material'],
  ])('%s', async (_what, compose, code) => {
    expect(await problemsOf(compose)).toContain(code);
  });
  test('one port on two addresses is no mistake', async () => {
    const compose = 'services: {a: {image: a, ports: ["127.0.0.1:80:80"]}, b: {image: b, ports: ["127.0.0.2:80:80"]}}';
    expect(await problemsOf(compose)).toEqual([]);
  });
});

test('the plan says what is done and why', async () => {
  const engine = createMemoryEngine();
  engine.addImage('web:1');
  await deployTo(engine, states['members'] ?? '');
  const { deployment } = await build(states['tiers'] ?? '');
  const { observed, drafted } = await lookAt(deployment, toolsFor(engine));
  expect(planAll(deployment, observed, drafted, 0).map(changeLine)).toEqual([
    { action: 'pull', kind: 'image', name: 'db:1', because: 'it is not there' },
    { action: 'remove', kind: 'container', name: 'shop-web-1', entity: 'web.1' },
    { action: 'remove', kind: 'container', name: 'shop-web-2', entity: 'web.2' },
    { action: 'remove', kind: 'container', name: 'shop-web-3', entity: 'web.3' },
    { action: 'create', kind: 'volume', name: 'shop_data' },
    { action: 'create', kind: 'container', name: 'shop-web-1', entity: 'web' },
    { action: 'create', kind: 'container', name: 'shop-db-1', entity: 'db' },
  ]);
});
