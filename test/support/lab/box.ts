/** Containers of a lab host that listen and probe: TCP at 80, UDP at 81, in both families. */
import { run } from '../../../src/host/process.ts';
import { connectAgent, type Agent, type Probe } from './agent.ts';
import { image } from './engine.ts';
import type { LabHost } from './host.ts';

export type Place = {
  readonly name: string;
  readonly agent: Agent;
  /** Put before a command, it runs in the place's network. */
  readonly enter: readonly [string, ...string[]];
};

export type Box = Place & {
  readonly host: LabHost;
  /** As Docker knows them. */
  address(network: string): Promise<string>;
  addressV6(network: string): Promise<string>;
  /** At docker_gwbridge, or another interface. */
  addressOn(network: RegExp): Promise<string>;
  remove(): Promise<void>;
};

/** `docker run -d` with these arguments before the image. */
export async function runBox(host: LabHost, name: string, args: readonly string[]): Promise<Box> {
  await host.docker('run', '-d', '--name', name, ...args, image);
  const enter = await host.enterContainer(name);
  const agent = connectAgent(name, enter);
  await agent.listen('tcp', 80);
  await agent.listen('udp', 81);
  const inspect = async (network: string, field: string): Promise<string> => {
    const found = await host.docker(
      'inspect',
      '-f',
      `{{(index .NetworkSettings.Networks "${network}").${field}}}`,
      name,
    );
    return found.trim();
  };
  return {
    name,
    host,
    agent,
    enter,
    address: (network) => inspect(network, 'IPAddress'),
    addressV6: (network) => inspect(network, 'GlobalIPv6Address'),
    addressOn: async (network) => {
      const { stdout } = await run([...enter, 'ip', '-brief', '-4', 'addr']);
      const found = [...stdout.matchAll(/ (\d[\d.]+)\/\d+/g)]
        .map(([, one = '']) => one)
        .find((one) => network.test(one));
      if (found === undefined) throw new Error(`${name} has no address ${network}: ${stdout}`);
      return found;
    },
    remove: async () => {
      await agent.close();
      await host.docker('rm', '-f', name);
    },
  };
}

/** The host itself, listening as a box does. */
export async function placeOf(host: LabHost): Promise<Place> {
  const agent = connectAgent(host.name, host.enter);
  return { name: host.name, agent, enter: host.enter };
}

export async function pings(place: Place, to: string, ...options: readonly string[]): Promise<boolean> {
  const { status } = await run([...place.enter, 'busybox', 'ping', '-c', '1', '-W', '1', ...options, to]);
  return status === 0;
}

export const isAnswer = (said: string): boolean => !said.startsWith('no answer');

/** Whether an answer comes; for what must not come, the probe is made twice. */
export async function reaches(from: Place, probe: Probe): Promise<boolean> {
  return isAnswer(await from.agent.probe(probe));
}

export type Route = { readonly from: Place; readonly to: string; readonly probe: Probe };

/** Tries all at once; answers `from -> to` for those that got through, in order. */
export async function throughOf(routes: readonly Route[]): Promise<readonly string[]> {
  const results = await Promise.all(
    routes.map(async ({ from, to, probe }) => ((await reaches(from, probe)) ? [`${from.name} -> ${to}`] : [])),
  );
  return results.flat();
}
