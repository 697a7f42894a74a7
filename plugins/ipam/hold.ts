/** Pools of a swarm's networks: held from when the network is made until it is removed, tasks or none. */
import type { Prefix } from '../../src/ip/prefix.ts';
import { decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { poolUsePrefix } from '../../src/model/network/keys.ts';
import type { PoolUse } from '../../src/model/network/records.ts';
import type { IpamDeps } from './driver.ts';
import { readRange, readSubnet } from './pools.ts';
import { collectPool } from './release-pool.ts';
import { takePool } from './request-pool.ts';

export type HoldWish = {
  /** As typed; undefined for the next free one. */
  readonly subnet: string | undefined;
  readonly range: string | undefined;
  readonly isIpv6: boolean;
  /** What RequestPool must say to get it. */
  readonly share: string;
};

/** Throws `pool-overlap` where anybody has it. Answers its canonical prefix. */
export async function holdPool(wish: HoldWish, deps: IpamDeps): Promise<string> {
  const subnet: Prefix | undefined = wish.subnet === undefined ? undefined : readSubnet(wish.subnet, wish.isIpv6);
  const range = subnet === undefined ? undefined : readRange(wish.range ?? '', subnet);
  return (await takePool({ subnet, isIpv6: wish.isIpv6, range, share: wish.share, held: true }, deps)).cidr;
}

const mostRaces = 100;

/** Those that no node uses go at once, others with their last user. Can be repeated. */
export async function letPoolsGo(share: string, deps: Pick<IpamDeps, 'store' | 'overlay' | 'node'>): Promise<void> {
  for (let race = 0; race < mostRaces; race++) {
    const { entries } = await deps.store.list(poolUsePrefix);
    const held = entries.flatMap(({ key, value, revision }) => {
      const use = decodePoolUse(value);
      return use?.held === true && use.share === share ? [{ key, use, revision }] : [];
    });
    if (held.length === 0) return;
    for (const { key, use, revision } of held) {
      const { held: _held, ...free }: PoolUse = use;
      await deps.overlay.transact([{ key, is: 'revision', revision }], [{ op: 'put', key, value: renderJson(free) }]);
      await collectPool(use.cidr, deps);
    }
  }
}
