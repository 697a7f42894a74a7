/**
 * How long it takes until another host knows the way: Clocker's daemon beside BIRD on the same two hosts, by the times at
 * which the kernels of both tell of their routes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { image } from '../test/support/lab/engine.ts';
import type { LabHost } from '../test/support/lab/index.ts';
import { until, type LabProcess } from '../test/support/lab/process.ts';

export type Watched = {
  /** Milliseconds at which this host's kernel first told of a route with these words. */
  timeOf(words: RegExp): Promise<number>;
  stop(): void;
};

export async function watchRoutes(host: LabHost): Promise<Watched> {
  const name = `routes-${Date.now()}`;
  const monitor = await host.start(name, ['ip', '-o', '-ts', 'monitor', 'route']);
  await sleep(300);
  const log = join(host.directory, `${name}.log`);
  const look = (words: RegExp): number | undefined => {
    const said = readFileSync(log, 'utf8')
      .split('\n')
      .find((one) => !one.includes('Deleted') && words.test(one));
    const time = /^\[([^\]]+)\]/.exec(said ?? '')?.[1];
    return time === undefined ? undefined : timeOf(time);
  };
  return {
    timeOf: (words) => until(`${host.name} has the route ${words.source}`, () => look(words)),
    stop: () => monitor.kill('SIGTERM'),
  };
}

/** `2026-11-28T09:50:01.123456`, of this machine's time zone, to a thousandth of a millisecond. */
function timeOf(text: string): number {
  const [whole = '', rest = ''] = text.split('.');
  return Date.parse(whole) + Number(`0.${rest}`) * 1000;
}

const birdOf = (host: LabHost, peer: LabHost): string => `
router id ${host.address};
protocol device { scan time 2; }
protocol kernel {
  learn; persist; scan time 2; merge paths on;
  ipv4 { import all; export filter { if source = RTS_BGP then accept; reject; }; };
}
protocol bgp neighbour1 {
  local ${host.address} as 64512;
  neighbor ${peer.address} as 64512;
  direct; graceful restart on;
  ipv4 { import all; export filter { if net ~ 100.64.0.0/10 then accept; reject; }; next hop self; };
}
`;

export async function startBird(host: LabHost, peer: LabHost): Promise<LabProcess> {
  const at = (name: string): string => join(host.directory, name);
  writeFileSync(at('bench-bird.conf'), birdOf(host, peer));
  return host.start('bench-bird', ['bird', '-f', '-c', at('bench-bird.conf'), '-s', at('bench-bird.ctl')]);
}

export const isEstablished = async (host: LabHost): Promise<true | undefined> => {
  const said = await host.run(['birdc', '-s', join(host.directory, 'bench-bird.ctl'), 'show', 'protocols']);
  return said.stdout.includes('Established') ? true : undefined;
};

/** A route appears on one host; milliseconds until the other has it. */
export async function birdPropagation(one: LabHost, two: LabHost, trials: number): Promise<readonly number[]> {
  const [here, there] = [await watchRoutes(one), await watchRoutes(two)];
  const took: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const route = `100.80.${trial}.0/26`;
    await one.exec(['ip', 'route', 'add', 'blackhole', route]);
    const words = new RegExp(` ${route.replaceAll('.', '\\.')} `);
    took.push((await there.timeOf(words)) - (await here.timeOf(words)));
  }
  here.stop();
  there.stop();
  return took;
}

/** Milliseconds at which Docker last asked a host's daemon for an address, by its log. */
function askedAt(host: LabHost): number {
  const calls = readFileSync(join(host.directory, 'clocker.log'), 'utf8').match(/.*"IpamDriver\.RequestAddress".*/g);
  const call: unknown = JSON.parse(calls?.at(-1) ?? '{}');
  if (typeof call !== 'object' || call === null || !('time' in call) || !('milliseconds' in call))
    throw new Error(`The log of ${host.name} tells no time of an address.`);
  const time = typeof call.time === 'number' ? call.time : Date.parse(String(call.time));
  return time - Number(call.milliseconds);
}

export type Reach = {
  /** From when Docker asked for the address, before the block was claimed, to the route on the other. */
  readonly block: readonly number[];
  /** From the container's attachment to the route on the other host; 0 where the route was there before. */
  readonly attach: readonly number[];
};

/** The first container of a host in each of so many networks, so in a new block. */
export async function clockerPropagation(one: LabHost, two: LabHost, trials: number): Promise<Reach> {
  const [here, there] = [await watchRoutes(one), await watchRoutes(two)];
  const block: number[] = [];
  const attach: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const name = `reach-${trial}`;
    const subnet = `198.19.${100 + trial}.0`;
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', `${subnet}/24`];
    await one.docker(...create, name);
    await sleep(200);
    await one.docker('run', '-d', '--name', name, '--network', name, image, 'sleep', '1000');
    const start = subnet.replaceAll('.', '\\.').replace(/0$/, '');
    const far = await there.timeOf(new RegExp(`${start}\\d+/\\d+ via ${one.address} `));
    const container = await here.timeOf(new RegExp(`${start}\\d+ dev cali`));
    block.push(far - askedAt(one));
    attach.push(Math.max(0, far - container));
    await one.docker('rm', '-f', name);
    await one.docker('network', 'rm', name);
  }
  here.stop();
  there.stop();
  return { block, attach };
}
