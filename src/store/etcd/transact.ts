/**
 * Transactions of etcd. When a member dies with one in hand, nobody knows whether it was carried out. One that breaks
 * its own conditions ("if the key is as I saw it, write it") can be sent again all the same: it can't be carried out
 * twice. Refused the second time, that may have been its own doing, and what is there can't tell: others may have
 * written the same, or have gone on from what it wrote. Then its fate is reported as unknown.
 */
import { Fault } from '../../diagnostic/fault.ts';
import type { Condition, Operation, Outcome } from '../store.ts';
import { calls } from './calls.ts';
import type { Connection } from './connection.ts';
import { encodeTransaction } from './messages.ts';

/** Whether carrying it out makes one of its conditions false. */
function breaksItself(conditions: readonly Condition[], operations: readonly Operation[]): boolean {
  const written = new Set(operations.flatMap((operation) => (operation.op === 'put' ? [operation.key] : [])));
  return conditions.some(({ key, is }) => (is === 'absent' || is === 'revision') && written.has(key));
}

export async function transactEtcd(
  connection: Connection,
  conditions: readonly Condition[],
  operations: readonly Operation[],
): Promise<Outcome> {
  let repeated = false;
  const { succeeded, revision, ranges } = await connection.call({
    method: calls.transaction,
    request: encodeTransaction(conditions, operations),
    retry: operations.length === 0 || breaksItself(conditions, operations) ? 'always' : 'unsent',
    onRepeat: () => {
      repeated = operations.length > 0;
    },
  });
  if (succeeded) return { succeeded, revision };
  if (repeated) {
    throw new Fault('store-unreachable', 'etcd lost contact during a write, and it is not known whether it was done.', {
      transient: true,
    });
  }
  return { succeeded, revision, current: conditions.map((_condition, index) => ranges[index]?.entries[0]) };
}
