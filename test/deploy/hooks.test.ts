/** Commands after a start, when the daemon was killed before they were through. */
import { expect, test } from 'vitest';
import { applyDeployment } from '../../src/deploy/index.ts';
import { createMemoryEngine } from '../support/memory-engine.ts';
import { build, toolsFor } from './build.ts';

const compose = `services:
  web:
    image: "web:1"
    post_start: [{command: [one]}, {command: [two]}, {command: [three]}]`;

test('those that have not ended run, and the container is left as it is', async () => {
  const engine = createMemoryEngine();
  const { deployment } = await build(compose);
  const tools = toolsFor(engine);
  await applyDeployment(deployment, tools);
  const container = (await engine.container('shop-web-1'))?.id ?? '';
  const execs = (from: number): readonly string[] => engine.calls.slice(from);
  const quiet = engine.calls.length;
  await applyDeployment(deployment, tools);
  expect(execs(quiet)).toEqual([]);
  await tools.hooks.write('shop', 'web', { container, done: 1 });
  const before = engine.calls.length;
  await applyDeployment(deployment, tools);
  expect(execs(before)).toEqual(['run two in shop-web-1', 'run three in shop-web-1']);
  const after = engine.calls.length;
  await applyDeployment(deployment, tools);
  expect(execs(after)).toEqual([]);
});

test('those of a container that is gone are nobody’s', async () => {
  const engine = createMemoryEngine();
  const { deployment } = await build(compose);
  const tools = toolsFor(engine);
  await applyDeployment(deployment, tools);
  await tools.hooks.write('shop', 'web', { container: 'another', done: 1 });
  const before = engine.calls.length;
  await applyDeployment(deployment, tools);
  expect(engine.calls.slice(before)).toEqual([]);
});
