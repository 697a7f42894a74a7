import { expect, test } from 'vitest';
import type { Report } from '../../src/diagnostic/report.ts';
import { spreadLosses } from '../../src/convert/lost-keys.ts';

const carried = (...paths: readonly string[]): Report => paths.map((path) => ({ path, fate: 'carried' }));
const lost = (path: string): Report => [{ path, fate: 'lost', reason: 'r' }];

/** Paths that are not carried any more. */
const gone = (read: Report, told: Report, texts: Readonly<Record<string, string>> = {}): readonly string[] =>
  spreadLosses(read, told, ({ path }) => texts[path] ?? '')
    .filter(({ fate }) => fate === 'lost')
    .map(({ path }) => path);

const read = carried(
  'services.a.image',
  'services.a.volumes[0].source',
  'services.a.environment[0]',
  'services.a.environment[1]',
  'services.b.environment.A',
);

test.each<[string, readonly string[]]>([
  ['a.docker.container.volumes', ['services.a.volumes[0].source']],
  ['a.docker.container.environment.A', ['services.a.environment[1]']],
  ['b.docker.container.environment.A', ['services.b.environment.A']],
  ['a.docker.container.environment', ['services.a.environment[0]', 'services.a.environment[1]']],
  ['b.dynamicfabric.memberspec', ['services.b.environment.A']],
  ['c.docker.container.volumes', []],
  ['a.brooklyn.enrichers', []],
])('%s', (told, paths) => {
  expect(gone(read, lost(told), { 'services.a.environment[0]': 'B', 'services.a.environment[1]': 'A' })).toEqual(paths);
});

test('nothing lost changes nothing', () => {
  expect(spreadLosses(read, [], () => '')).toBe(read);
});
