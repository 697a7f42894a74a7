/** Blocks, handles and affinities must fit each other, as `calicoctl ipam check` demands. Pure. */
import { contains, parsePrefix } from '../../../src/ip/prefix.ts';
import { allocationsOf, checkBlock, isSound, ownerOf } from '../../../src/model/network/block.ts';
import { affinityKey, blockKey, cidrOfKey, handlesPrefix } from '../../../src/model/network/keys.ts';
import type { Facts } from './facts.ts';
import { problem, type IpamProblem } from './problem.ts';

export function checkBlocks({ blocks, pools }: Facts): readonly IpamProblem[] {
  const active = pools
    .filter(({ value }) => value.spec.disabled !== true)
    .flatMap(({ value }) => parsePrefix(value.spec.cidr) ?? []);
  return blocks.flatMap(({ key, value: block }) => {
    const { cidr } = block;
    const prefix = parsePrefix(cidr);
    const isInPool = prefix !== undefined && active.some((pool) => contains(pool, prefix.first));
    return [
      ...checkBlock(block).map((message) => problem('block', cidr, `In block ${cidr}: ${message}.`)),
      ...(isSound(block, cidrOfKey(key)) || checkBlock(block).length > 0
        ? []
        : [problem('block', cidr, `The block ${cidr} does not fit its key ${key}.`)]),
      ...(isInPool ? [] : [problem('pool', cidr, `The block ${cidr} is in no pool.`)]),
    ];
  });
}

export function checkHandles({ blocks, handles }: Facts): readonly IpamProblem[] {
  const named = new Map<string, string>();
  const counted = new Map<string, number>();
  for (const { value: block } of blocks)
    for (const { address, attribute } of allocationsOf(block)) {
      if (attribute.handle_id === null) continue;
      const at = `${attribute.handle_id} ${block.cidr}`;
      named.set(at, address);
      counted.set(at, (counted.get(at) ?? 0) + 1);
    }
  const problems: IpamProblem[] = [];
  for (const { key, value } of handles) {
    const handle = key.slice(handlesPrefix.length);
    const places = Object.entries(value);
    if (places.length === 0) problems.push(problem('handle', handle, `The handle ${handle} belongs to no address.`));
    for (const [cidr, count] of places) {
      const at = `${handle} ${cidr}`;
      const found = counted.get(at) ?? 0;
      counted.delete(at);
      if (found !== count)
        problems.push(
          problem('handle', handle, `The handle ${handle} counts ${count} addresses of ${cidr}, which has ${found}.`),
        );
    }
  }
  for (const at of counted.keys()) {
    const address = named.get(at) ?? at;
    problems.push(problem('handle', address, `The handle ${at.split(' ')[0]} of ${address} is missing.`));
  }
  return problems;
}

export function checkAffinities({ affinities, blocks }: Facts): readonly IpamProblem[] {
  const known = new Map(blocks.map(({ key, value }) => [key, value]));
  const claimed = new Set(affinities.map(({ key }) => key));
  const ofKeys = affinities.flatMap(({ key, value: state }) => {
    const cidr = cidrOfKey(key);
    const block = known.get(blockKey(cidr));
    if (block === undefined) return [problem('affinity', key, `The affinity for ${cidr} has no block.`)];
    if (state !== 'confirmed')
      return [problem('affinity', key, `The affinity for ${cidr} is ${state}, not confirmed.`)];
    const owner = ownerOf(block);
    if (owner !== undefined && affinityKey(owner, cidr) === key) return [];
    return [
      problem('affinity', key, `The block ${cidr} belongs to ${owner ?? 'nobody'}, not to the host of this affinity.`),
    ];
  });
  const ofBlocks = blocks.flatMap(({ value: block }) => {
    const owner = ownerOf(block);
    return owner === undefined || claimed.has(affinityKey(owner, block.cidr))
      ? []
      : [problem('affinity', block.cidr, `The block ${block.cidr} belongs to ${owner}, which has no affinity for it.`)];
  });
  return [...ofKeys, ...ofBlocks];
}
