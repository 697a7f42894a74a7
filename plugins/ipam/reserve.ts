/**
 * `--gateway` and `--aux-address`: dockerd asks for them like for any address, between RequestPool and CreateNetwork. They
 * are kept beside the pool, and in Calico's IPReservation, not in blocks: there its check would take them for leaks.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { poolUseKey, reservationKey } from '../../src/model/network/keys.ts';
import { poolNameOf } from '../../src/model/network/names.ts';
import type { PoolUse, ReservedAddress } from '../../src/model/network/records.ts';
import { reservationOf, resourceTime } from '../../src/model/network/resources.ts';
import type { IpamDeps } from './driver.ts';

/** More would not be typed; it bounds the record. */
export const mostReserved = 1024;
const mostRaces = 100;

/** False when the network is there already: then it is a container that wants the address. */
export async function reserve(
  cidr: string,
  address: string,
  by: ReservedAddress['by'],
  deps: IpamDeps,
): Promise<boolean> {
  const key = poolUseKey(poolNameOf(cidr));
  for (let race = 0; race < mostRaces; race++) {
    const entry = await deps.overlay.find(key);
    const use = decodePoolUse(entry?.value ?? '');
    if (entry === undefined || use === undefined || use.made?.includes(deps.node) === true) return false;
    const { reserved = [] } = use;
    if (reserved.some((one) => one.address === address)) return true;
    // Other hosts' containers have addresses already: whoever makes a copy of the network adds none.
    if (use.network !== undefined) return false;
    if (reserved.length >= mostReserved)
      throw new Fault('request-invalid', `A network reserves at most ${mostReserved} addresses.`);
    const changed: PoolUse = { ...use, reserved: [...reserved, { address, by }] };
    const outcome = await deps.overlay.transact(
      [{ key, is: 'revision', revision: entry.revision }],
      [
        { op: 'put', key, value: renderJson(changed) },
        { op: 'put', key: reservationKey(use.pool), value: renderJson(reservationFor(changed, deps)) },
      ],
    );
    if (outcome.succeeded) return true;
  }
  throw new Fault('store-conflict', `The pool ${cidr} keeps changing.`, { transient: true });
}

export const reservationFor = ({ pool, reserved = [] }: PoolUse, { uuid, now }: Pick<IpamDeps, 'uuid' | 'now'>) =>
  reservationOf(
    pool,
    reserved.map(({ address }) => address),
    { uid: uuid(), creationTimestamp: resourceTime(now()) },
  );
