/**
 * `clocker ipam check`: do blocks, handles, endpoints, pools and networks agree? The rules of `calicoctl ipam check`
 * (calicoctl/commands/ipam/check.go), and those of Clocker's own records.
 */
import type { Store } from '../../src/store/index.ts';
import { checkAffinities, checkBlocks, checkHandles } from './check/blocks.ts';
import { allocated, checkAddresses, checkEndpoints } from './check/endpoints.ts';
import { readFacts, type Facts } from './check/facts.ts';
import { checkNetworks, checkPools } from './check/pools.ts';
import { problem, type IpamProblem } from './check/problem.ts';

export type { IpamProblem } from './check/problem.ts';

export type IpamCheck = {
  readonly blocks: number;
  readonly allocated: number;
  readonly endpoints: number;
  readonly problems: readonly IpamProblem[];
};

/** `now` and `grace` in milliseconds: an address taken less than `grace` ago may be of a container that is just starting. */
export async function checkIpam(store: Store, now: number, grace: number): Promise<IpamCheck> {
  return checkFacts(await readFacts(store), now, grace);
}

export const checkFacts = (facts: Facts, now: number, grace: number): IpamCheck => ({
  blocks: facts.blocks.length,
  allocated: allocated(facts).size,
  endpoints: facts.endpoints.length,
  problems: [
    ...facts.unreadable.map((key) => problem('unreadable', key, `What is stored under ${key} can't be read.`)),
    ...checkBlocks(facts),
    ...checkHandles(facts),
    ...checkAffinities(facts),
    ...checkAddresses(facts, now, grace),
    ...checkEndpoints(facts),
    ...checkPools(facts),
    ...checkNetworks(facts),
  ],
});
