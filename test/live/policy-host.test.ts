/**
 * Policies on real engines: what Calico's tools write into the store is in force, before a container's first packet, in
 * order, and open again when it is gone; what is established goes on. Two hosts, so that both ends enforce their half.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  image,
  openCluster,
  reaches,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: policy: ${reason}`);

const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const folder = '/calico/resources/v3/projectcalico.org/globalnetworkpolicies';

describe.skipIf(reason !== undefined)('policies', () => {
  let cluster: LabCluster;
  let web: Box;
  let db: Box;
  let other: Box;
  let published: Box;

  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1'] });
    const h1 = cluster.host('h1');
    await h1.docker(...network, '--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64', 'app');
    await h1.docker(...network, '--subnet', '198.19.9.0/24', 'side');
    web = await runBox(h1, 'web', ['--network', 'app', '--label', 'role=web']);
    db = await runBox(h1, 'db', ['--network', 'app', '--label', 'role=db']);
    other = await runBox(h1, 'other', ['--network', 'side', '--label', 'role=web', '--label', 'far=yes']);
    published = await runBox(h1, 'published', ['--network', 'app', '--label', 'role=front', '--publish', '8081:80']);
    await db.agent.listen('tcp', 5432);
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () =>
      withDump(cluster, async () => {
        try {
          await body();
        } finally {
          await clear();
        }
      }),
    );
  };

  /** As `calicoctl apply` stores it. */
  async function apply(name: string, spec: object): Promise<void> {
    const metadata = {
      name: `default.${name}`,
      uid: '5f0c0000-0000-4000-8000-000000000001',
      creationTimestamp: '2026-01-01T00:00:00Z',
    };
    const value = { kind: 'GlobalNetworkPolicy', apiVersion: 'projectcalico.org/v3', metadata, spec };
    await cluster.etcd.ctl('put', `${folder}/default.${name}`, JSON.stringify(value));
  }
  const remove = (name: string): Promise<string> => cluster.etcd.ctl('del', `${folder}/default.${name}`);
  const clear = (): Promise<string> => cluster.etcd.ctl('del', '--prefix', `${folder}/`);

  const get = async (from: Box, to: Box, port: number, on = 'app'): Promise<boolean> =>
    reaches(from, { host: await to.address(on), port, timeout: 300 });
  const becomes = (ask: () => Promise<boolean>, wanted: boolean): Promise<void> =>
    expect.poll(ask, { timeout: 30_000, interval: 50 }).toBe(wanted);

  const onlyWeb = {
    selector: "role == 'db'",
    types: ['Ingress'],
    ingress: [
      { action: 'Allow', protocol: 'TCP', source: { selector: "role == 'web'" }, destination: { ports: [5432] } },
    ],
  };

  dumped('§9.55 allow the ports they name to whom they name, and nothing else', async () => {
    expect(await get(web, db, 80)).toBe(true);
    await apply('db', onlyWeb);
    await becomes(() => get(web, db, 80), false);
    expect(await get(web, db, 5432)).toBe(true);
    expect(await get(published, db, 5432)).toBe(false);
    expect(await reaches(web, { host: await db.addressV6('app'), port: 5432, timeout: 300 })).toBe(true);
    expect(await reaches(web, { host: await db.addressV6('app'), port: 80, timeout: 300 })).toBe(false);
    expect(await get(db, web, 80)).toBe(true);
    await remove('db');
    await becomes(() => get(web, db, 80), true);
  });

  dumped('are asked in order, and the first rule that matches decides', async () => {
    const all = { selector: "role == 'db'", types: ['Ingress'] };
    await apply('allow', { ...all, order: 20, ingress: [{ action: 'Log', protocol: 'TCP' }, { action: 'Allow' }] });
    await apply('deny', {
      ...all,
      order: 10,
      ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [80] } }],
    });
    await becomes(() => get(web, db, 80), false);
    expect(await get(web, db, 5432)).toBe(true);
    await apply('deny', {
      ...all,
      order: 30,
      ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [80] } }],
    });
    await becomes(() => get(web, db, 80), true);
  });

  dumped('§9.55 judge what leaves as well', async () => {
    await apply('web', {
      selector: "role == 'web'",
      types: ['Egress'],
      egress: [{ action: 'Allow', protocol: 'TCP', destination: { nets: ['198.19.8.0/24'], ports: ['5000:6000'] } }],
    });
    await becomes(() => get(web, db, 80), false);
    expect(await get(web, db, 5432)).toBe(true);
    expect(await reaches(web, { host: cluster.host('h1').address, port: 2375, timeout: 300 })).toBe(false);
    expect(await get(db, web, 80)).toBe(true);
  });

  dumped('open a network to another one when they say so, and only so', async () => {
    expect(await get(other, db, 5432)).toBe(false);
    await apply('far', {
      ...onlyWeb,
      ingress: [{ action: 'Allow', protocol: 'TCP', source: { selector: "far == 'yes'" } }],
    });
    await becomes(() => get(other, db, 5432), true);
    expect(await get(web, db, 5432)).toBe(false);
  });

  dumped('hold for published ports', async () => {
    const outside = { host: cluster.host('h1').address, port: 8081, timeout: 300 };
    expect(await reaches(web, outside)).toBe(true);
    await apply('front', {
      selector: "role == 'front'",
      types: ['Ingress'],
      ingress: [{ action: 'Allow', source: { selector: "role == 'db'" } }],
    });
    await becomes(() => reaches(web, outside), false);
    await apply('front', {
      selector: "role == 'front'",
      types: ['Ingress'],
      ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80] } }],
    });
    await becomes(() => reaches(web, outside), true);
  });

  dumped('let what is established go on', async () => {
    await db.agent.listen('udp', 9000);
    const stream = await web.agent.stream(await db.address('app'), 9000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await apply('none', { selector: 'all()', types: ['Ingress', 'Egress'] });
    await becomes(() => get(web, db, 80), false);
    const { sent, answered } = await stream.stop();
    expect(answered).toBeGreaterThan(20);
    expect(answered).toBeGreaterThanOrEqual(sent - 2);
  });

  dumped('§9.55 are in force before the first packet of a container', async () => {
    await apply('db', { ...onlyWeb, ingress: [] });
    await apply('quiet', { selector: "quiet == 'yes'", types: ['Egress'], egress: [] });
    await becomes(() => get(web, db, 80), false);
    const h1 = cluster.host('h1');
    const target = await published.address('app');
    // Sends from its first instruction on; with the policy in force nothing of it is ever seen.
    const send = `busybox nc -u -w 1 ${target} 81 < /etc/hostname; for i in 1 2; do busybox nc -w 1 ${target} 80 < /dev/null && echo through; done; true`;
    await published.agent.seen(81);
    for (let count = 0; count < 3; count++) {
      const said = await h1.docker(
        'run',
        '--rm',
        '--network',
        'app',
        '--label',
        'quiet=yes',
        image,
        'busybox',
        'sh',
        '-c',
        send,
      );
      expect(said).not.toContain('through');
    }
    expect(await published.agent.seen(81)).toEqual([]);
    // Its labels are known, and the way is open, before its program runs.
    const loud: number[] = [];
    for (let count = 0; count < 3; count++) {
      const said = await h1.docker('run', '--rm', '--network', 'app', image, 'busybox', 'sh', '-c', send);
      loud.push(said.match(/through/g)?.length ?? 0);
    }
    expect(loud).toEqual([2, 2, 2]);
  });
});
