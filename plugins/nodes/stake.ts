/**
 * Which records of the store tell of what is real on hosts (addresses in use, blocks, networks their engines have), and
 * whose they are. Such a record is true whatever the store says; a policy or an application is as people wrote it. Pure.
 */
import { ownerOf } from '../../src/model/network/block.ts';
import { decodeAddressOwner, decodeBlock } from '../../src/model/network/decode.ts';
import { parseJson } from '../../src/model/network/json.ts';
import {
  addressOwnersPrefix,
  affinitiesPrefix,
  allWorkloadEndpointsPrefix,
  blocksPrefix,
  cidrOfKey,
  clusterInformationKey,
  gatewaysPrefix,
  handlesPrefix,
  hostsPrefix,
  ipamConfigKey,
  networksPrefix,
  nodesPrefix,
  poolsPrefix,
  poolTurnKey,
  poolUsePrefix,
  profilesPrefix,
  reservationsPrefix,
  tiersPrefix,
} from '../../src/model/network/keys.ts';
import type { Entry } from '../../src/store/index.ts';

/** `node`: of that host alone. `shared`: every host that has it needs it. `people`: as somebody wrote it. */
export type Stake =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'shared' }
  | { readonly kind: 'people' };

const shared: Stake = { kind: 'shared' };
const people: Stake = { kind: 'people' };
const of = (node: string | undefined): Stake => (node === undefined ? shared : { kind: 'node', node });

const firstPart = (key: string, prefix: string): string => key.slice(prefix.length).split('/')[0] ?? '';

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

type Rule = {
  readonly prefix: string;
  stake(entry: Entry, blockOwner: (cidr: string) => string | undefined): Stake;
};

const sharedPrefixes: readonly string[] = [
  networksPrefix,
  gatewaysPrefix,
  poolUsePrefix,
  poolTurnKey,
  poolsPrefix,
  profilesPrefix,
  reservationsPrefix,
  ipamConfigKey,
  clusterInformationKey,
  tiersPrefix,
];

/** Of no host, and no text of people's: every host that has it needs it. */
export const isShared = ({ key }: Pick<Entry, 'key'>): boolean =>
  sharedPrefixes.some((prefix) => key.startsWith(prefix));

/** The first that fits decides; what none fits is of people. */
const rules: readonly Rule[] = [
  { prefix: nodesPrefix, stake: ({ key }) => of(key.slice(nodesPrefix.length)) },
  { prefix: hostsPrefix, stake: ({ key }) => of(firstPart(key, hostsPrefix)) },
  { prefix: affinitiesPrefix, stake: ({ key }) => of(firstPart(key, affinitiesPrefix)) },
  { prefix: blocksPrefix, stake: ({ key }, blockOwner) => of(blockOwner(cidrOfKey(key))) },
  {
    prefix: handlesPrefix,
    stake: ({ value }, blockOwner) => {
      const [cidr] = Object.keys(asMap(asMap(parseJson(value))['block']));
      return of(cidr === undefined ? undefined : blockOwner(cidr));
    },
  },
  { prefix: addressOwnersPrefix, stake: ({ value }) => of(decodeAddressOwner(value)?.node) },
  {
    prefix: allWorkloadEndpointsPrefix,
    stake: ({ value }) => {
      const { node } = asMap(asMap(parseJson(value))['spec']);
      return of(typeof node === 'string' ? node : undefined);
    },
  },
  ...sharedPrefixes.map((prefix): Rule => ({ prefix, stake: () => shared })),
];

/** `known`: everything, so that a handle is found to be of the host whose block it is about. */
export function createStakes(known: Iterable<Entry>): (entry: Entry) => Stake {
  const owners = new Map<string, string | undefined>();
  for (const { key, value } of known)
    if (key.startsWith(blocksPrefix)) {
      const block = readable(() => decodeBlock(value));
      owners.set(cidrOfKey(key), block === undefined ? undefined : ownerOf(block));
    }
  return (entry) => {
    const rule = rules.find(({ prefix }) => entry.key.startsWith(prefix));
    if (rule === undefined) return people;
    return readable(() => rule.stake(entry, (cidr) => owners.get(cidr))) ?? shared;
  };
}

/** Records come from people and other programs too. */
function readable<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
