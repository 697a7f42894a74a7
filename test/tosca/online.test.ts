/** Imports over the network, from a server on the loopback: asked only when told to, once, and with limits. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { judgeFiles } from '../../src/commands/judge.ts';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeRequest } from '../../src/commands/judge.ts';
import { fetchThroughCache } from '../../src/host/web-cache.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const types = 'tosca_definitions_version: tosca_2_0\nnode_types:\n  Thing: {}\n';

type Web = { readonly url: string; readonly asked: string[] };

/** `/types.yaml` has them, `/away/N` leads to N more steps, `/endless` never ends, `/slow` never answers. */
async function openWeb(): Promise<Web> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const steps = /^\/away\/(\d+)$/.exec(path)?.[1];
    if (steps !== undefined)
      response.writeHead(302, { location: steps === '0' ? '/types.yaml' : `/away/${Number(steps) - 1}` }).end();
    else if (path === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else if (path === '/types.yaml') response.end(types);
    else if (path === '/more.yaml') response.end('tosca_definitions_version: tosca_2_0\nimports: [ types.yaml ]\n');
    else if (path === '/binary') response.end(Buffer.from([0xff, 0xfe, 0x00]));
    else if (path === '/endless') {
      const chunk = Buffer.alloc(64 * 1024, '#');
      const write = (): void => void (response.write(chunk) && setImmediate(write));
      response.on('drain', write);
      write();
    } else if (path !== '/slow') response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const settings = async (folder?: string) => ({
  folder: folder ?? (await temporaryDirectory()),
  freshFor: 60_000,
  timeout: 2000,
  most: 1024 * 1024,
});

const template = (url: string): string =>
  `tosca_definitions_version: tosca_2_0\nimports:\n  - ${url}\nservice_template:\n  node_templates:\n    one: { type: Thing }\n`;

async function judge(url: string, fetchText?: (url: string) => Promise<string | undefined>) {
  const request = await readDocuments([], {});
  const tosca = { ...request.tosca, ...(fetchText === undefined ? {} : { fetchText }) };
  const documents = [{ path: '/nowhere/template.yaml', text: template(url) }];
  return judgeRequest({ ...request, documents, from: 'tosca', tosca });
}

test('without --online nothing is asked, and the template can’t be judged', async () => {
  const { url, asked } = await openWeb();
  const folder = await temporaryDirectory();
  const path = join(folder, 'template.yaml');
  writeFileSync(path, template(`${url}/types.yaml`));
  const { verdict, problems } = await judgeFiles([path], {});
  expect(verdict).toBe('cannot-act');
  expect(problems.map(({ hint }) => hint).join()).toContain('--online');
  expect(asked).toEqual([]);
});

test('a copy stands for the URL, and nothing is asked', async () => {
  const { url, asked } = await openWeb();
  const folder = await temporaryDirectory();
  mkdirSync(join(folder, 'copies'));
  writeFileSync(join(folder, 'copies', 'types.yaml'), types);
  const path = join(folder, 'template.yaml');
  writeFileSync(path, template(`${url}/types.yaml`));
  const map = [`${url}/=${join(folder, 'copies')}/`];
  expect(await judgeFiles([path], { map, online: true })).toMatchObject({ verdict: 'valid' });
  expect(asked).toEqual([]);
});

test('a text is fetched once, kept, and asked for again when it is old', async () => {
  const { url, asked } = await openWeb();
  const kept = await settings();
  const get = fetchThroughCache(kept);
  expect(await judge(`${url}/types.yaml`, get)).toMatchObject({ verdict: 'valid' });
  expect(await judge(`${url}/types.yaml`, get)).toMatchObject({ verdict: 'valid' });
  expect(asked).toEqual(['/types.yaml']);
  const [file = ''] = readdirSync(kept.folder);
  utimesSync(join(kept.folder, file), 0, 0);
  expect(await get(`${url}/types.yaml`)).toBe(types);
  expect(asked).toHaveLength(2);
});

test('what is imported by what is imported is found from there', async () => {
  const { url, asked } = await openWeb();
  expect(await judge(`${url}/more.yaml`, fetchThroughCache(await settings()))).toMatchObject({ verdict: 'valid' });
  expect(asked).toEqual(['/more.yaml', '/types.yaml']);
});

test('an old copy serves when the server is gone', async () => {
  const kept = await settings();
  const url = 'http://127.0.0.1:9/types.yaml';
  expect(await fetchThroughCache(kept)(url)).toBeUndefined();
  const { url: live } = await openWeb();
  await fetchThroughCache(kept)(`${live}/types.yaml`);
  const [file = ''] = readdirSync(kept.folder);
  utimesSync(join(kept.folder, file), 0, 0);
  expect(await fetchThroughCache({ ...kept, timeout: 1 })(`${live}/types.yaml`)).toBe(types);
});

test.each([
  ['/away/3', types],
  ['/away/9', undefined],
  ['/file', undefined],
  ['/endless', undefined],
  ['/binary', undefined],
  ['/nothing', undefined],
])('%s', async (path, text) => {
  const { url } = await openWeb();
  expect(await fetchThroughCache(await settings())(`${url}${path}`)).toBe(text);
});

test('a server that never answers is left after the time limit', async () => {
  const { url } = await openWeb();
  const get = fetchThroughCache({ ...(await settings()), timeout: 200 });
  const { verdict, problems } = await judge(`${url}/slow`, get);
  expect(problems.find(({ code }) => code === 'MissingImportFile')?.message).toContain('could not be fetched');
  expect(verdict).toBe('invalid');
});

test.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'data:text/plain,x'])(
  '%s is no place on the web',
  async (url) => {
    expect(await fetchThroughCache(await settings())(url)).toBeUndefined();
  },
);
