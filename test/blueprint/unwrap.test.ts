import { expect, test } from 'vitest';
import { unwrapSingleService } from '../../src/blueprint/unwrap.ts';
import type { Application, Entity } from '../../src/model/entity.ts';
import { typeName } from '../../src/model/entity-types.ts';
import { entityWith } from './build.ts';

const policy = (type: string) => ({ type, config: new Map() });
const child = (more: Partial<Entity> = {}): Entity =>
  entityWith(typeName.application, { 'a.b': 1 }, { children: [entityWith('docker:x')], ...more });
const wrapper = (children: readonly Entity[], more: Partial<Application> = {}): Application => ({
  ...entityWith(typeName.application, {}, { children }),
  metadata: new Map([['origin', 'here']]),
  ...more,
});

const parameter = (name: string, value?: number) => (value === undefined ? { name } : { name, default: value });

test.each<[string, Application, boolean]>([
  ['one application', wrapper([child()]), true],
  ['two', wrapper([child(), child()]), false],
  ['no application', wrapper([entityWith('docker:x')]), false],
  [
    'a policy the child has too',
    wrapper([child({ policies: [policy('a'), policy('b')] })], { policies: [policy('a')] }),
    true,
  ],
  ['a policy of its own', wrapper([child()], { policies: [policy('a')] }), false],
  ['an enricher of its own', wrapper([child()], { enrichers: [policy('a')] }), false],
  ['a name, the child none', wrapper([child()], { name: 'A' }), true],
  ['two names', wrapper([child({ name: 'B' })], { name: 'A' }), false],
  ['the same name', wrapper([child({ name: 'A' })], { name: 'A' }), true],
  ['two ids', wrapper([child({ id: 'b' })], { id: 'a' }), false],
  ['the same config', wrapper([child()], { config: new Map([['a.b', 1]]) }), true],
  ['other config', wrapper([child()], { config: new Map([['a.b', 2]]) }), false],
  ['both with locations', wrapper([child({ locations: [] })], { locations: [] }), false],
  [
    'a parameter with a default the child has too',
    wrapper([child({ parameters: [parameter('p')] })], { parameters: [parameter('p', 1)] }),
    false,
  ],
  [
    'a parameter without default',
    wrapper([child({ parameters: [parameter('p')] })], { parameters: [parameter('p')] }),
    true,
  ],
])('a wrapper with %s', (_name, application, isDropped) => {
  const result = unwrapSingleService(application);
  expect(result !== application).toBe(isDropped);
  if (isDropped) expect(result.children.map((one) => one.type)).toEqual(['docker:x']);
});

test('what the wrapper says is kept', () => {
  const application = unwrapSingleService(
    wrapper([child({ description: 'd' })], { name: 'A', config: new Map([['c.d', 2]]), locations: [], tags: ['t'] }),
  );
  expect(application).toMatchObject({ name: 'A', description: 'd', locations: [], tags: ['t'] });
  expect([...application.config.keys()]).toEqual(['a.b', 'c.d']);
  expect(application.metadata.get('origin')).toBe('here');
});
