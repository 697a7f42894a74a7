/**
 * `docker stack deploy` of what `--to stack` writes, on a real swarm, by each docker command of the machine: it takes the
 * file and makes its services. Networks, secrets and configs that have to be there are made before.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { convert } from '../../src/convert/index.ts';
import { cases, requestFor } from '../convert/corpus.ts';
import { openLab, whyNoLab, type Lab } from '../support/lab/index.ts';

const noCorpus = cases.length === 0 ? 'no ../shared/corpus/compose beside the checkout' : undefined;
const reason = (await whyNoLab()) ?? noCorpus;
if (reason !== undefined) console.warn(`SKIPPED: stack files on a swarm: ${reason}`);

const clients = ['/usr/bin/docker', '/usr/local/bin/docker'].filter((path) => existsSync(path));

/** What no translation makes right. */
const wrong: Readonly<Record<string, RegExp>> = {
  'docker-cli/e2e/stack/testdata/stack-with-named-resources.yml': /no such file or directory/,
  'kompose/script/test/fixtures/env/compose.yaml': /port '8020' is already in use/,
  'kompose/script/test/fixtures/v2/compose.yaml': /invalid memory value 10000/,
};

/** Needs format 3.12, and Docker 20.10 ends at 3.9. */
const tooNew = /^unsupported Compose file version: 3\.13$/;

/** Of the files `docker stack` refuses as they are (images of builds, profiles, conditions), and of those it takes. */
const chosen =
  process.env['CLOCKER_LONG'] === '1' ? cases : cases.filter((_case, index) => index % 16 === 3 || index % 40 === 0);

/** Formats before 3.5 name it below `external`. */
type External = { readonly external?: boolean | { readonly name: string }; readonly name?: string };
type Stack = Readonly<
  Record<'networks' | 'secrets' | 'configs', Readonly<Record<string, External | null>> | undefined>
>;

describe.skipIf(reason !== undefined)('docker stack deploy', () => {
  let lab: Lab;
  let count = 0;
  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    const h1 = lab.host('h1');
    await h1.docker('swarm', 'init', '--advertise-addr', h1.address);
  });
  afterAll(() => lab.close());

  /** What it told, where it refused. */
  const docker = (client: string, args: readonly string[], input: string, cwd?: string): string | undefined => {
    const all = ['--host', lab.host('h1').engine.address, ...args];
    const { status, stderr } = spawnSync(client, all, { input, cwd, encoding: 'utf8', timeout: 60_000 });
    return status === 0 ? undefined : stderr.trim();
  };

  const makeExternals = (stack: Stack, client: string): void => {
    const make = {
      network: (name: string) => docker(client, ['network', 'create', '-d', 'overlay', name], ''),
      secret: (name: string) => docker(client, ['secret', 'create', name, '-'], 'content'),
      config: (name: string) => docker(client, ['config', 'create', name, '-'], 'content'),
    };
    for (const kind of ['network', 'secret', 'config'] as const)
      for (const [key, one] of Object.entries(stack[`${kind}s`] ?? {})) {
        const external = one?.external;
        if (typeof external === 'object') make[kind](external.name);
        else if (external === true) make[kind](one?.name ?? key);
      }
  };

  /** A task that is ending keeps its network for a while. */
  const removeStack = async (stack: string): Promise<void> => {
    for (let tries = 0; ; tries++) {
      try {
        await lab.host('h1').docker('stack', 'rm', stack);
        return;
      } catch (error) {
        if (tries === 60 || !/is in use by task/.test(String(error))) throw error;
        await new Promise((done) => setTimeout(done, 500));
      }
    }
  };

  test.each(chosen)('$name', async ({ name, file }) => {
    const { text } = await convert(requestFor(file, 'stack', { stackVersion: 'earliest' }));
    for (const client of clients) {
      makeExternals(parse(text) as Stack, client);
      // One that is being removed keeps its networks for a while.
      const stack = `judged${count++}`;
      const options = ['--resolve-image', 'never', '-c', '-', stack];
      const told = docker(client, ['stack', 'deploy', ...options], text, dirname(file));
      await removeStack(stack);
      const known = wrong[name];
      if (known !== undefined) expect(told).toMatch(known);
      else if (told === undefined || !tooNew.test(told) || client !== '/usr/bin/docker')
        expect({ client, told }, text).toEqual({ client, told: undefined });
    }
  });
});
