/** The `-o` options of `docker network create -d clocker`: one row each; what is not here is refused, with a suggestion. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { didYouMean } from '../../src/diagnostic/suggest.ts';
import type { PortMode } from '../../src/model/network/records.ts';

export type NetworkOptions = { readonly portMode: PortMode; readonly mtu?: number; readonly natOutgoing: boolean };

type Row = {
  readonly about: string;
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
const flag = (text: string): boolean | undefined => flags.get(text.toLowerCase());

export const networkOptions: Readonly<Record<string, Row>> = {
  'clocker.ports': {
    about:
      'Who publishes ports: docker_gwbridge, so that docker ps shows them (bridge), or nftables with the routed gateway kept (routed).',
    wants: 'bridge or routed',
    read: (text) => (text === 'bridge' || text === 'routed' ? { portMode: text } : undefined),
  },
  'clocker.mtu': {
    about: 'MTU of the containers’ interfaces, in bytes.',
    wants: 'a number from 576 to 65535',
    read: (text) =>
      /^\d{3,5}$/.test(text) && Number(text) >= 576 && Number(text) <= 65535 ? { mtu: Number(text) } : undefined,
  },
  'clocker.nat': {
    about: 'Masquerade what leaves for addresses outside all pools (true unless told).',
    wants: 'true or false',
    read: (text) => {
      const natOutgoing = flag(text);
      return natOutgoing === undefined ? undefined : { natOutgoing };
    },
  },
};

/** Labels that Docker and Compose put among the options themselves. */
const dockersOwn = /^(?:com\.docker\.|clocker\.network\.)/;

export function readNetworkOptions(given: Readonly<Record<string, string>>): NetworkOptions {
  let options: NetworkOptions = { portMode: 'bridge', natOutgoing: true };
  for (const [name, value] of Object.entries(given)) {
    if (dockersOwn.test(name)) continue;
    const row = Object.hasOwn(networkOptions, name) ? networkOptions[name] : undefined;
    if (row === undefined) {
      const known = Object.keys(networkOptions);
      throw new Fault('request-invalid', `The clocker driver has no option ${JSON.stringify(name.slice(0, 80))}.`, {
        hint: didYouMean(name, known) ?? `It has ${known.join(', ')}.`,
      });
    }
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
