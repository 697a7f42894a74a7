/**
 * Beside other users of the host's firewall: what is ours is put back whoever takes it away, policies with it, and what is
 * theirs is not touched.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import {
  openLab,
  pings,
  placeOf,
  reaches,
  runBox,
  startClocker,
  whyNoLab,
  withDump,
  type Box,
  type Lab,
  type LabHost,
  type Place,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: coexistence: ${reason}`);

/** A firewall of the user's own, with rules that mention nobody of ours. */
const theirs = `table inet firewall {
	chain input {
		type filter hook input priority 10; policy accept;
		tcp dport 9999 drop
	}
	chain forward {
		type filter hook forward priority 10; policy accept;
		ip daddr 203.0.113.0/24 drop
	}
}
table ip6 guests {
	set known {
		type ipv6_addr
		elements = { 2001:db8::1 }
	}
}
`;

describe.skipIf(reason !== undefined)('beside other firewalls', () => {
  let lab: Lab;
  let h1: LabHost;
  let client: Client;
  let one: Box;
  let two: Box;
  let other: Box;
  let host: Place;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    h1 = lab.host('h1');
    await h1.exec(['nft', '-f', '-'], { input: theirs });
    await h1.exec(['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '9998', '-j', 'DROP']);
    const clocker = await startClocker(h1);
    client = openClient({ address: `unix://${clocker.api}` });
    for (const [name, subnet] of [
      ['app', '198.19.8.0/24'],
      ['side', '198.19.9.0/24'],
    ] as const)
      await h1.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', subnet, name);
    one = await runBox(h1, 'one', ['--network', 'app']);
    two = await runBox(h1, 'two', ['--network', 'app', '--label', 'role=db']);
    other = await runBox(h1, 'other', ['--network', 'side']);
    host = await placeOf(h1);
    await two.agent.listen('tcp', 5432);
    const resource = {
      kind: 'GlobalNetworkPolicy',
      apiVersion: 'projectcalico.org/v3',
      metadata: { name: 'db' },
      spec: {
        selector: "role == 'db'",
        ingress: [
          {
            action: 'Allow',
            protocol: 'TCP',
            destination: { ports: [5432] },
            source: { selector: "clocker/network == 'app'" },
          },
        ],
      },
    };
    await client.call('applyPolicies', { body: { resources: [resource] } });
  });
  afterAll(() => lab.close());

  const get = async (from: Box, to: Box, port: number): Promise<boolean> =>
    reaches(from, { host: await to.address(to === other ? 'side' : 'app'), port, timeout: 300 });
  const listTheirs = async (): Promise<string> =>
    (await h1.exec(['nft', 'list', 'table', 'inet', 'firewall'])) +
    (await h1.exec(['nft', 'list', 'table', 'ip6', 'guests']));

  /** Own network, policy, and isolation, within the seconds a repair takes. */
  async function allIsRight(): Promise<void> {
    await expect.poll(() => get(one, two, 5432), { timeout: 30_000 }).toBe(true);
    await expect.poll(() => get(one, two, 80), { timeout: 30_000 }).toBe(false);
    await expect.poll(() => get(other, two, 5432), { timeout: 30_000 }).toBe(false);
    expect(await get(other, one, 80)).toBe(false);
    expect(await get(two, one, 80)).toBe(true);
  }
  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(lab, body));
  };

  dumped('§9.57 FORWARD may drop', async () => {
    await h1.exec(['iptables', '-P', 'FORWARD', 'DROP']);
    await allIsRight();
  });

  dumped('INPUT may drop, and containers still find their gateway, and the host them', async () => {
    await h1.exec(['iptables', '-P', 'INPUT', 'DROP']);
    await allIsRight();
    expect(await pings(one, '169.254.1.2')).toBe(true);
    expect(await pings(host, await one.address('app'))).toBe(true);
    await h1.exec(['iptables', '-P', 'INPUT', 'ACCEPT']);
  });

  dumped('iptables -F takes ours away for a moment only, and theirs stays away', async () => {
    const before = await listTheirs();
    await h1.exec(['iptables', '-F']);
    await allIsRight();
    expect(await listTheirs()).toBe(before);
    expect(await h1.exec(['iptables', '-S', 'INPUT'])).not.toContain('9998');
    const rules = await h1.exec(['iptables', '-S']);
    expect(rules.match(/--mark 0x10000000/g)?.length).toBe(2);
  });

  dumped('a firewall that loads all its rules anew, over everybody else’s', async () => {
    await h1.exec(['nft', '-f', '-'], { input: `flush ruleset\n${theirs}` });
    const before = await listTheirs();
    await h1.exec(['iptables', '-P', 'FORWARD', 'DROP']);
    await allIsRight();
    expect(await listTheirs()).toBe(before);
  });

  dumped('whoever changes ours gets it put right', async () => {
    for (const argv of [
      ['nft', 'flush', 'map', 'inet', 'clocker', 'policy-to'],
      ['nft', 'flush', 'chain', 'inet', 'clocker', 'from-workload'],
      ['nft', 'delete', 'table', 'inet', 'clocker'],
    ]) {
      await h1.run(argv);
      await allIsRight();
    }
  });

  dumped(
    'whoever takes away the rules that steer names gets them put right, long before a look at everything',
    async () => {
      const list = ['nft', 'list', 'table', 'inet', 'clocker_dns'];
      for (const what of [
        ['delete', 'table', 'inet', 'clocker_dns'],
        ['flush', 'chain', 'inet', 'clocker_dns', 'arriving'],
      ]) {
        await h1.exec(['nft', ...what]);
        await expect
          .poll(async () => (await h1.run(list)).stdout, { timeout: 20_000 })
          .toMatch(/chain arriving \{[^}]*goto take/);
      }
    },
  );

  dumped('nothing of ours was put into theirs', async () => {
    expect(await listTheirs()).not.toMatch(/clocker|cali|0x[124]0000000/);
  });
});
