/** Of networks with one name, made on several hosts at once, one wins: the one the store had first. Pure. */
import { isSwarmId } from './names.ts';
import type { NetworkRecord } from './records.ts';

/** A record, and the revision of the store at which it came to be: the one order all hosts agree on. */
export type RankedNetwork = { readonly value: NetworkRecord; readonly created: number };

const competes = ({ name, removedAt, id }: NetworkRecord): boolean =>
  name !== undefined && removedAt === undefined && !isSwarmId(id);

/** By name: which network has it. Those that were removed, and a swarm's, don't compete. */
export function winners(networks: Iterable<RankedNetwork>): ReadonlyMap<string, NetworkRecord> {
  const best = new Map<string, RankedNetwork>();
  for (const one of networks) {
    const { name } = one.value;
    if (name === undefined || !competes(one.value)) continue;
    const other = best.get(name);
    const isFirst =
      other === undefined ||
      one.created < other.created ||
      (one.created === other.created && one.value.id < other.value.id);
    if (isFirst) best.set(name, one);
  }
  return new Map([...best].map(([name, { value }]) => [name, value]));
}

/** The network that has the name of this one in its place; undefined when this one has it. */
export function winnerOver(network: NetworkRecord, networks: Iterable<RankedNetwork>): NetworkRecord | undefined {
  if (!competes(network)) return undefined;
  const winner = winners(networks).get(network.name ?? '');
  return winner === undefined || winner.id === network.id ? undefined : winner;
}
