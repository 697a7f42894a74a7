/** Applications as tasks and records: what is kept, what supersedes what, and what a crash does. */
import { describe, expect, test } from 'vitest';
import { applicationKey } from '../../src/runtime/records.ts';
import { startApiHost, type ApiHost } from '../support/api-host.ts';

const one = 'services: {web: {image: "web:1"}}';
const two = 'services: {web: {image: "web:1", depends_on: [db]}, db: {image: "db:1"}}';
const params = { application: 'shop' };

async function ended(host: ApiHost, task: string) {
  for await (const _event of await host.client.call('followTask', { params: { task } }));
  return host.client.call('getTask', { params: { task } });
}
const order = async (host: ApiHost, text: string): Promise<string> =>
  (await host.client.call('deploy', { body: { name: 'shop', text } })).task;
const phase = (host: ApiHost): Promise<string> =>
  host.client.call('getApplication', { params }).then(
    ({ application }) => application.phase,
    () => 'gone',
  );
/** Holds a call of the engine until it is let go. */
function hold({ engine }: ApiHost, call: string): () => void {
  let letGo = (): void => undefined;
  engine.held.set(call, new Promise((resolve) => (letGo = resolve)));
  return () => {
    engine.held.delete(call);
    letGo();
  };
}

test('an application that never came to be is not kept', async () => {
  const host = await startApiHost();
  host.engine.refusals.set('pull image web:1', 'no such image');
  expect(await ended(host, await order(host, one))).toMatchObject({
    state: 'failed',
    failure: { code: 'docker-refused' },
  });
  expect(await phase(host)).toBe('gone');
  expect((await host.store.list('/clocker/v1/applications/')).entries).toEqual([]);
});

test('one that failed half-way is kept with the reason, and goes on from there', async () => {
  const host = await startApiHost();
  host.engine.refusals.set('create container shop-web-1', 'no space left');
  const failed = await ended(host, await order(host, one));
  expect(failed.failure?.message).toContain('no space left');
  expect(failed.failure?.hint).toContain('created network shop_default');
  expect(await phase(host)).toBe('failed');
  expect(await ended(host, await order(host, one))).toMatchObject({ state: 'done' });
  expect(host.engine.calls.filter((call) => call === 'create network shop_default')).toHaveLength(1);
  expect(await phase(host)).toBe('deployed');
});

test('an update that fails is taken back to the text and the materials before, where it wants so', async () => {
  const host = await startApiHost();
  const text = (image: string): string =>
    `services: {web: {image: "${image}", environment: [A], deploy: {update_config: {failure_action: rollback, monitor: 0s}}}}`;
  const send = async (image: string, value: string): Promise<string> => {
    const materials = { environment: { A: value } };
    return (await host.client.call('deploy', { body: { name: 'shop', text: text(image), materials } })).task;
  };
  expect(await ended(host, await send('web:1', 'one'))).toMatchObject({ state: 'done' });
  const before = await host.client.call('getBlueprint', { params });
  host.engine.refusals.set('pull image web:2', 'no such image');
  const failed = await ended(host, await send('web:2', 'two'));
  expect(failed).toMatchObject({ state: 'failed', failure: { code: 'docker-refused' } });
  expect(failed.failure?.hint).toContain('shop was taken back to what it was before');
  const { application } = await host.client.call('getApplication', { params });
  expect(application).toMatchObject({ phase: 'deployed', isUp: true });
  expect(application.message).toContain('The last update was taken back');
  expect(await host.client.call('getBlueprint', { params })).toBe(before);
  expect(host.engine.body('shop-web-1')['Env']).toEqual(['A=one']);
  // The next one that is well is kept, and nobody is told of the old failure any more.
  expect(await ended(host, await send('web:3', 'three'))).toMatchObject({ state: 'done' });
  expect(host.engine.body('shop-web-1')['Env']).toEqual(['A=three']);
  expect((await host.client.call('getApplication', { params })).application.message).toBeUndefined();
});

test('a newer order ends the one under way', async () => {
  const host = await startApiHost();
  const release = hold(host, 'start container shop-db-1');
  const first = await order(host, two);
  await expect.poll(() => host.engine.print(), { timeout: 10_000 }).toContain('container shop-db-1 created');
  const second = order(host, one.replace('web:1', 'web:2'));
  // The second waits for the first, so nothing is to be seen of it until then.
  setTimeout(release, 500);
  expect(await ended(host, await second)).toMatchObject({ state: 'done' });
  expect(await ended(host, first)).toMatchObject({ state: 'cancelled' });
  expect(host.engine.print()).toContain('container shop-web-1 running');
  expect(host.engine.print()).not.toContain('shop-db-1');
});

test('of orders given at once one after the other is taken, and the last one counts', async () => {
  const host = await startApiHost();
  const texts = [1, 2, 3, 4, 5].map((version) => one.replace('web:1', `web:${version}`));
  const tasks = await Promise.all(texts.map((text) => order(host, text)));
  const states = await Promise.all(tasks.map((task) => ended(host, task)));
  expect(states.filter(({ state }) => state === 'done').length, JSON.stringify(states)).toBeGreaterThan(0);
  expect(states.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(host.engine.print().match(/container .*/g)).toEqual(['container shop-web-1 running shop_default']);
  expect(await phase(host)).toBe('deployed');
});

test('a task can be cancelled, and is not gone on with', async () => {
  const host = await startApiHost();
  const release = hold(host, 'start container shop-db-1');
  const task = await order(host, two);
  await expect.poll(() => host.engine.print(), { timeout: 10_000 }).toContain('container shop-db-1 created');
  await host.client.call('cancelTask', { params: { task } });
  release();
  expect(await ended(host, task)).toMatchObject({ state: 'cancelled' });
  const again = await host.restart();
  const { application } = await again.client.call('getApplication', { params });
  expect(application).toMatchObject({ phase: 'failed', message: 'It was cancelled.' });
  expect(again.engine.print()).not.toContain('shop-web-1');
});

describe('after a restart', () => {
  test.each([
    ['deploying', 'container shop-web-1 running', 'deployed'],
    ['starting', 'container shop-web-1 running', 'deployed'],
    ['restarting', 'container shop-web-1 running', 'deployed'],
    ['stopping', 'container shop-web-1 exited', 'stopped'],
    ['removing', '', 'gone'],
  ])('%s goes on', async (cutOff, world, then) => {
    const host = await startApiHost();
    await ended(host, await order(host, one));
    const key = applicationKey('shop');
    const record = (await host.store.get(key))?.value ?? '';
    await host.store.transact([], [{ op: 'put', key, value: record.replace('"deployed"', `"${cutOff}"`) }]);
    const again = await host.restart();
    await expect.poll(() => phase(again), { timeout: 10_000 }).toBe(then);
    const containers = again.engine
      .print()
      .split('\n')
      .filter((line) => line.startsWith('container'));
    expect(containers.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(world === '' ? [] : [world]);
  });

  test('what was under way when the daemon was told to end goes on', async () => {
    const host = await startApiHost();
    const release = hold(host, 'pull image web:1');
    await order(host, one);
    const restarting = host.restart();
    setTimeout(release, 50);
    const again = await restarting;
    await expect.poll(() => phase(again), { timeout: 10_000 }).toBe('deployed');
  });

  test('sizes of clusters are kept, and a new deployment forgets them', async () => {
    const text = 'services: {web: {image: "web:1", deploy: {replicas: 2}}}';
    const host = await startApiHost();
    await ended(host, await order(host, text));
    const invocation = { params: { ...params, entity: 'web', effector: 'resize' }, body: { desiredSize: 3 } };
    await ended(host, (await host.client.call('invoke', invocation)).task);
    const again = await host.restart();
    const count = (): number =>
      again.engine
        .print()
        .split('\n')
        .filter((line) => line.startsWith('container')).length;
    await ended(again, (await again.client.call('restartApplication', { params })).task);
    expect(count()).toBe(3);
    const { entities } = await again.client.call('getApplication', { params });
    expect(entities.filter(({ kind }) => kind === 'container')).toHaveLength(3);
    await ended(again, await order(again, text));
    expect(count()).toBe(2);
  });
});

test('with the engine away everything answers, and says so', async () => {
  const host = await startApiHost();
  host.engine.isDown = true;
  expect(await host.client.call('version')).toMatchObject({ engine: { reachable: false } });
  expect(await host.client.call('listApplications')).toEqual([]);
  await expect(order(host, one)).rejects.toMatchObject({ code: 'docker-unreachable' });
  host.engine.isDown = false;
  expect(await ended(host, await order(host, one))).toMatchObject({ state: 'done' });
});
