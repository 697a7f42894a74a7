/** A default-deny policy with a set of 10,000 members: how soon it is in force, how it changes, and what it costs. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import { runChecked } from '../../src/host/process.ts';
import {
  openLab,
  reaches,
  runBox,
  startClocker,
  whyNoLab,
  withDump,
  type Box,
  type Lab,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: policy at scale: ${reason}`);

const script = fileURLToPath(new URL('../support/lab/connects.mjs', import.meta.url));
const apiVersion = 'projectcalico.org/v3';
const size = 10_000;
/** 10.0.0.0 and on: nobody's here. */
const members = Array.from({ length: size }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}/32`);

describe.skipIf(reason !== undefined)('a policy with a large set', () => {
  let lab: Lab;
  let client: Client;
  let web: Box;
  let db: Box;
  let address: string;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    const h1 = lab.host('h1');
    const clocker = await startClocker(h1);
    client = openClient({ address: `unix://${clocker.api}` });
    await h1.docker(
      'network',
      'create',
      '-d',
      'clocker',
      '--ipam-driver',
      'clocker',
      '--subnet',
      '198.19.8.0/24',
      'app',
    );
    web = await runBox(h1, 'web', ['--network', 'app', '--label', 'role=web']);
    db = await runBox(h1, 'db', ['--network', 'app', '--label', 'role=db']);
    address = await db.address('app');
  });
  afterAll(() => lab.close());

  const apply = (kind: string, name: string, spec: object, labels = {}) =>
    client.call('applyPolicies', { body: { resources: [{ kind, apiVersion, metadata: { name, labels }, spec }] } });
  const setOf = (nets: readonly string[]) => apply('GlobalNetworkSet', 'friends', { nets }, { list: 'friends' });
  const deny = () =>
    apply('GlobalNetworkPolicy', 'db', {
      selector: "role == 'db'",
      ingress: [
        { action: 'Allow', protocol: 'TCP', source: { selector: "list == 'friends'" }, destination: { ports: [80] } },
      ],
    });
  const get = (): Promise<boolean> => reaches(web, { host: address, port: 80, timeout: 200 });
  async function timeUntil(wanted: boolean): Promise<number> {
    const began = performance.now();
    await expect.poll(get, { timeout: 30_000, interval: 5 }).toBe(wanted);
    return Math.round(performance.now() - began);
  }

  test('is in force within moments, and one member costs one element', () =>
    withDump(lab, async () => {
      await setOf(members);
      await deny();
      const denied = await timeUntil(false);
      const own = `${await web.address('app')}/32`;
      await setOf([...members, own]);
      const allowed = await timeUntil(true);
      const listed = await lab.host('h1').exec(['nft', 'list', 'table', 'inet', 'clocker']);
      expect(listed.match(/\b10\.\d+\.\d+\.\d+\b/g)?.length).toBe(size);
      await setOf(members);
      const again = await timeUntil(false);
      console.warn(
        `10,000 members: in force after ${denied} ms; one more after ${allowed} ms, one less after ${again} ms`,
      );
      await client.call('removePolicy', { params: { name: 'GlobalNetworkPolicy/db' } });
      await timeUntil(true);
    }));

  test('lets every new connection through, in force or not', () =>
    withDump(lab, async () => {
      await setOf([...members, `${await web.address('app')}/32`]);
      const connects = async (): Promise<number> =>
        Number(await runChecked([...web.enter, process.execPath, script, address, '80', '1000']));
      const isJudged = async (): Promise<boolean> =>
        (await lab.host('h1').exec(['nft', 'list', 'map', 'inet', 'clocker', 'policy-to'])).includes('jump');
      const counts = { without: await connects(), with: 0, after: 0 };
      await deny();
      await expect.poll(isJudged, { timeout: 30_000 }).toBe(true);
      counts.with = await connects();
      await client.call('removePolicy', { params: { name: 'GlobalNetworkPolicy/db' } });
      await expect.poll(isJudged, { timeout: 30_000 }).toBe(false);
      counts.after = await connects();
      console.warn(`connections in a second: ${JSON.stringify(counts)}`);
      // How many is for `npm run bench -- policy`; that they get through is not.
      expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
    }));
});
