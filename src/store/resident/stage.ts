/**
 * Transactions worked out on top of a table without touching it: what a group of them would change. They become visible
 * only when the journal has the whole group, so that nobody reads what a power cut could take back.
 */
import { compareKeys } from '../order.ts';
import type { Change, Condition, Entry, Operation, Outcome } from '../store.ts';
import type { Table } from './table.ts';

/** The changes of one revision. */
export type Revision = { readonly revision: number; readonly changes: readonly Change[] };

export type Stage = {
  readonly revisions: readonly Revision[];
  transact(conditions: readonly Condition[], operations: readonly Operation[]): Outcome;
  /** Deletes whatever hangs on a lease. */
  expire(lease: string): void;
};

const holds = (condition: Condition, entry: Entry | undefined): boolean => {
  switch (condition.is) {
    case 'absent':
      return entry === undefined;
    case 'present':
      return entry !== undefined;
    case 'revision':
      return entry?.revision === condition.revision;
    case 'value':
      return entry?.value === condition.value;
  }
};

export function createStage(table: Table, base: number): Stage {
  const staged = new Map<string, Entry | undefined>();
  const revisions: Revision[] = [];
  const latest = (): number => base + revisions.length;
  const read = (key: string): Entry | undefined => (staged.has(key) ? staged.get(key) : table.get(key));

  function keysWhere(prefix: string, wanted: (entry: Entry) => boolean): readonly string[] {
    const keys = new Set<string>();
    for (const entry of table.under(prefix)) keys.add(entry.key);
    for (const key of staged.keys()) if (key.startsWith(prefix)) keys.add(key);
    const found = [...keys].filter((key) => {
      const entry = read(key);
      return entry !== undefined && wanted(entry);
    });
    return found.sort(compareKeys);
  }

  function remove(keys: readonly string[], revision: number): readonly Change[] {
    return keys
      .filter((key) => read(key) !== undefined)
      .map((key) => {
        staged.set(key, undefined);
        return { kind: 'delete', key, revision };
      });
  }

  function put(operation: Extract<Operation, { op: 'put' }>, revision: number): Change {
    const created = read(operation.key)?.created ?? revision;
    const { key, value, lease } = operation;
    const entry: Entry = { key, value, revision, created, ...(lease === undefined ? {} : { lease }) };
    staged.set(key, entry);
    return { kind: 'put', entry };
  }

  function run(operation: Operation, revision: number): readonly Change[] {
    switch (operation.op) {
      case 'put':
        return [put(operation, revision)];
      case 'delete':
        return remove([operation.key], revision);
      case 'deletePrefix':
        return remove(
          keysWhere(operation.prefix, () => true),
          revision,
        );
    }
  }

  const commit = (changes: readonly Change[]): void => {
    if (changes.length > 0) revisions.push({ revision: latest() + 1, changes });
  };

  return {
    revisions,
    transact: (conditions, operations) => {
      const current = conditions.map((condition) => read(condition.key));
      if (!conditions.every((condition, index) => holds(condition, current[index]))) {
        return { succeeded: false, revision: latest(), current };
      }
      commit(operations.flatMap((operation) => run(operation, latest() + 1)));
      return { succeeded: true, revision: latest() };
    },
    expire: (lease) => {
      commit(
        remove(
          keysWhere('', (entry) => entry.lease === lease),
          latest() + 1,
        ),
      );
    },
  };
}
