/**
 * dockerd restarted, and killed, while policies are in force and its containers live on: it takes its rules out of the
 * kernel and puts them back, and meanwhile nothing denied passes and nothing allowed is lost.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient } from '../../src/client/index.ts';
import {
  openLab,
  reaches,
  runBox,
  startClocker,
  until,
  whyNoLab,
  withDump,
  type Box,
  type Lab,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: policies and dockerd's restarts: ${reason}`);

const policy = {
  kind: 'GlobalNetworkPolicy',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'db' },
  spec: {
    selector: "role == 'db'",
    types: ['Ingress'],
    ingress: [
      { action: 'Allow', protocol: 'UDP', source: { selector: "role == 'web'" }, destination: { ports: [81] } },
      { action: 'Allow', protocol: 'TCP', source: { selector: "role == 'web'" }, destination: { ports: [80] } },
    ],
  },
};

describe.skipIf(reason !== undefined)('policies while dockerd is restarted', () => {
  let lab: Lab;
  let web: Box;
  let db: Box;
  let guest: Box;
  let side: Box;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engine: { configuration: { 'live-restore': true } } });
    const h1 = lab.host('h1');
    const { api } = await startClocker(h1);
    for (const [name, subnet] of [
      ['app', '198.19.8.0/24'],
      ['side', '198.19.9.0/24'],
    ] as const)
      await h1.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', subnet, name);
    web = await runBox(h1, 'web', ['--network', 'app', '--label', 'role=web']);
    db = await runBox(h1, 'db', ['--network', 'app', '--label', 'role=db']);
    guest = await runBox(h1, 'guest', ['--network', 'app']);
    side = await runBox(h1, 'side', ['--network', 'side']);
    await db.agent.listen('udp', 82);
    const client = openClient({ address: `unix://${api}` });
    await client.call('applyPolicies', { body: { resources: [policy] } });
    const to = { host: await db.address('app'), port: 80, timeout: 300 };
    await until('the policy is in force', async () => ((await reaches(guest, to)) ? undefined : true));
    await h1.exec(['iptables', '-P', 'FORWARD', 'DROP']);
  });
  afterAll(() => lab.close());

  const ends = { restarted: 'stop', killed: 'kill' } as const;
  test.each(Object.entries(ends))('nothing denied passes and nothing allowed is lost while it is %s', (_how, end) =>
    withDump(lab, async () => {
      const { engine } = lab.host('h1');
      const address = await db.address('app');
      const allowed = await web.agent.stream(address, 81);
      const denied = await Promise.all([
        web.agent.stream(address, 82),
        guest.agent.stream(address, 81),
        side.agent.stream(address, 81),
      ]);
      let isOver = false;
      const fresh = (async () => {
        const answers = { open: [] as boolean[], closed: [] as boolean[] };
        while (!isOver) {
          const to = { host: address, port: 80, timeout: 3000 };
          answers.open.push(await reaches(web, to));
          answers.closed.push(await reaches(guest, { ...to, timeout: 200 }));
        }
        return answers;
      })();
      await engine[end]();
      await engine.start();
      isOver = true;
      const { open, closed } = await fresh;
      const { sent, answered, silence } = await allowed.stop();
      expect(sent).toBeGreaterThan(20);
      expect({ lost: sent - answered, silence: sent === answered ? 0 : silence }).toEqual({ lost: 0, silence: 0 });
      for (const stream of denied) expect((await stream.stop()).answered).toBe(0);
      expect(open.length).toBeGreaterThan(0);
      expect([...new Set(open)]).toEqual([true]);
      expect([...new Set(closed)]).toEqual([false]);
    }),
  );
});
