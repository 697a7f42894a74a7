/** One host: who reaches whom inside a network, the host, and what is beyond, in both families. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  type Place,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: network reach: ${reason}`);

const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];

describe.skipIf(reason !== undefined)('containers of one host', () => {
  let lab: Lab;
  let one: Box;
  let two: Box;
  let host: Place;
  let outside: Place;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1', 'outside'], engines: ['h1'] });
    const h1 = lab.host('h1');
    await startClocker(h1);
    await h1.docker(...network, '--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64', 'app');
    one = await runBox(h1, 'one', ['--network', 'app']);
    two = await runBox(h1, 'two', ['--network', 'app']);
    host = await placeOf(h1);
    outside = await placeOf(lab.host('outside'));
  });
  afterAll(() => lab.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(lab, body));
  };

  dumped('§9.49 §9.59 reach each other by both families, with TCP, UDP and ping', async () => {
    for (const to of [await two.address('app'), await two.addressV6('app')]) {
      expect(await pings(one, to), to).toBe(true);
      expect(await one.agent.probe({ host: to, port: 80 })).toMatch(/^two /);
      expect(await one.agent.probe({ host: to, port: 81, protocol: 'udp' })).toMatch(/^two /);
    }
    expect(await one.agent.probe({ host: await two.address('app'), port: 80 })).toBe(`two ${await one.address('app')}`);
  });

  dumped('reach each other by name', async () => {
    const said = await lab.host('h1').docker('exec', 'one', 'ping', '-4', '-c', '1', '-W', '1', 'two');
    expect(said).toContain(`64 bytes from ${await two.address('app')}`);
  });

  dumped('are reached by the host, which comes as the gateway of the network', async () => {
    expect(await host.agent.probe({ host: await one.address('app'), port: 80 })).toBe('one 169.254.1.2');
    expect(await pings(host, await one.addressV6('app'))).toBe(true);
    expect(await reaches(host, { host: await one.addressV6('app'), port: 80 })).toBe(true);
  });

  dumped('reach their gateway and the services of the host', async () => {
    await host.agent.listen('tcp', 7000);
    const [h1] = lab.hosts;
    expect(await pings(one, '169.254.1.2')).toBe(true);
    expect(await reaches(one, { host: '169.254.1.2', port: 7000 })).toBe(true);
    expect(await reaches(one, { host: h1?.address ?? '', port: 7000 })).toBe(true);
    expect(await reaches(one, { host: h1?.addressV6 ?? '', port: 7000 })).toBe(true);
  });

  dumped('§9.53 leave under the address of the host', async () => {
    const [h1, far] = lab.hosts;
    await outside.agent.listen('tcp', 7001);
    await outside.agent.listen('udp', 7001);
    const to = { host: far?.address ?? '', port: 7001 };
    expect(await one.agent.probe(to)).toBe(`outside ${h1?.address}`);
    expect(await one.agent.probe({ ...to, protocol: 'udp' })).toBe(`outside ${h1?.address}`);
    expect(await one.agent.probe({ ...to, host: far?.addressV6 ?? '' })).toBe(`outside ${h1?.addressV6}`);
  });

  dumped('§9.53 leave under their own address where the network says so, and are reached by it', async () => {
    const [h1, far] = lab.hosts;
    await h1?.docker(...network, '--subnet', '198.19.9.0/24', '-o', 'clocker.nat=false', 'open');
    const three = await runBox(lab.host('h1'), 'three', ['--network', 'open']);
    await far?.exec(['ip', 'route', 'replace', '198.19.8.0/23', 'via', h1?.address ?? '']);
    await outside.agent.listen('tcp', 7002);
    const own = await three.address('open');
    expect(await three.agent.probe({ host: far?.address ?? '', port: 7002 })).toBe(`outside ${own}`);
    expect(await outside.agent.probe({ host: own, port: 80 })).toBe(`three ${far?.address}`);
    // Of a network that is masqueraded, only published ports are for everybody.
    expect(await reaches(outside, { host: await one.address('app'), port: 80 })).toBe(false);
    await three.remove();
    await h1?.docker('network', 'rm', 'open');
  });

  dumped('§9.54 have the MTU of the way out, or the one of their network', async () => {
    const h1 = lab.host('h1');
    await h1.docker(...network, '--subnet', '198.19.10.0/24', '-o', 'clocker.mtu=1400', 'small');
    const said = await h1.docker('run', '--rm', '--network', 'small', 'busybox:lab', 'ip', 'link', 'show', 'eth0');
    expect(said).toContain('mtu 1400');
    expect(await h1.docker('exec', 'one', 'ip', 'link', 'show', 'eth0')).toContain('mtu 1500');
    expect(await pings(one, await two.address('app'), '-s', '1472')).toBe(true);
    await h1.docker('network', 'rm', 'small');
  });

  dumped('§9.52 get no answer from an address of the host’s own blocks that nobody has', async () => {
    const h1 = lab.host('h1');
    const routes = await h1.exec(['ip', 'route', 'show', 'proto', '67']);
    expect(routes).toMatch(/^blackhole 198\.19\.8\./m);
    const taken = [await one.address('app'), await two.address('app')];
    const free = /^blackhole (198\.19\.8\.\d+)/m.exec(routes)?.[1] ?? '';
    const last = Number(free.split('.')[3]) + 7;
    expect(taken).not.toContain(`198.19.8.${last}`);
    // The packet for it does not go out to the network of the host, where the default route would lead it.
    const rule = `add table ip seen\nadd chain ip seen out { type filter hook postrouting priority 0; }
      add rule ip seen out oifname eth0 ip daddr { 198.19.8.${last}, ${lab.host('outside').address} } counter`;
    await h1.exec(['nft', '-f', '-'], { input: rule });
    const counted = async (): Promise<string> =>
      /counter packets (\d+)/.exec(await h1.exec(['nft', 'list', 'table', 'ip', 'seen']))?.[1] ?? '';
    expect(await pings(one, `198.19.8.${last}`)).toBe(false);
    expect(await counted()).toBe('0');
    expect(await pings(one, lab.host('outside').address)).toBe(true);
    expect(await counted()).toBe('1');
    await h1.exec(['nft', 'delete', 'table', 'ip', 'seen']);
  });

  dumped('start and end without leaving an interface, a route or an address of a rule', async () => {
    const h1 = lab.host('h1');
    const seen = async (): Promise<string> => {
      const links = await h1.exec(['ip', '-brief', 'link']);
      const routes = await h1.exec(['ip', 'route', 'show', 'root', '198.19.8.0/24', 'proto', '67']);
      const rules = await h1.exec(['nft', 'list', 'table', 'inet', 'clocker']);
      return [links.split('\n').filter((line) => line.startsWith('cali')), routes, rules].join('\n');
    };
    const before = await seen();
    await h1.docker('run', '--rm', '--network', 'app', 'busybox:lab', 'true');
    await expect.poll(seen, { timeout: 30_000 }).toBe(before);
  });
});
