/** Addresses of virtual networks. */
import type { Problem } from '../../diagnostic/problem.ts';
import { parseAddress } from '../../ip/address.ts';
import { contains, covers, formatPrefix, overlaps, parseCidr } from '../../ip/prefix.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { modelProblem } from '../problems.ts';
import { readBoolean, readList, readString } from '../read.ts';
import type { Placed } from '../traverse.ts';
import type { ValueMap } from '../value.ts';
import { isMap } from '../value.ts';

type Pool = { readonly prefix: Prefix; readonly path: string };

/** `placed`: the networks of an application. Those made elsewhere are not ours to judge. */
export function checkNetworks(placed: readonly Placed[]): readonly Problem[] {
  const pools: Pool[] = [];
  const problems: Problem[] = [];
  for (const { entity, path } of placed) {
    if (readBoolean(entity.config, 'network.external') === true) continue;
    for (const one of poolsOf(entity.config)) {
      const { prefix, found } = checkPool(one, path);
      problems.push(...found);
      if (prefix === undefined) continue;
      const other = pools.find((pool) => overlaps(pool.prefix, prefix));
      if (other !== undefined)
        problems.push(
          modelProblem(
            'model-address-overlap',
            path,
            `${formatPrefix(prefix)} overlaps ${formatPrefix(other.prefix)} of ${other.path}.`,
          ),
        );
      pools.push({ prefix, path });
    }
  }
  return problems;
}

type Written = {
  readonly cidr: string | undefined;
  readonly gateway: string | undefined;
  readonly range: string | undefined;
};

const written = (config: ValueMap, prefix: string): Written => ({
  cidr: readString(config, `${prefix}cidr`),
  gateway: readString(config, `${prefix}gateway`),
  range: readString(config, `${prefix}range`),
});

const poolsOf = (config: ValueMap): readonly Written[] => [
  written(config, 'network.'),
  ...(readList(config, 'network.pools') ?? []).filter(isMap).map((pool) => written(pool, '')),
];

function checkPool(
  { cidr, gateway, range }: Written,
  path: string,
): { readonly prefix?: Prefix; readonly found: readonly Problem[] } {
  if (cidr === undefined) return { found: [] };
  const prefix = cidr.includes('/') ? parseCidr(cidr)?.prefix : undefined;
  if (prefix === undefined)
    return {
      found: [modelProblem('model-address', path, `"${cidr}" is no range of addresses such as 198.19.8.0/24.`)],
    };
  return { prefix, found: [...checkGateway(gateway, prefix, path), ...checkRange(range, prefix, path)] };
}

function checkGateway(text: string | undefined, prefix: Prefix, path: string): readonly Problem[] {
  if (text === undefined) return [];
  const gateway = parseAddress(text);
  if (gateway === undefined) return [modelProblem('model-address', path, `The gateway "${text}" is no address.`)];
  if (contains(prefix, gateway)) return [];
  return [modelProblem('model-address-outside', path, `The gateway ${text} is not in ${formatPrefix(prefix)}.`)];
}

function checkRange(text: string | undefined, prefix: Prefix, path: string): readonly Problem[] {
  if (text === undefined) return [];
  const range = parseCidr(text)?.prefix;
  if (range === undefined)
    return [modelProblem('model-address', path, `The range "${text}" is no range of addresses.`)];
  if (covers(prefix, range)) return [];
  return [modelProblem('model-address-outside', path, `The range ${text} is not in ${formatPrefix(prefix)}.`)];
}
