/**
 * The rules that accept what our table has allowed: an accept in one table does not undo a drop in another, so they stand
 * in the tables where the drops are, before them. One in Docker's user chain where FORWARD comes by it, and one at the end
 * of FORWARD, because dockerd takes that jump away and puts it back whenever a network is made; else one at the head of
 * FORWARD. One in INPUT.
 */
import type { Iptables } from '../../src/host/iptables.ts';
import type { Family } from './family.ts';
import type { Kernel } from './kernel.ts';
import { allowedMark } from './rules/names.ts';

const mask = `${allowedMark}/${allowedMark}`;
const rule = ['-m', 'mark', '--mark', mask, '-m', 'comment', '--comment', 'clocker', '-j', 'ACCEPT'] as const;
const isOurs = (said: string): boolean => said.includes(mask);

const userChain = 'DOCKER-USER';
const chains = [userChain, 'FORWARD', 'INPUT'] as const;

/** Behind a rule for every packet nothing is reached. Rules somebody put before ours on purpose stay there. */
const isInForce = (rules: readonly string[], chain: string): boolean => {
  const place = rules.findIndex(isOurs);
  const end = rules.findIndex((said) => new RegExp(`^-A ${chain} -j (RETURN|ACCEPT|DROP|REJECT)\\b`).test(said));
  return place >= 0 && (end < 0 || place < end);
};

/** Once, and before whatever ends the chain; true when it had to be put. The new one goes in before an old one goes out. */
async function ensureIn(tool: Iptables, chain: string, rules: readonly string[] | undefined): Promise<boolean> {
  if (rules === undefined) return false;
  const isMissing = !isInForce(rules, chain);
  if (isMissing) await tool.insertFirst(chain, rule);
  await removeLast(tool, chain, rules.filter(isOurs).length - (isMissing ? 0 : 1));
  return isMissing;
}

/** A daemon that was killed may leave a command that adds one after the next daemon has looked. */
async function ensureOnceIn(tool: Iptables, chain: string, have: number): Promise<void> {
  if (have === 0) await tool.append(chain, rule);
  await removeLast(tool, chain, have - 1);
}

/** Each by its place as it is then: others may change the chain meanwhile. */
async function removeLast(tool: Iptables, chain: string, count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const place = (await tool.rules()).get(chain)?.findLastIndex(isOurs) ?? -1;
    if (place >= 0) await tool.remove(chain, place + 1);
  }
}

/** Puts the rules where they belong; true when one was missing. */
export async function ensureMarks(kernel: Pick<Kernel, 'iptables'>, family: Family): Promise<boolean> {
  const tool = await kernel.iptables(family);
  if (tool === undefined) return false;
  const found = await tool.rules();
  const forward = found.get('FORWARD') ?? [];
  const isByUserChain = forward.some((said) => said.startsWith(`-A FORWARD -j ${userChain}`));
  const place = isByUserChain ? userChain : 'FORWARD';
  const isPut = await ensureIn(tool, place, found.get(place));
  if (isByUserChain) await ensureOnceIn(tool, 'FORWARD', forward.filter(isOurs).length);
  return (await ensureIn(tool, 'INPUT', found.get('INPUT'))) || isPut;
}

export async function removeMarks(kernel: Pick<Kernel, 'iptables'>, family: Family): Promise<void> {
  const tool = await kernel.iptables(family);
  if (tool === undefined) return;
  const found = await tool.rules();
  for (const chain of chains) await removeLast(tool, chain, (found.get(chain) ?? []).filter(isOurs).length);
}
