/** Every route is called, and what it answers is what the OpenAPI document it serves says. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { routes, type RouteName } from '../../src/api/index.ts';
import { startApiHost, type ApiHost, type RawAnswer } from '../support/api-host.ts';
import { deployShop, names, samples, seedNetwork } from './samples.ts';

type Schema = { readonly [key: string]: unknown };
type Operation = {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: { readonly error: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> } };
  };
};

async function readDocument(host: ApiHost): Promise<Document> {
  return JSON.parse((await host.send('GET', '/v1/openapi.json')).text) as Document;
}

const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
addFormats.default(ajv);

function expectValid(schema: Schema, value: unknown): void {
  const isValid = ajv.validate(schema, value);
  expect(isValid, `${ajv.errorsText()} in ${JSON.stringify(value)?.slice(0, 500)}`).toBe(true);
}

function expectDocumented(name: RouteName, answer: RawAnswer, document: Document): void {
  const route = routes[name];
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  const response = operation?.responses[String(answer.status)];
  expect(response, `${name} answers ${answer.status}: ${answer.text}`).toBeDefined();
  const [type = '', content] = Object.entries(response?.content ?? {})[0] ?? [];
  if (content === undefined) return expect(answer.text).toBe('');
  expect(answer.type).toContain(type);
  if (type === 'application/json' && content.schema['type'] !== 'string')
    expectValid(content.schema, JSON.parse(answer.text));
  if (type !== 'text/event-stream') return undefined;
  const events = answer.text.split('\n\n').filter((block) => block.startsWith('data: '));
  expect(events.length).toBeGreaterThan(0);
  for (const event of events)
    expectValid(content.schema['contentSchema'] as Schema, JSON.parse(event.slice('data: '.length)));
  return undefined;
}

test('the document describes every route and nothing else', async () => {
  const host = await startApiHost();
  const { paths } = await readDocument(host);
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(documented.sort()).toEqual(
    names.map((name) => `${routes[name].method.toLowerCase()} ${routes[name].path}`).sort(),
  );
});

describe('a route answers as the document says', () => {
  for (const name of names.filter((each) => each !== 'followEvents'))
    test(name, async () => {
      const host = await startApiHost();
      const task = await deployShop(host);
      await seedNetwork(host);
      const { path, body, before } = samples[name];
      await before?.(host);
      const document = await readDocument(host);
      const answer = await host.send(routes[name].method, path.replace('TASK', task), body);
      if (name === 'createNetwork') {
        // Its record is written by the network driver, which is not there.
        expect(answer.status).toBe(404);
        expect(host.engine.print()).toContain('network net1 clocker');
        return;
      }
      expectDocumented(name, answer, document);
      for (const running of (await host.client.call('listTasks')).filter(({ state }) => state === 'running'))
        for await (const _event of await host.client.call('followTask', { params: { task: running.id } }));
    });

  test('followEvents', async () => {
    const host = await startApiHost();
    const ending = new AbortController();
    const events = await host.client.call('followEvents', { signal: ending.signal });
    const seen: string[] = [];
    const following = (async () => {
      for await (const { kind, change, name } of events) seen.push(`${kind} ${change} ${name}`);
    })().catch(() => undefined);
    await deployShop(host);
    await expect.poll(() => seen, { timeout: 10_000 }).toContain('entity put shop/web');
    ending.abort();
    await following;
    expect(seen).toContain('application put shop');
  });
});
