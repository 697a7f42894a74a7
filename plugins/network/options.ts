/** The `-o` options of `docker network create -d clocker`: one row each; what is not here is refused, with a suggestion. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { didYouMean } from '../../src/diagnostic/suggest.ts';
import { networkOption } from '../../src/model/network/names.ts';
import { routeModes, type PortMode, type RouteMode } from '../../src/model/network/records.ts';

export type NetworkOptions = {
  readonly portMode: PortMode;
  readonly routeMode?: RouteMode;
  readonly mtu?: number;
  readonly natOutgoing: boolean;
  readonly interfacePrefix?: string;
};

type Row = {
  readonly about: string;
  /** Undefined: not a value of this option. */
  readonly read: (text: string) => Partial<NetworkOptions> | undefined;
  readonly wants: string;
};

const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

const mtu: Row = {
  about: 'MTU of the containers’ interfaces, in bytes.',
  wants: 'a number from 576 to 65535 (1280 or more with IPv6)',
  read: (text) =>
    /^\d{3,5}$/.test(text) && Number(text) >= 576 && Number(text) <= 65535 ? { mtu: Number(text) } : undefined,
};

/** Linux allows 15 characters; dockerd adds a number. */
const interfacePrefix: Row = {
  about: 'Begin of the interfaces’ names in the containers (eth unless given).',
  wants: 'up to 12 letters, digits and dashes, the last one no digit',
  read: (text) => (/^[a-z](?:[a-z0-9-]{0,10}[a-z-])?$/i.test(text) ? { interfacePrefix: text } : undefined),
};

export const networkOptions: Readonly<Record<string, Row>> = {
  'clocker.ports': {
    about:
      'Who publishes ports: docker_gwbridge, so that docker ps shows them (bridge), or nftables with the routed gateway kept (routed).',
    wants: 'bridge or routed',
    read: (text) => (text === 'bridge' || text === 'routed' ? { portMode: text } : undefined),
  },
  'clocker.routes': {
    about: 'How packets get to containers of other hosts; what the daemon was started with unless given (auto).',
    wants: routeModes.join(', '),
    read: (text) => {
      const routeMode = routeModes.find((mode) => mode === text);
      return routeMode === undefined ? undefined : { routeMode };
    },
  },
  'clocker.mtu': mtu,
  'clocker.nat': {
    about: 'Masquerade what leaves for addresses outside all pools (true unless told).',
    wants: 'true or false',
    read: (text) => {
      const natOutgoing = flags.get(text.toLowerCase());
      return natOutgoing === undefined ? undefined : { natOutgoing };
    },
  },
  [networkOption]: {
    about: 'The id of the network this one is the copy of, on another host; set by Clocker.',
    wants: 'the id of a network',
    read: (text) => (/^[A-Za-z0-9]{1,128}$/.test(text) ? {} : undefined),
  },
  'com.docker.network.driver.mtu': { ...mtu, about: 'The same as clocker.mtu, in the name Docker’s own drivers use.' },
  'com.docker.network.container_iface_prefix': interfacePrefix,
};

/** Throws `request-invalid` for the first option that is wrong. */
export function readNetworkOptions(given: Readonly<Record<string, string>>): NetworkOptions {
  let options: NetworkOptions = { portMode: 'bridge', natOutgoing: true };
  for (const [name, value] of Object.entries(given)) {
    const row = Object.hasOwn(networkOptions, name) ? networkOptions[name] : undefined;
    if (row === undefined) throw unknownOption(name);
    const read = row.read(value);
    if (read === undefined)
      throw new Fault(
        'request-invalid',
        `The option ${name} must be ${row.wants}, not ${JSON.stringify(value.slice(0, 80))}.`,
      );
    options = { ...options, ...read };
  }
  return options;
}

function unknownOption(name: string): Fault {
  const known = Object.keys(networkOptions);
  const isBridges = name.startsWith('com.docker.network.bridge.');
  return new Fault('request-invalid', `The clocker driver has no option ${JSON.stringify(name.slice(0, 80))}.`, {
    hint: isBridges
      ? `It belongs to Docker's bridge driver: leave it away. Clocker has ${known.join(', ')}.`
      : (didYouMean(name, known) ?? `It has ${known.join(', ')}.`),
  });
}
