/** Every example deployed on a real engine with `clocker deploy`, and asked over the network. */
import { cpSync, readFileSync, readdirSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, startClocker, whyNoLab, withDump, type Lab, type LabHost } from '../support/lab/index.ts';
import { loadStandIns } from './compose-images.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: examples: ${reason}`);

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'compose-examples');

/** What has to be reached once an example runs. */
type Expected = {
  /** Ports of the host that answer. */
  readonly ports?: readonly number[];
  /** `[container, host, port]`: who has to reach whom. */
  readonly talks?: readonly (readonly [string, string, number])[];
  /** Who must not reach whom. */
  readonly silent?: readonly (readonly [string, string, number])[];
};

const expected: Readonly<Record<string, Expected>> = {
  addresses: { talks: [['client', '198.19.20.53', 80]] },
  builds: { ports: [8088] },
  guestbook: { ports: [8080], talks: [['web', 'backend', 8000]] },
  hardened: { ports: [8086] },
  include: { ports: [8087], talks: [['app', 'db', 5432]] },
  isolation: {
    ports: [8081],
    talks: [
      ['proxy', 'blog', 80],
      ['blog', 'db', 3306],
    ],
    silent: [['proxy', 'db', 3306]],
  },
  jobs: { ports: [8084] },
  monitoring: { ports: [9090, 3000], talks: [['grafana', 'prometheus', 9090]] },
  namespaces: { ports: [8089], talks: [['sidecar', '127.0.0.1', 80]] },
  policies: { talks: [['web', 'db', 5432]] },
  ports: { ports: [8090], talks: [['ranges', 'inside', 6379]] },
  profiles: { talks: [['api', '127.0.0.1', 8000]] },
  scaling: { ports: [8083], talks: [['balancer', 'whoami', 80]] },
  voting: {
    ports: [5001],
    talks: [
      ['worker', 'queue', 6379],
      ['worker', 'db', 5432],
    ],
    silent: [['vote', 'db', 5432]],
  },
  wordpress: { ports: [8000], talks: [['wordpress', 'db', 3306]] },
};

const imagesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:image:|FROM) ([^\s$]+)/g)].map(([, name = '']) => name);

describe.skipIf(reason !== undefined)('examples', () => {
  let lab: Lab;
  let host: LabHost;

  const clocker = (...args: readonly string[]): Promise<string> =>
    host.exec(['env', 'GRAFANA_ADMIN_PASSWORD=a', process.execPath, join(root, 'bin/clocker'), ...args], {
      timeout: 100_000,
    });

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    host = lab.host('h1');
    // As systemd has it: binds of the root with a propagation of their own want it shared.
    await host.exec(['mount', '--make-rshared', '/']);
    await startClocker(host);
    cpSync(examples, join(host.directory, 'examples'), { recursive: true });
    copyFileSync('/bin/busybox', join(host.directory, 'examples/guestbook/busybox'));
    const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.yml$|Containerfile$/.test(name),
    );
    const named = files.flatMap((name) => imagesIn(readFileSync(join(examples, name), 'utf8')));
    await loadStandIns(
      host,
      [...new Set([...named, 'postgres:16-alpine'])].filter((name) => /[:/]/.test(name) && !name.endsWith(':')),
    );
  });
  afterAll(() => lab.close());

  /** A container of a service, by the name Compose gives it or its own. */
  const containerOf = async (application: string, service: string): Promise<string> => {
    const names = (await host.docker('ps', '--format', '{{.Names}}')).trim().split('\n');
    const own = new Set([`${application}-${service}-1`, `${application}-${service}`]);
    const found = names.find((name) => own.has(name));
    if (found === undefined) throw new Error(`${application} has no container of ${service}: ${names.join(' ')}`);
    return found;
  };
  const answers = async (port: number): Promise<boolean> =>
    (await host.run(['busybox', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}/`])).status === 0;
  const reaches = async (
    application: string,
    [from, to, port]: readonly [string, string, number],
  ): Promise<boolean> => {
    const container = await containerOf(application, from);
    const { status } = await host.run([
      ...['docker', '--host', host.engine.address, 'exec', container],
      ...['nc', '-w', '3', to, String(port), '-e', 'true'],
    ]);
    return status === 0;
  };

  test('each is known here', () => {
    expect(readdirSync(examples).sort()).toEqual(Object.keys(expected).sort());
  });

  // Beside each other, as applications of one host are: mostly they wait for their health checks.
  test.concurrent.for(Object.entries(expected))('%s', ([name, { ports = [], talks = [], silent = [] }], { expect }) =>
    withDump(lab, async () => {
      await clocker('deploy', join(host.directory, 'examples', name, 'compose.yml'), '--name', name);
      for (const port of ports)
        await expect.poll(() => answers(port), { timeout: 30_000, message: `port ${port}` }).toBe(true);
      for (const route of talks)
        await expect.poll(() => reaches(name, route), { timeout: 30_000, message: route.join(' ') }).toBe(true);
      for (const route of silent) expect(await reaches(name, route), route.join(' ')).toBe(false);
      await clocker('rm', name, '--volumes', '--images');
      expect((await host.docker('ps', '-aq', '--filter', `name=^${name}-`)).trim()).toBe('');
    }),
  );
});
