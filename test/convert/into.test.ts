/** Compose -> blueprint -> into the same compose file: what was not changed keeps its text. */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { convert } from '../../src/convert/index.ts';
import type { ConvertRequest, Converted } from '../../src/convert/index.ts';
import { filesFromMap } from '../../src/document/files.ts';
import { cases, requestFor } from './corpus.ts';
import { edits, isService } from './edits.ts';
import type { Blueprint } from './edits.ts';

const fileOf = ({ documents: [document] }: ConvertRequest) => document ?? { path: '', text: '' };

/** A blueprint, written into the file of a request. */
const into = (request: ConvertRequest, blueprint: string): Promise<Converted> =>
  convert({ ...request, to: 'compose', documents: [{ path: 'b.yaml', text: blueprint }], into: fileOf(request) });

const normalForm = async (request: ConvertRequest, text: string): Promise<unknown> => {
  const documents = [{ path: fileOf(request).path, text }];
  const { text: json, problems } = await convert({ ...request, to: 'compose', format: 'json', documents });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return JSON.parse(json) as unknown;
};

describe.skipIf(cases.length === 0)('nothing changed: the same bytes', () => {
  test.each(cases)('$name', async ({ file }) => {
    const request = requestFor(file, 'blueprint');
    const { text, changes, problems } = await into(request, (await convert(request)).text);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect({ text, changes }).toEqual({ text: fileOf(request).text, changes: [] });
  });
});

const commentsIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /(?:^|\s)#.*$/.exec(line)?.[0].trim() ?? []);

const chosen = cases.filter((_case, index) => index % 5 === 1);

describe.skipIf(cases.length === 0).each(Object.entries(edits))('an edit of the %s', (_what, { edit }) => {
  test.each(chosen)('$name', async ({ file }) => {
    const request = requestFor(file, 'blueprint');
    const blueprint = parse((await convert(request)).text) as Blueprint;
    const services = blueprint.services.filter(isService);
    // What waits for nothing may be waited for.
    const other = services.find((one) => one['brooklyn.config']?.['latch.start'] === undefined);
    const service = services.find((one) => one !== other);
    if (service === undefined || other === undefined) return;
    edit(service, other);
    const edited = stringify(blueprint);
    const whole = await convert({ ...request, to: 'compose', documents: [{ path: 'b.yaml', text: edited }] });
    const { text, problems } = await into(request, edited);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(await normalForm(request, text)).toEqual(await normalForm(request, whole.text));
    expect(commentsIn(text)).toEqual(commentsIn(fileOf(request).text));
  });
});

const file = `# The shop
x-common: &common
  restart: always # everywhere
services:
  web: # the front
    <<: *common
    image: nginx:\${TAG:-1}  # pinned
    ports: ["8080:80", '9000-9001:9000-9001'] # both
    environment:
      - A=1 # one
      - B
    volumes:
    - ./data:/data:ro

    # kept by the database
    - db:/x
    depends_on: [ db ]
    build: ./web
    labels: { a: b }   # last
  db: {image: db, restart: "no"}
volumes:
  db: # data
`;

const request: ConvertRequest = {
  documents: [{ path: 'compose.yml', text: file }],
  disk: filesFromMap(new Map([['/shop/compose.yml', file]])),
  currentDirectory: '/shop',
  environment: new Map(),
  to: 'blueprint',
};

/** Replacements in the blueprint, and in the file. */
type Replacement = readonly [string | RegExp, string];

test.each<[string, Replacement, readonly Replacement[]]>([
  ['a variable', ["A: '1'", 'A: 2'], [['A=1', 'A=2']]],
  ['a variable without a value', ['B: null', 'B: x'], [['- B\n', '- B=x\n']]],
  ['one variable less', [/ +A: '1'\n/, ''], [['      - A=1 # one\n', '']]],
  ['one variable more', ['B: null', 'B: null\n        C: 3'], [['- B\n', '- B\n      - C=3\n']]],
  ['an image with a variable', ['docker:nginx:1', 'docker:nginx:2'], [['nginx:${TAG:-1}', 'nginx:2']]],
  ['a port', ["'8080': 80", "'8081': 80"], [['8080:80', '8081:80']]],
  [
    'a port of a range',
    ["'9001': 9001", "'9002': 9001"],
    [[/ports: .*\]/, "ports:\n      - '8080:80'\n      - '9000:9000'\n      - '9002:9001'"]],
  ],
  ['a mount', ['/shop/data:/data:ro', '/shop/other:/data'], [['./data:/data:ro', './other:/data']]],
  ['a label of a flow map', ['a: b', 'a: c'], [['a: b', 'a: c']]],
  [
    'what an anchor brings',
    [/restartPolicy: always/, 'restartPolicy: unless-stopped'],
    [['   # last\n', '   # last\n    restart: unless-stopped\n']],
  ],
  [
    'a condition',
    ['attributeWhenReady("docker.container.running")', 'attributeWhenReady("docker.container.completed")'],
    [['depends_on: [ db ]', 'depends_on:\n      db:\n        condition: service_completed_successfully']],
  ],
  [
    'something beside the folder of a build',
    ['docker.build.context: /shop/web', 'docker.build.context: /shop/web\n      docker.build.target: prod'],
    [['build: ./web', 'build:\n      context: ./web\n      target: prod']],
  ],
  [
    'another service',
    [/$/, '  - {type: "docker:cache:3", id: cache, brooklyn.config: {network.list: [shop_default]}}\n'],
    [['"no"}\n', '"no"}\n  cache:\n    image: cache:3\n    networks:\n      default: null\n']],
  ],
  [
    'a name',
    ['name: shop', 'name: store'],
    [
      ['db: # data', 'db:\n    name: shop_db # data'],
      [/$/, 'name: store\nnetworks:\n  default:\n    name: shop_default\n'],
    ],
  ],
])('%s is changed and nothing else', async (_what, [from, to], replacements) => {
  const blueprint = (await convert(request)).text;
  const edited = blueprint.replace(from, to);
  expect(edited).not.toBe(blueprint);
  const { text, problems } = await into(request, edited);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(text).toBe(replacements.reduce((whole, [old, made]) => whole.replace(old, () => made), file));
});

/** The blueprint of a file, with a replacement, written into that file. */
async function edited(files: Readonly<Record<string, string>>, from: string, to: string): Promise<Converted> {
  const text = files['compose.yml'] ?? '';
  const disk = filesFromMap(new Map(Object.entries(files).map(([path, one]) => [`/shop/${path}`, one])));
  const own = { ...request, disk, documents: [{ path: 'compose.yml', text }] };
  const blueprint = (await convert(own)).text;
  expect(blueprint).toContain(from);
  return into(own, blueprint.replace(from, to));
}

const variable = "      docker.container.environment:\n        A: '1'\n";

test('a file of format 1 stays one', async () => {
  const text = 'web: # old\n  image: nginx:1\n  environment: [A=1]\n  links: [db]\ndb: {image: db}\n';
  const { text: made, problems } = await edited({ 'compose.yml': text }, variable, variable.replace('1', '2'));
  expect(problems).toEqual([]);
  expect(made).toBe(text.replace('A=1', 'A=2'));
});

test('a service is written anew where what it extends says too much', async () => {
  const text = 'services:\n  a: {image: x, environment: {A: 1}}\n  b: {extends: a, image: z} # mine\n';
  const own = `    id: b\n    brooklyn.config:\n${variable}`;
  const { text: made, problems } = await edited({ 'compose.yml': text }, own, own.replace(variable, ''));
  expect(problems).toEqual([]);
  expect(made).toBe(
    'services:\n  a: {image: x, environment: {A: 1}}\n  b:\n    image: z\n    networks:\n      default: null # mine\n',
  );
});

test.each<[string, Readonly<Record<string, string>>, string, string, RegExp]>([
  [
    'what an included file says',
    {
      'compose.yml': 'include: [other.yml]\nservices: {b: {image: z}}\n',
      'other.yml': 'services: {a: {image: x, environment: {A: 1}}}\n',
    },
    variable,
    '',
    /services\.a\.environment/,
  ],
  [
    'what is no compose file then',
    { 'compose.yml': 'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: z}\n' },
    '    id: b\n    brooklyn.config:\n',
    '    id: b\n    brooklyn.config:\n      latch.start: $brooklyn:entity("a").attributeWhenReady("docker.container.running")\n',
    /wait for each other/,
  ],
  [
    'what stands in a stream of documents',
    { 'compose.yml': 'services: {a: {image: x}}\n---\nservices: {b: {image: z}}\n' },
    'docker:x',
    'docker:v',
    /not one document/,
  ],
])('%s is refused, and nothing is written', async (_what, files, from, to, why) => {
  const { text, problems } = await edited(files, from, to);
  expect([text, problems.map(({ code }) => code)]).toEqual(['', ['into-impossible']]);
  expect(problems[0]?.message).toMatch(why);
});
