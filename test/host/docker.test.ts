import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { isFault } from '../../src/diagnostic/fault.ts';
import { openDocker, type Docker, type EngineNews } from '../../src/host/docker.ts';
import { parseEngineAddress } from '../../src/host/docker/address.ts';
import { openTransport } from '../../src/host/docker/transport.ts';
import { createFakeClock } from '../support/clock.ts';
import { answerJson, startFakeEngine, type FakeAnswer, type FakeEngine } from '../support/engine.ts';

let engine: FakeEngine | undefined;
let docker: Docker | undefined;

async function open(routes: Readonly<Record<string, FakeAnswer>>): Promise<Docker> {
  engine = await startFakeEngine(routes);
  docker = openDocker({ host: engine.host });
  return docker;
}

afterEach(async () => {
  docker?.close();
  await engine?.stop();
});

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isFault(error) ? error.code : String(error);
};

describe('an engine’s address', () => {
  test.each([
    ['unix:///run/d.sock', { socketPath: '/run/d.sock' }],
    ['/run/d.sock', { socketPath: '/run/d.sock' }],
    ['tcp://host', { host: 'host', port: 2375 }],
    ['https://host', { host: 'host', port: 2376 }],
    ['tcp://[fd00::1]:99', { host: 'fd00::1', port: 99 }],
  ])('%s', (host, options) => {
    expect(parseEngineAddress(host, undefined).options).toEqual(options);
  });

  test.each(['', 'host', 'unix://', 'ssh://host', 'unix://relative'])('%j is none', (host) => {
    expect(() => parseEngineAddress(host, undefined)).toThrowError(
      expect.objectContaining({ code: 'request-invalid' }),
    );
  });
});

describe('a call', () => {
  test('reads what an engine says of a network, null lists and new fields included', async () => {
    const body = {
      Id: 'n1',
      Name: 'net',
      Driver: 'clocker',
      IPAM: { Driver: 'clocker', Config: null },
      Labels: null,
      New: 1,
    };
    const engineUnderTest = await open({ 'GET /networks/net': answerJson(200, body) });
    expect(await engineUnderTest.network('net')).toMatchObject({ id: 'n1', driver: 'clocker', labels: {}, pools: [] });
    expect(await engineUnderTest.network('other')).toBeUndefined();
  });

  test('names go into the path whole', async () => {
    const engineUnderTest = await open({});
    for (const name of ['../containers/x', '..', 'a?b', 'a/../b', 'ünï', '%2e%2e']) await engineUnderTest.network(name);
    expect(engine?.requests.filter((request) => !request.startsWith('GET /networks/'))).toEqual(['GET /version']);
  });

  test('what the engine refuses is told in its own words', async () => {
    const engineUnderTest = await open({ 'POST /networks/create': answerJson(409, { message: 'network x exists' }) });
    await expect(engineUnderTest.createNetwork({})).rejects.toMatchObject({
      code: 'docker-refused',
      message: 'Docker refused POST /networks/create: network x exists',
    });
  });

  test('an answer of another shape is refused with the place', async () => {
    const engineUnderTest = await open({ 'GET /networks': answerJson(200, [{ Id: 7 }]) });
    await expect(engineUnderTest.networks()).rejects.toMatchObject({
      code: 'docker-refused',
      message: expect.stringContaining('[0].Id') as string,
    });
  });

  test('an engine that is not there is unreachable', async () => {
    expect(await codeOf(openDocker({ host: 'unix:///nonexistent/docker.sock' }).networks())).toBe('docker-unreachable');
  });

  test('an engine that does not answer is given up', async () => {
    engine = await startFakeEngine({ 'GET /slow': () => undefined });
    const transport = openTransport(engine.host, parseEngineAddress(engine.host, undefined));
    const call = { method: 'GET', path: '/slow', deadline: 30 } as const;
    expect(await codeOf(transport.call(call))).toBe('deadline-exceeded');
    const aborted = new AbortController();
    const waiting = transport.call({ ...call, deadline: 60_000, signal: aborted.signal });
    aborted.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    transport.close();
  });

  test('a failed build is told though its status is 200', async () => {
    const lines = '{"stream":"Step 1/2\\n"}\n{"error":"no such file"}\n';
    const engineUnderTest = await open({ 'POST /build': (_request, response) => response.writeHead(200).end(lines) });
    const said: string[] = [];
    const build = engineUnderTest.buildImage(
      { t: 'x' },
      Readable.from([]),
      (line) => said.push(line),
      new AbortController().signal,
    );
    await expect(build).rejects.toMatchObject({
      code: 'docker-refused',
      message: expect.stringContaining('no such file') as string,
    });
    expect(said).toEqual(['Step 1/2']);
  });
});

describe('events', () => {
  const event = (id: string, time: number) =>
    `${JSON.stringify({ Type: 'network', Action: 'create', Actor: { ID: id }, time })}\n`;

  test('go on after the engine went away, from the last moment heard of', async () => {
    const queries: (string | null)[] = [];
    const answers = [event('a', 5) + event('b', 6), event('c', 7)];
    const engineUnderTest = await open({
      'GET /events': (request, response) => {
        queries.push(new URL(request.url ?? '', 'http://docker').searchParams.get('since'));
        response.writeHead(200).write(answers.shift() ?? '');
        if (answers.length > 0) response.end();
      },
    });
    const clock = createFakeClock();
    const ended = new AbortController();
    const news: string[] = [];
    const read = (one: EngineNews): string => (one.kind === 'event' ? one.event.id : one.kind);
    for await (const one of engineUnderTest.events({ types: ['network'], clock, signal: ended.signal })) {
      news.push(read(one));
      if (one.kind === 'lost') void clock.advance(250);
      if (news.at(-1) === 'c') ended.abort();
    }
    expect(news).toEqual(['connected', 'a', 'b', 'lost', 'connected', 'c']);
    expect(queries).toEqual([null, '6']);
  });

  test('are waited for with longer and longer pauses while there is no engine', async () => {
    const clock = createFakeClock();
    const ended = new AbortController();
    const at: number[] = [];
    const nowhere = openDocker({ host: 'unix:///nonexistent/docker.sock' });
    for await (const one of nowhere.events({ types: [], clock, signal: ended.signal })) {
      expect(one.kind).toBe('lost');
      at.push(clock.now());
      if (at.length === 4) ended.abort();
      else void clock.advance(250 * 2 ** (at.length - 1));
    }
    expect(at).toEqual([0, 250, 750, 1750]);
  });
});
