import { expect, test } from 'vitest';
import { convert, explain, readApplication } from '../../src/convert/index.ts';
import type { ConvertRequest, Target } from '../../src/convert/index.ts';
import { filesFromMap } from '../../src/document/files.ts';

/** Documents by path, the first of them named; all of them are on the disk. */
function request(
  texts: Readonly<Record<string, string>>,
  to: Target,
  more: Partial<ConvertRequest> = {},
): ConvertRequest {
  const paths = Object.keys(texts);
  const [first = ''] = paths;
  return {
    documents: [{ path: first, text: texts[first] ?? '' }],
    disk: filesFromMap(new Map(paths.map((path) => [`/app/${path}`, texts[path] ?? '']))),
    currentDirectory: '/app',
    environment: new Map(),
    to,
    ...more,
  };
}

const blueprint = `
name: shop
services:
  - type: docker:redis:7
    id: cache
    openPorts: [6379]
    env:
      TOKEN: $brooklyn:external("environment", "TOKEN")
`;

test('a blueprint as a compose file', async () => {
  const { language, text, problems, report } = await convert(request({ 'a.yaml': blueprint }, 'compose'));
  expect(language).toBe('blueprint');
  expect(problems).toEqual([]);
  expect(text).toBe(`name: shop
services:
  cache:
    command: null
    entrypoint: null
    environment:
      TOKEN: \${TOKEN}
    expose:
      - '6379'
    image: redis:7
    x-clocker:
      brooklyn.config:
        docker.container.environment:
          TOKEN: $$brooklyn:external("environment", "TOKEN")
`);
  expect(report.map(({ path, fate }) => [path, fate])).toEqual([['services.cache.environment.TOKEN', 'adapted']]);
});

test('a blueprint as a stack file', async () => {
  const { text } = await convert(request({ 'a.yaml': blueprint }, 'stack'));
  expect(text).toContain('TOKEN: ${TOKEN}');
  expect(text).toContain("version: '3.13'");
});

test('a blueprint as a blueprint, with full names, and as JSON', async () => {
  const { text } = await convert(request({ 'a.yaml': blueprint }, 'blueprint', { format: 'json' }));
  expect(JSON.parse(text)).toEqual({
    name: 'shop',
    services: [
      {
        type: 'docker:redis:7',
        id: 'cache',
        'brooklyn.config': {
          'docker.container.openPorts': [6379],
          'docker.container.environment': { TOKEN: '$brooklyn:external("environment", "TOKEN")' },
        },
      },
    ],
  });
});

test.each([
  ['nothing', [], 'documents-none'],
  ['a list', [{ path: 'a.yaml', text: '- 1' }], 'language-unknown'],
  [
    'two blueprints',
    [
      { path: 'a', text: 'services: []' },
      { path: 'b', text: 'services: []' },
    ],
    'documents-several',
  ],
])('%s', async (_what, documents, code) => {
  const base = request({}, 'compose', { documents });
  expect((await convert(base)).problems.map((problem) => problem.code)).toEqual([code]);
  expect((await readApplication(base)).problems.map((problem) => problem.code)).toEqual([code]);
});

test('mistakes give no text', async () => {
  const { text, problems } = await convert(request({ 'a.yaml': 'services: [{name: a}]' }, 'compose'));
  expect(text).toBe('');
  expect(problems.map(({ code }) => code)).toEqual(['blueprint-type-missing']);
});

test.each([
  ['services[0].id', 'cache', []],
  ['services[0].nope', undefined, ['path-unknown']],
  ['a..b', undefined, ['path-invalid']],
])('explain %s', async (path, value, codes) => {
  const explained = await explain(request({ 'a.yaml': blueprint }, 'compose'), path);
  expect(explained.value?.value).toBe(value);
  expect(explained.problems.map(({ code }) => code)).toEqual(codes);
});
