/**
 * The rules that accept what our table allowed: first in DOCKER-USER, the chain Docker keeps for others' rules, or in
 * FORWARD where that is absent; and first in INPUT. Written with the iptables that dockerd uses, so they are in the same
 * tables as the drops they come before.
 */
import { run, runChecked } from '../../src/host/process.ts';
import { allowedMark } from './nft.ts';

const rule = [
  '-m',
  'mark',
  '--mark',
  `${allowedMark}/${allowedMark}`,
  '-m',
  'comment',
  '--comment',
  'clocker',
  '-j',
  'ACCEPT',
] as const;
const isOurs = (line: string): boolean => line.includes(`${allowedMark}/${allowedMark}`);

type Variant = 'iptables' | 'ip6tables';

async function rulesOf(variant: Variant, chain: string): Promise<readonly string[] | undefined> {
  const { status, stdout } = await run([variant, '-w', '5', '-S', chain]);
  return status === 0 ? stdout.split('\n').filter((line) => line.startsWith('-A ')) : undefined;
}

/** Ours is the first rule of the chain, once; true when something had to be put right. */
async function ensureFirst(variant: Variant, chain: string): Promise<boolean> {
  const rules = await rulesOf(variant, chain);
  if (rules === undefined) return false;
  const own = rules.filter(isOurs).length;
  if (own === 1 && rules[0] !== undefined && isOurs(rules[0])) return false;
  // The new one first, so that traffic always has it.
  await runChecked([variant, '-w', '5', '-I', chain, '1', ...rule]);
  for (let extra = 0; extra < own; extra++) await removeLast(variant, chain);
  return true;
}

async function removeLast(variant: Variant, chain: string): Promise<void> {
  const rules = await rulesOf(variant, chain);
  const place = rules?.findLastIndex(isOurs) ?? -1;
  if (place >= 0) await run([variant, '-w', '5', '-D', chain, String(place + 1)]);
}

async function ensureVariant(variant: Variant): Promise<boolean> {
  const hasUserChain = (await rulesOf(variant, 'DOCKER-USER')) !== undefined;
  const isChanged = await ensureFirst(variant, hasUserChain ? 'DOCKER-USER' : 'FORWARD');
  return (await ensureFirst(variant, 'INPUT')) || isChanged;
}

/** Puts the rules where they belong; true when one was missing. */
export async function ensureMarks(isIpv6: boolean): Promise<boolean> {
  const isChanged = await ensureVariant('iptables');
  return (isIpv6 ? await ensureVariant('ip6tables') : false) || isChanged;
}

export async function removeMarks(): Promise<void> {
  for (const variant of ['iptables', 'ip6tables'] as const) {
    for (const chain of ['DOCKER-USER', 'FORWARD', 'INPUT']) {
      const rules = await rulesOf(variant, chain).catch(() => undefined);
      for (const _own of (rules ?? []).filter(isOurs)) await removeLast(variant, chain);
    }
  }
}
