/** Whatever is sent, the answer is an error with a code, nothing is changed, and the daemon goes on. */
import { describe, expect, test } from 'vitest';
import { routes, type RouteName } from '../../src/api/index.ts';
import { startApiHost, type ApiHost, type RawAnswer } from '../support/api-host.ts';
import { deployShop, names, samples, seedNetwork } from './samples.ts';

const megabyte = 'a'.repeat(1024 * 1024);
const shell = '$(reboot); `id` | cat /etc/passwd > /tmp/x & "\'';
const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

const bodies: Readonly<Record<string, string>> = {
  empty: '',
  'cut off': '{"name": "x", "text": "serv',
  'no JSON': 'name=x&text=y',
  null: 'null',
  'a list': '[]',
  'a text': '"shop"',
  'an unknown key': '{"nmae": "shop"}',
  'wrong types':
    '{"name": 7, "text": {}, "materials": "x", "desiredSize": "many", "address": [], "resources": {}, "from": 1, "to": 2, "protocol": null}',
  'a prototype': '{"__proto__": {"name": "x"}, "constructor": {"prototype": {}}}',
  'deep nesting': deep,
  'deep nesting in a field': `{"name": "x", "text": ${deep}}`,
  'shell characters': JSON.stringify({
    name: shell,
    text: 'services: {a: {image: a}}',
    address: shell,
    from: shell,
    to: shell,
    protocol: shell,
    resources: [shell],
  }),
  'a megabyte in each field': JSON.stringify({
    name: megabyte,
    address: megabyte,
    from: megabyte,
    to: megabyte,
    protocol: megabyte,
    resources: [megabyte],
    desiredSize: megabyte,
  }),
  'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a]).toString('latin1'),
};

const parameters: Readonly<Record<string, string>> = {
  unknown: 'nobody-knows',
  'shell characters': encodeURIComponent(shell),
  'a way up': '..%2F..%2Fetc%2Fpasswd',
  'a NUL': 'a%00b',
  'a newline': 'a%0Ab',
  'no encoding': '%zz',
  'a prototype': '__proto__',
  '10 kB': 'a'.repeat(10_000),
  'a megabyte': megabyte,
};

const parametersOf = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([whole]) => whole);

/** The sample's path with one parameter replaced. */
function pathWith(name: RouteName, parameter: string, value: string): string {
  const sample = samples[name].path.split('?')[0]?.split('/') ?? [];
  return routes[name].path
    .split('/')
    .map((part, index) => (part === parameter ? value : (sample[index] ?? part)))
    .join('/');
}

function expectRefused(answer: RawAnswer, what: string): void {
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBeGreaterThanOrEqual(400);
  expect(answer.status, what).toBeLessThan(500);
  if (answer.text === '') return;
  const { error } = JSON.parse(answer.text) as { error: { code: string; message: string } };
  expect(error.code, what).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(error.message.length, what).toBeGreaterThan(0);
  expect(error.message.length, what).toBeLessThan(5000);
}

/** HEAD has no body to say why; every other answer must. */
async function refuse(
  host: ApiHost,
  name: RouteName,
  path: string,
  body: string | undefined,
  what: string,
): Promise<void> {
  const { method } = routes[name];
  const before = await host.world();
  const answer = await host.send(method, path, body);
  if (method !== 'HEAD') expect(answer.text, what).not.toBe('');
  expectRefused(answer, `${name}, ${what}`);
  expect(await host.world(), what).toBe(before);
}

describe('hostile input is refused', () => {
  for (const name of names) {
    const route = routes[name];
    const inPath = parametersOf(route.path);
    const body = 'body' in route ? route.body : undefined;
    test(name, { timeout: 60_000 }, async () => {
      const host = await startApiHost();
      const task = await deployShop(host);
      await seedNetwork(host);
      const good = samples[name];
      const goodPath = good.path.replace('TASK', task);
      const goodBody = good.body?.toString();
      for (const parameter of inPath)
        for (const [what, value] of Object.entries(parameters))
          await refuse(
            host,
            name,
            pathWith(name, parameter, value).replace('TASK', task),
            goodBody,
            `${parameter}: ${what}`,
          );
      if (body?.kind === 'json')
        for (const [what, text] of Object.entries(bodies)) await refuse(host, name, goodPath, text, `body: ${what}`);
      if (body?.kind === 'bytes') await refuse(host, name, goodPath, 'something else than its digest', 'wrong content');
      for (const query of ['nobody=knows', 'follow=maybe&volumes=maybe', `x=${megabyte}`])
        await refuse(host, name, `${goodPath.split('?')[0]}?${query}`, goodBody, `query: ${query.slice(0, 30)}`);
      expect(host.log.filter((line) => line.startsWith('error'))).toEqual([]);
      expect((await host.send('GET', '/healthz')).text).toBe('ok\n');
    });
  }

  test('methods and paths that are not there', async () => {
    const host = await startApiHost();
    for (const [method, path, status] of [
      ['PATCH', '/v1/applications', 405],
      ['DELETE', '/v1/version', 405],
      ['GET', '/', 404],
      ['GET', '/v2/applications', 404],
      ['GET', '/v1/applications/', 404],
      ['GET', '/v1//applications', 404],
    ] as const) {
      const answer = await host.send(method, path);
      expectRefused(answer, `${method} ${path}`);
      expect(answer.status, `${method} ${path}`).toBe(status);
    }
  });

  test('a body of more than 32 MiB', async () => {
    const host = await startApiHost();
    const answer = await host.send('POST', '/v1/plans', JSON.stringify({ text: 'x'.repeat(33 * 1024 * 1024) }));
    expect(answer).toMatchObject({ status: 413 });
  });
});
