/** How the members of a service are replaced: how many at once, in which order, and what becomes of a failure. */
import { describe, expect, test } from 'vitest';
import { applyDeployment } from '../../src/deploy/index.ts';
import { readUpdatePolicy } from '../../src/deploy/update-policy.ts';
import type { Value } from '../../src/model/value.ts';
import { createMemoryEngine, type MemoryEngine } from '../support/memory-engine.ts';
import { build, toolsFor } from './build.ts';

const service = (image: string, update: string, replicas = 4): string =>
  `services: {web: {image: "${image}", deploy: {replicas: ${replicas}${update === '' ? '' : `, update_config: ${update}`}}}}`;

async function deployTo(engine: MemoryEngine, compose: string): Promise<readonly string[]> {
  const { deployment } = await build(compose);
  const before = engine.calls.length;
  await applyDeployment(deployment, toolsFor(engine));
  return engine.calls.slice(before).map((call) => call.replace(/-(new|old)-\w+/g, '-$1'));
}

async function running(update: string, replicas?: number): Promise<MemoryEngine> {
  const engine = createMemoryEngine();
  for (const image of ['web:1', 'web:2']) engine.addImage(image);
  await deployTo(engine, service('web:1', update, replicas));
  return engine;
}

const imagesOf = (engine: MemoryEngine): readonly unknown[] =>
  [1, 2, 3, 4].map((number) => engine.body(`shop-web-${number}`)['Image']);

describe('members are replaced', () => {
  test('one by one where nothing is said', async () => {
    const engine = await running('', 2);
    expect(await deployTo(engine, service('web:2', '', 2))).toEqual([
      'create container shop-web-1-new',
      'stop container shop-web-1',
      'rename container shop-web-1 to shop-web-1-old',
      'rename container shop-web-1-new to shop-web-1',
      'start container shop-web-1',
      'remove container shop-web-1-old',
      'create container shop-web-2-new',
      'stop container shop-web-2',
      'rename container shop-web-2 to shop-web-2-old',
      'rename container shop-web-2-new to shop-web-2',
      'start container shop-web-2',
      'remove container shop-web-2-old',
    ]);
  });

  test('started first, the old one stops when the new one is up', async () => {
    const update = '{order: start-first}';
    const engine = await running(update, 1);
    expect(await deployTo(engine, service('web:2', update, 1))).toEqual([
      'create container shop-web-1-new',
      'start container shop-web-1-new',
      'stop container shop-web-1',
      'rename container shop-web-1 to shop-web-1-old',
      'rename container shop-web-1-new to shop-web-1',
      'remove container shop-web-1-old',
    ]);
  });

  test('so many at once', async () => {
    for (const [parallelism, most] of [
      [1, 1],
      [2, 2],
      [0, 4],
    ]) {
      const update = `{parallelism: ${parallelism}}`;
      const engine = await running(update);
      let [now, seen] = [0, 0];
      for (const call of await deployTo(engine, service('web:2', update))) {
        if (call.startsWith('create')) seen = Math.max(seen, ++now);
        if (call.startsWith('remove')) now--;
      }
      expect(seen, update).toBe(most);
    }
  });
});

describe('a member that is not well', () => {
  const failing = async (update: string, ends: readonly string[]) => {
    const engine = await running(update);
    const before = imagesOf(engine);
    for (const name of ends) engine.ends.set(name, 1);
    const failure = await deployTo(engine, service('web:2', update)).catch((error: unknown) => error);
    const after = imagesOf(engine);
    return { failure, changed: after.map((hash, index) => hash !== before[index]) };
  };

  test('ends the update, and is put back', async () => {
    expect(await failing('{monitor: 1s}', ['shop-web-2'])).toMatchObject({
      failure: { code: 'command-failed' },
      changed: [true, false, false, false],
    });
  });

  test('is borne where it is one of few', async () => {
    const { failure, changed } = await failing('{max_failure_ratio: 0.3}', ['shop-web-2']);
    expect(failure).toBeInstanceOf(Array);
    expect(changed).toEqual([true, false, true, true]);
    expect(await failing('{max_failure_ratio: 0.3}', ['shop-web-2', 'shop-web-3'])).toMatchObject({
      failure: { code: 'command-failed' },
      changed: [true, false, false, false],
    });
  });

  test('does not hold up the others where they are to continue', async () => {
    const { changed } = await failing('{failure_action: continue}', ['shop-web-1', 'shop-web-2']);
    expect(changed).toEqual([false, false, true, true]);
  });
});

test('what is no policy is told', () => {
  const problems: string[] = [];
  const complain = (_code: string, message: string): void => void problems.push(message);
  readUpdatePolicy(
    new Map<string, Value>([
      ['parallelism', -1],
      ['delay', 'soon'],
      ['failure_action', 'pray'],
      ['max_failure_ratio', 2],
      ['order', 'random'],
    ]),
    complain,
  );
  expect(problems).toHaveLength(5);
});
