/** `ipam` of a network: the first pool in keys of its own, further ones in a list. */
import { readList } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import type { Row } from './row.ts';
import { mapOf, mapValue } from './values.ts';

const first = {
  subnet: 'network.cidr',
  gateway: 'network.gateway',
  ip_range: 'network.range',
  aux_addresses: 'network.auxAddresses',
} as const satisfies Readonly<Record<string, ConfigName>>;

/** What a further pool calls the same things. */
const further = { subnet: 'cidr', gateway: 'gateway', ip_range: 'range', aux_addresses: 'auxAddresses' } as const;

const rename = (map: ValueMap, names: Readonly<Record<string, string>>): Map<string, Value> =>
  mapOf(Object.fromEntries(Object.entries(names).map(([from, to]) => [to, map.get(from)])));

const reverse = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));

function encodeIpam(value: Value): ReadonlyMap<string, Value> {
  const pools = mapValue(value).get('config');
  const [head, ...rest] = isList(pools) ? pools : [];
  return new Map([
    ...rename(mapValue(head), first),
    ...mapOf({
      'network.pools': rest.length === 0 ? undefined : rest.map((pool) => rename(mapValue(pool), further)),
      'network.ipam.driver': mapValue(value).get('driver'),
      'network.ipam.flags': mapValue(value).get('options'),
    }),
  ]);
}

/** Always there, as in the normal form, and empty where nothing is said. */
function decodeIpam(config: ValueMap): Value {
  const head = rename(config, reverse(first));
  const rest = (readList(config, 'network.pools') ?? []).filter(isMap).map((pool) => rename(pool, reverse(further)));
  const pools = [...(head.size === 0 ? [] : [head]), ...rest];
  return mapOf({
    driver: config.get('network.ipam.driver'),
    config: pools.length === 0 ? undefined : pools,
    options: config.get('network.ipam.flags'),
  });
}

export const ipam: Row = {
  keys: [...Object.values(first), 'network.pools', 'network.ipam.driver', 'network.ipam.flags'],
  encode: encodeIpam,
  decode: decodeIpam,
};
