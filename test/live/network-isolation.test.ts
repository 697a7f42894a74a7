/**
 * One host: networks don't reach each other, by whatever address, and whatever the host's own rules say; nobody sends
 * from an address that is not its own.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import {
  openLab,
  pings,
  placeOf,
  runBox,
  startClocker,
  throughOf,
  whyNoLab,
  withDump,
  type Agent,
  type Box,
  type Lab,
  type Place,
  type Route,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: network isolation: ${reason}`);

const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const subnets: Readonly<Record<string, readonly string[]>> = {
  red: ['--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64'],
  blue: ['--subnet', '198.19.9.0/24', '--ipv6', '--subnet', 'fd00:9::/64'],
  inner: ['--subnet', '198.19.10.0/24', '--internal'],
};

/** Until an agent has seen datagrams of these; it tells each once. */
async function sees(agent: Agent, port: number, wanted: readonly string[]): Promise<void> {
  const seen: string[] = [];
  const look = async (): Promise<readonly string[]> => {
    seen.push(...(await agent.seen(port)));
    return [...seen];
  };
  await expect.poll(look).toEqual(wanted);
}

describe.skipIf(reason !== undefined)('networks of one host', () => {
  let lab: Lab;
  let host: Place;
  /** By name: red1, red2, redPort (published, so behind docker_gwbridge), blue1, bluePort, inner1, inner2, docker. */
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`There is no box ${name}.`);
    return found;
  };

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    const h1 = lab.host('h1');
    await startClocker(h1);
    for (const [name, options] of Object.entries(subnets)) await h1.docker(...network, ...options, name);
    const wanted: readonly (readonly [string, readonly string[]])[] = [
      ['red1', ['--network', 'red']],
      ['red2', ['--network', 'red']],
      ['redPort', ['--network', 'red', '--publish', '8081:80']],
      ['blue1', ['--network', 'blue']],
      ['bluePort', ['--network', 'blue', '--publish', '8082:80']],
      ['inner1', ['--network', 'inner']],
      ['inner2', ['--network', 'inner']],
      ['docker', []],
    ];
    for (const [name, args] of wanted) boxes.set(name, await runBox(h1, name, args));
    host = await placeOf(h1);
    await host.agent.listen('tcp', 7000);
    await host.agent.listen('udp', 7100);
  });
  afterAll(() => lab.close());

  const networkOf = (name: string): string => (name === 'docker' ? 'bridge' : name.replace(/\d$|Port$/, ''));

  async function routes(): Promise<readonly Route[]> {
    const all = [...boxes.values()];
    const list: Route[] = [];
    for (const from of all) {
      for (const to of all) {
        if (from === to) continue;
        const address = await to.address(networkOf(to.name));
        list.push({ from, to: to.name, probe: { host: address, port: 80 } });
        list.push({ from, to: `${to.name} udp`, probe: { host: address, port: 81, protocol: 'udp' } });
        const v6 = await to.addressV6(networkOf(to.name));
        if (v6 !== '') list.push({ from, to: `${to.name} v6`, probe: { host: v6, port: 80 } });
        if (!to.name.endsWith('Port')) continue;
        const bridge = await to.addressOn(/^172\.18\./);
        list.push({ from, to: `${to.name} bridge`, probe: { host: bridge, port: 80 } });
        list.push({ from, to: `${to.name} bridge udp`, probe: { host: bridge, port: 81, protocol: 'udp' } });
      }
      const { address } = lab.host('h1');
      list.push({ from, to: 'host:8081', probe: { host: address, port: 8081 } });
      list.push({ from, to: 'host:8082', probe: { host: address, port: 8082 } });
      list.push({ from, to: 'host:80', probe: { host: address, port: 80 } });
      list.push({ from, to: 'bridge of host:8082', probe: { host: '172.18.0.1', port: 8082 } });
      for (const [index, name] of Object.keys(subnets).entries())
        list.push({ from, to: `gateway of ${name}`, probe: { host: `169.254.1.${index + 2}`, port: 7000 } });
    }
    return list;
  }

  /** What a user of Docker expects: the own network, and what is published. */
  function expected(): readonly string[] {
    const list: string[] = [];
    const names = [...boxes.keys()];
    for (const from of names) {
      for (const to of names) {
        if (from === to || networkOf(from) !== networkOf(to)) continue;
        list.push(`${from} -> ${to}`, `${from} -> ${to} udp`);
        if (networkOf(to) === 'red' || networkOf(to) === 'blue') list.push(`${from} -> ${to} v6`);
      }
      if (networkOf(from) === 'inner') continue;
      list.push(`${from} -> host:8081`, `${from} -> host:8082`, `${from} -> bridge of host:8082`);
      if (from !== 'docker') list.push(`${from} -> gateway of ${networkOf(from)}`);
    }
    return list;
  }

  for (const policy of ['DROP', 'ACCEPT'])
    for (const bridged of ['1', '0'])
      test(`keep apart with FORWARD ${policy} and bridge-nf-call-iptables ${bridged}`, () =>
        withDump(lab, async () => {
          const h1 = lab.host('h1');
          await h1.exec(['iptables', '-P', 'FORWARD', policy]);
          await h1.exec(['busybox', 'sysctl', '-w', `net.bridge.bridge-nf-call-iptables=${bridged}`]);
          const through = await throughOf(await routes());
          expect([...through].sort()).toEqual([...expected()].sort());
        }));

  test('let the host in, and nobody from outside', () =>
    withDump(lab, async () => {
      expect(await pings(host, await box('inner1').address('inner'))).toBe(true);
      const gate = await run([
        ...lab.switch.enter,
        'ip',
        'route',
        'replace',
        '198.19.8.0/22',
        'via',
        lab.host('h1').address,
      ]);
      expect(gate.status).toBe(0);
      const outside = { name: 'outside', enter: lab.switch.enter };
      for (const name of ['red1', 'redPort', 'blue1', 'inner1']) {
        const address = await box(name).address(networkOf(name));
        const answer = await run([...outside.enter, 'busybox', 'nc', '-w', '1', address, '80']);
        expect(answer.stdout, name).toBe('');
        const ping = await run([...outside.enter, 'busybox', 'ping', '-c', '1', '-W', '1', address]);
        expect(ping.status, name).not.toBe(0);
      }
    }));

  describe('an address that is not its own', () => {
    const addresses: Readonly<Record<string, () => Promise<string>>> = {
      'of a neighbour': () => box('red2').address('red'),
      'of another network': () => box('blue1').address('blue'),
      'free in its network': () => Promise.resolve('198.19.8.250'),
      'of the host': () => Promise.resolve(lab.host('h1').address),
      'of its gateway': () => Promise.resolve('169.254.1.2'),
      'of anybody': () => Promise.resolve('8.8.8.8'),
    };
    const target = (): Promise<string> => box('redPort').address('red');

    for (const [what, address] of Object.entries(addresses))
      test(`${what} is of no use`, () =>
        withDump(lab, async () => {
          const from = box('red1');
          const stolen = await address();
          await run([...from.enter, 'ip', 'addr', 'add', `${stolen}/32`, 'dev', 'eth0']);
          await box('redPort').agent.seen(81);
          await from.agent.send({ host: await target(), port: 81, from: stolen, count: 20 });
          await from.agent.send({ host: await target(), port: 81, from: await from.address('red'), count: 20 });
          await sees(box('redPort').agent, 81, Array<string>(20).fill(await from.address('red')));
          await run([...from.enter, 'ip', 'addr', 'del', `${stolen}/32`, 'dev', 'eth0']);
        }));

    test('is of no use in IPv6', () =>
      withDump(lab, async () => {
        const from = box('red1');
        const stolen = await box('red2').addressV6('red');
        await run([...from.enter, 'ip', 'addr', 'add', `${stolen}/128`, 'dev', 'eth0', 'nodad']);
        const host6 = await box('redPort').addressV6('red');
        await box('redPort').agent.seen(81);
        await from.agent.send({ host: host6, port: 81, from: stolen, count: 20 });
        await from.agent.send({ host: host6, port: 81, from: await from.addressV6('red'), count: 20 });
        await sees(box('redPort').agent, 81, Array<string>(20).fill(await from.addressV6('red')));
        await run([...from.enter, 'ip', 'addr', 'del', `${stolen}/128`, 'dev', 'eth0']);
      }));

    test('is of no use by docker_gwbridge', () =>
      withDump(lab, async () => {
        const from = box('redPort');
        const stolen = [
          await box('red1').address('red'),
          await box('blue1').address('blue'),
          await box('bluePort').addressOn(/^172\.18\./),
        ];
        const own = [await from.addressOn(/^172\.18\./), await from.address('red')];
        for (const address of stolen) await run([...from.enter, 'ip', 'addr', 'add', `${address}/32`, 'dev', 'eth1']);
        await host.agent.seen(7100);
        for (const address of [...stolen, ...own])
          await from.agent.send({ host: '172.18.0.1', port: 7100, from: address, count: 20 });
        await sees(
          host.agent,
          7100,
          own.flatMap((address) => Array<string>(20).fill(address)),
        );
        for (const address of stolen) await run([...from.enter, 'ip', 'addr', 'del', `${address}/32`, 'dev', 'eth1']);
      }));

    test('and an interface nobody knows', () =>
      withDump(lab, async () => {
        const h1 = lab.host('h1');
        await h1.exec(['ip', 'link', 'add', 'cali00000stray', 'type', 'veth', 'peer', 'name', 'stray']);
        const inside = ['unshare', '--net', 'busybox', 'sleep', '20'];
        const stray = await h1.start('stray', ['busybox', 'env', ...inside]);
        const enter = ['nsenter', '--target', String(stray.pid), '--net', '--'] as const;
        await expect.poll(async () => (await run([...enter, 'ip', 'link', 'show', 'eth0'])).status).not.toBe(0);
        await run([
          'nsenter',
          '--target',
          String(h1.pid),
          '--net',
          '--',
          'ip',
          'link',
          'set',
          'stray',
          'netns',
          String(stray.pid),
        ]);
        const lines = [
          'link set stray up',
          'addr add 198.19.8.251/32 dev stray',
          'route add 169.254.1.2/32 dev stray',
          'route add default via 169.254.1.2',
        ];
        await run([...enter, 'ip', '-batch', '-'], { input: lines.join('\n') });
        await h1.exec(['ip', 'link', 'set', 'cali00000stray', 'up']);
        await h1.exec(['ip', 'route', 'add', '198.19.8.251/32', 'dev', 'cali00000stray']);
        const pinged = async (to: string): Promise<boolean> =>
          (await run([...enter, 'busybox', 'ping', '-c', '1', '-W', '1', to])).status === 0;
        expect(await pinged('169.254.1.2')).toBe(false);
        expect(await pinged(await box('red1').address('red'))).toBe(false);
        stray.kill('SIGKILL');
        await stray.exited;
      }));
  });
});
