/** What every store must do. Run for each implementation: memory, embedded, etcd (in live/). */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isFault, type FaultCode } from '../../src/diagnostic/fault.ts';
import { limits } from '../../src/store/limits.ts';
import { compareKeys } from '../../src/store/order.ts';
import type { Change, Condition, Entry, Operation, Store, WatchBatch } from '../../src/store/store.ts';

export type StoreUnderTest = {
  readonly store: Store;
  /** Forgets the history up to now. */
  compact(): Promise<void>;
  /** Makes the lease run out, as when its holder is dead. */
  expire(lease: string): Promise<void>;
  close(): Promise<void>;
};

/** Keys of one test lie under this, so that a shared etcd need not be empty. */
const root = '/contract/';
const put = (key: string, value: string, lease?: string): Operation => ({
  op: 'put',
  key: root + key,
  value,
  ...(lease === undefined ? {} : { lease }),
});
const remove = (key: string): Operation => ({ op: 'delete', key: root + key });
const removeAll = (prefix: string): Operation => ({ op: 'deletePrefix', prefix: root + prefix });
const absent = (key: string): Condition => ({ key: root + key, is: 'absent' });
const present = (key: string): Condition => ({ key: root + key, is: 'present' });
const at = (key: string, revision: number): Condition => ({ key: root + key, is: 'revision', revision });
const valued = (key: string, value: string): Condition => ({ key: root + key, is: 'value', value });

const keyOf = (change: Change): string => (change.kind === 'put' ? change.entry.key : change.key);
const shown = (entries: readonly Entry[]) => entries.map((entry) => `${entry.key.slice(root.length)}=${entry.value}`);

const codeOf = async (run: Promise<unknown>): Promise<FaultCode | 'none' | 'other'> =>
  run.then(
    () => 'none',
    (error: unknown) => (isFault(error) ? error.code : 'other'),
  );

/** What a watch has seen so far; `until` waits, bounded by the test's own time limit. */
function observe(store: Store, prefix: string, from?: number) {
  const stop = new AbortController();
  const batches: WatchBatch[] = [];
  const world = new Map<string, string>();
  let wake = (): void => undefined;
  const take = (batch: WatchBatch): void => {
    batches.push(batch);
    if (batch.kind === 'snapshot') {
      world.clear();
      for (const entry of batch.entries) world.set(entry.key.slice(root.length), entry.value);
    } else {
      for (const change of batch.changes) {
        if (change.kind === 'put') world.set(change.entry.key.slice(root.length), change.entry.value);
        else world.delete(change.key.slice(root.length));
      }
    }
    wake();
  };
  const done = (async () => {
    const options = { signal: stop.signal, ...(from === undefined ? {} : { from }) };
    for await (const batch of store.watch(root + prefix, options)) take(batch);
  })();
  return {
    batches,
    world,
    changes: () => batches.flatMap((batch) => (batch.kind === 'changes' ? batch.changes : [])),
    until: async (holds: () => boolean) => {
      while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
    },
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}

export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      tested = await open();
      store = tested.store;
      await store.transact([], [{ op: 'deletePrefix', prefix: root }]);
    });
    afterEach(async () => {
      await tested.close();
    });

    const write = async (...operations: Operation[]): Promise<number> => {
      const outcome = await store.transact([], operations);
      expect(outcome.succeeded).toBe(true);
      return outcome.revision;
    };

    describe('reading and writing', () => {
      test('a key that was never written is not there', async () => {
        expect(await store.get(`${root}a`)).toBeUndefined();
      });

      test('an entry tells when it came to be and when it was last changed', async () => {
        const first = await write(put('a', '1'));
        const second = await write(put('a', '2'));
        expect(second).toBe(first + 1);
        expect(await store.get(`${root}a`)).toEqual({ key: `${root}a`, value: '2', revision: second, created: first });
      });

      test('a key that is deleted and written again is a new one', async () => {
        await write(put('a', '1'));
        await write(remove('a'));
        expect(await store.get(`${root}a`)).toBeUndefined();
        const again = await write(put('a', '1'));
        expect(await store.get(`${root}a`)).toMatchObject({ revision: again, created: again });
      });

      test('a transaction is one revision, and one that changes nothing takes none', async () => {
        const before = await write(put('a', '1'), put('b', '1'), put('c', '1'));
        for (const key of ['a', 'b', 'c']) expect((await store.get(root + key))?.revision).toBe(before);
        expect(await write(remove('nobody'), removeAll('nothing/'))).toBe(before);
        expect(await write()).toBe(before);
        expect(await write(put('a', '1'))).toBe(before + 1);
      });

      test('deleting a prefix deletes what begins with it and nothing else', async () => {
        await write(put('a', '0'), put('a/1', '1'), put('a/2', '2'), put('a0', '3'), put('b', '4'));
        await write(removeAll('a/'));
        expect(shown((await store.list(root)).entries)).toEqual(['a=0', 'a0=3', 'b=4']);
      });

      test('operations of one transaction see what those before them did', async () => {
        await write(put('a/1', '1'), put('a/2', '2'));
        await write(removeAll('a/1'), put('a/3', '3'), remove('a/2'));
        expect(shown((await store.list(root)).entries)).toEqual(['a/3=3']);
      });

      test('values are texts that nobody looks into', async () => {
        const values = ['', '{"sequence":9007199254740993}', '\0', 'ünïcödé 🐳', ' "{[', 'x'.repeat(limits.valueBytes)];
        for (const value of values) {
          await write(put('v', value));
          expect((await store.get(`${root}v`))?.value === value).toBe(true);
        }
      });

      test('what two people do at once happens one after the other', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 40 }, (_, index) => store.transact([absent('one')], [put('one', String(index))])),
        );
        expect(outcomes.filter((outcome) => outcome.succeeded)).toHaveLength(1);
        const winner = outcomes.findIndex((outcome) => outcome.succeeded);
        expect((await store.get(`${root}one`))?.value).toBe(String(winner));
      });

      test('counting by compare-and-swap loses no count', async () => {
        await write(put('n', '0'));
        const count = async (): Promise<void> => {
          for (;;) {
            const entry = await store.get(`${root}n`);
            if (entry === undefined) throw new Error('The counter is gone.');
            const next = String(Number(entry.value) + 1);
            if ((await store.transact([at('n', entry.revision)], [put('n', next)])).succeeded) return;
          }
        };
        await Promise.all(Array.from({ length: 20 }, count));
        expect((await store.get(`${root}n`))?.value).toBe('20');
      });
    });

    describe('listing', () => {
      test('an exact prefix, in order of key by bytes, as of one revision', async () => {
        const keys = ['p/b', 'p/a', 'p/a/b', 'p/a0', 'p/ä', 'p/\uFFFD', 'p/\u{1F433}', 'p', 'p0', 'q', 'p/\u007f'];
        let revision = 0;
        for (const key of keys) revision = await write(put(key, key));
        const listing = await store.list(`${root}p/`);
        expect(listing.revision).toBe(revision);
        const found = listing.entries.map((entry) => entry.key.slice(root.length));
        expect(found).toEqual(['p/a', 'p/a/b', 'p/a0', 'p/b', 'p/\u007f', 'p/ä', 'p/\uFFFD', 'p/\u{1F433}']);
        const bytes = found.map((key) => Buffer.from(key).toString('latin1'));
        expect(bytes).toEqual([...bytes].sort());
      });

      test('a prefix that is a key holds that key too; one that ends in the highest character works', async () => {
        await write(put('k', '1'), put('kk', '2'), put('l', '3'), put('k\u{10FFFF}', '4'), put('k\u{10FFFF}x', '5'));
        expect(shown((await store.list(`${root}k`)).entries)).toEqual([
          'k=1',
          'kk=2',
          'k\u{10FFFF}=4',
          'k\u{10FFFF}x=5',
        ]);
        expect(shown((await store.list(`${root}k\u{10FFFF}`)).entries)).toEqual(['k\u{10FFFF}=4', 'k\u{10FFFF}x=5']);
      });

      test('nothing under a prefix is an empty list; the empty prefix is everything', async () => {
        const revision = await write(put('a', '1'));
        expect(await store.list(`${root}zzz`)).toEqual({ revision, entries: [] });
        const everything = await store.list('');
        expect(everything.entries.map((entry) => entry.key)).toContain(`${root}a`);
      });

      test('more entries than one answer of etcd may hold', async () => {
        const value = 'x'.repeat(200_000);
        for (let index = 0; index < 30; index++) await write(put(`big/${String(index).padStart(2, '0')}`, value));
        const listing = await store.list(`${root}big/`);
        expect(listing.entries).toHaveLength(30);
        expect(listing.entries.every((entry) => entry.value === value)).toBe(true);
      });
    });

    describe('conditions', () => {
      type Case = { readonly name: string; readonly met: (revision: number) => Condition; readonly unmet: Condition };
      const cases: readonly Case[] = [
        { name: 'absent', met: () => absent('nobody'), unmet: absent('a') },
        { name: 'present', met: () => present('a'), unmet: present('nobody') },
        { name: 'revision', met: (revision) => at('a', revision), unmet: at('a', 1) },
        { name: 'value', met: () => valued('a', 'A'), unmet: valued('a', 'a') },
        { name: 'value of nobody', met: () => valued('a', 'A'), unmet: valued('nobody', '') },
        { name: 'revision of nobody', met: (revision) => at('a', revision), unmet: at('nobody', 7) },
      ];
      for (const { name, met, unmet } of cases) {
        test(`${name}: met, it runs; unmet, nothing changes and the entries are told`, async () => {
          const revision = await write(put('a', 'A'), put('b', 'B'));
          expect(await store.transact([met(revision), present('b')], [put('done', name)])).toEqual({
            succeeded: true,
            revision: revision + 1,
          });
          const refused = await store.transact([present('b'), unmet], [put('done', 'wrong'), remove('b')]);
          expect(refused).toEqual({
            succeeded: false,
            revision: revision + 1,
            current: [
              { key: `${root}b`, value: 'B', revision, created: revision },
              unmet.key === `${root}a` ? { key: `${root}a`, value: 'A', revision, created: revision } : undefined,
            ],
          });
          expect(shown((await store.list(root)).entries)).toEqual(['a=A', 'b=B', `done=${name}`]);
        });
      }

      test('conditions without operations only ask', async () => {
        const revision = await write(put('a', 'A'));
        expect(await store.transact([present('a')], [])).toEqual({ succeeded: true, revision });
        expect((await store.transact([absent('a')], [])).succeeded).toBe(false);
      });
    });

    describe('limits', () => {
      const many = Array.from({ length: limits.transactionSteps + 1 }, (_, index) => index);
      const half = 'x'.repeat(limits.valueBytes / 2 + 200_000);
      const refused: Readonly<Record<string, () => Promise<unknown>>> = {
        'an empty key': () => store.get(''),
        'a key too long': () => store.transact([], [{ op: 'put', key: 'k'.repeat(limits.keyBytes + 1), value: '' }]),
        'a key that is not Unicode': () => store.transact([], [put('\ud800', '')]),
        'a value that is not Unicode': () => store.transact([], [put('a', 'x\udc00')]),
        'a value too long': () => store.transact([], [put('a', 'x'.repeat(limits.valueBytes + 1))]),
        'too many bytes in all': () => store.transact([], [put('a', half), put('b', half)]),
        'too many operations': () =>
          store.transact(
            [],
            many.map((index) => put(`m/${index}`, '')),
          ),
        'too many conditions': () =>
          store.transact(
            many.map((index) => absent(`m/${index}`)),
            [],
          ),
        'a key written twice': () => store.transact([], [put('a', '1'), put('a', '2')]),
        'a key written and deleted': () => store.transact([], [put('a', '1'), remove('a')]),
        'a key written and deleted by prefix': () => store.transact([], [removeAll('a'), put('ab', '1')]),
        'the deletion of everything': () => store.transact([], [{ op: 'deletePrefix', prefix: '' }]),
        'a lease of no time': () => store.lease(0),
        'a lease of half a second': () => store.lease(0.5),
      };
      for (const [name, run] of Object.entries(refused)) {
        test(`${name} is refused and changes nothing`, async () => {
          const { revision } = await store.list(root);
          expect(await codeOf(run())).toBe('request-invalid');
          expect(await store.list(root)).toEqual({ revision, entries: [] });
        });
      }

      test('the largest transaction allowed runs', async () => {
        const steps = many.slice(1);
        const outcome = await store.transact(
          steps.map((index) => absent(`m/${index}`)),
          steps.map((index) => put(`m/${index}`, 'v')),
        );
        expect(outcome.succeeded).toBe(true);
        const key = 'k'.repeat(limits.keyBytes - root.length);
        await write(put(key, 'v'));
        expect((await store.get(root + key))?.value).toBe('v');
      });
    });

    describe('watching', () => {
      test('without a start: first a snapshot, then every change in order', async () => {
        const before = await write(put('a', '1'), put('other', 'x'));
        const seen = observe(store, 'a');
        await seen.until(() => seen.batches.length > 0);
        expect(seen.batches[0]).toEqual({
          kind: 'snapshot',
          revision: before,
          entries: [{ key: `${root}a`, value: '1', revision: before, created: before }],
        });
        await write(put('a', '2'));
        await write(put('b', 'not watched'));
        await write(remove('a'), put('a/x', '3'));
        await seen.until(() => seen.world.get('a/x') === '3' && !seen.world.has('a'));
        expect(seen.changes()).toEqual([
          { kind: 'put', entry: { key: `${root}a`, value: '2', revision: before + 1, created: before } },
          { kind: 'delete', key: `${root}a`, revision: before + 3 },
          { kind: 'put', entry: { key: `${root}a/x`, value: '3', revision: before + 3, created: before + 3 } },
        ]);
        expect(seen.batches.at(-1)?.revision).toBe(before + 3);
        await seen.stop();
      });

      test('from a revision: what happened since, and no snapshot', async () => {
        const first = await write(put('a', '1'));
        await write(put('a', '2'));
        await write(put('b', '3'));
        const seen = observe(store, '', first + 1);
        await seen.until(() => seen.changes().length === 2);
        await write(put('c', '4'));
        await seen.until(() => seen.changes().length === 3);
        expect(seen.changes().map(keyOf)).toEqual([`${root}a`, `${root}b`, `${root}c`]);
        expect(seen.batches.every((batch) => batch.kind === 'changes')).toBe(true);
        await seen.stop();
      });

      test('from the next revision: silence until something happens', async () => {
        const revision = await write(put('a', '1'));
        const seen = observe(store, '', revision + 1);
        await write(put('a', '2'));
        await seen.until(() => seen.batches.length === 1);
        expect(seen.changes()).toHaveLength(1);
        await seen.stop();
      });

      test('from a revision that was compacted: a snapshot', async () => {
        const first = await write(put('a', '1'));
        await write(put('a', '2'));
        const last = await write(put('b', '3'));
        await tested.compact();
        const seen = observe(store, '', first);
        await seen.until(() => seen.batches.length > 0);
        expect(seen.batches[0]).toMatchObject({ kind: 'snapshot', revision: last });
        await write(put('c', '4'));
        await seen.until(() => seen.world.has('c'));
        expect([...seen.world.keys()]).toEqual(['a', 'b', 'c']);
        await seen.stop();
      });

      test('from a revision this store has not reached: a snapshot, for it is not the store that was known', async () => {
        const revision = await write(put('a', '1'));
        const seen = observe(store, '', revision + 1000);
        await seen.until(() => seen.batches.length > 0);
        expect(seen.batches[0]).toMatchObject({ kind: 'snapshot', revision });
        await seen.stop();
      });

      test('a revision is never split, and a prefix deleted is told key by key', async () => {
        const keys = Array.from({ length: 100 }, (_, index) => `m/${String(index).padStart(3, '0')}`);
        const before = await write(...keys.map((key) => put(key, 'v'.repeat(1000))));
        const seen = observe(store, 'm/', before);
        await write(removeAll('m/'));
        await seen.until(() => seen.world.size === 0 && seen.changes().length >= 200);
        for (const batch of seen.batches) {
          if (batch.kind !== 'changes') continue;
          const revisions = batch.changes.map((change) =>
            change.kind === 'put' ? change.entry.revision : change.revision,
          );
          expect(Math.max(...revisions)).toBe(batch.revision);
          expect([...revisions].sort((a, b) => a - b)).toEqual(revisions);
        }
        expect(seen.changes().map(keyOf)).toEqual([...keys, ...keys].map((key) => root + key));
        await seen.stop();
      });

      test('many watchers see the same', async () => {
        const watchers = Array.from({ length: 20 }, () => observe(store, ''));
        await Promise.all(watchers.map((seen) => seen.until(() => seen.batches.length > 0)));
        for (let index = 0; index < 20; index++) await write(put(`k/${index % 7}`, String(index)));
        for (const seen of watchers) {
          await seen.until(() => seen.world.get('k/5') === '19');
          expect(seen.changes()).toHaveLength(20);
          await seen.stop();
        }
      });

      test('it ends, without error, when told to', async () => {
        const stop = new AbortController();
        const ended = (async () => {
          for await (const batch of store.watch(root, { signal: stop.signal }))
            if (batch.kind === 'changes') return 'early';
          return 'ended';
        })();
        stop.abort();
        expect(await ended).toBe('ended');
        const stopped = observe(store, '');
        await stopped.stop();
      });

      test('it ends when the store is closed', async () => {
        const seen = observe(store, '');
        await seen.until(() => seen.batches.length > 0);
        await store.close();
        await seen.stop();
      });

      test('whatever is done, a watcher ends up knowing what the store knows', async () => {
        const key = fc.constantFrom('x/a', 'x/b', 'x/c', 'x/c/d', 'y');
        const operation = fc.oneof(
          fc.record({ do: fc.constant('put'), key, value: fc.string({ maxLength: 5, unit: 'grapheme' }) }),
          fc.record({ do: fc.constant('delete'), key, value: fc.constant('') }),
          fc.record({ do: fc.constant('deletePrefix'), key, value: fc.constant('') }),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(operation, { maxLength: 15 }), async (operations) => {
            const seen = observe(store, 'x/');
            for (const each of operations) {
              if (each.do === 'put') await write(put(each.key, each.value));
              else await write(each.do === 'delete' ? remove(each.key) : removeAll(each.key));
            }
            await write(put('x/end', '!'));
            await seen.until(() => seen.world.has('x/end'));
            const listing = await store.list(`${root}x/`);
            const world = [...seen.world]
              .sort(([a], [b]) => compareKeys(a, b))
              .map(([name, value]) => `${name}=${value}`);
            expect(world).toEqual(shown(listing.entries));
            await seen.stop();
            await write(removeAll('x'), remove('y'));
          }),
          { numRuns: 25 },
        );
      });
    });

    describe('leases', () => {
      test('what hangs on a lease tells so, and goes when it is revoked', async () => {
        const lease = await store.lease(30);
        await write(put('a', '1', lease.id), put('b', '2'));
        expect((await store.get(`${root}a`))?.lease).toBe(lease.id);
        expect(lease.held()).toBe(true);
        const seen = observe(store, '');
        await seen.until(() => seen.batches.length > 0);
        await lease.revoke();
        await seen.until(() => !seen.world.has('a'));
        expect(lease.held()).toBe(false);
        expect(lease.lost.aborted).toBe(true);
        expect(shown((await store.list(root)).entries)).toEqual(['b=2']);
        await seen.stop();
      });

      test('a key written again without the lease, or with another, outlives it', async () => {
        const [first, second] = [await store.lease(30), await store.lease(30)];
        await write(put('a', '1', first.id), put('b', '1', first.id));
        await write(put('a', '2'), put('b', '2', second.id));
        await first.revoke();
        expect(shown((await store.list(root)).entries)).toEqual(['a=2', 'b=2']);
        await second.revoke();
        expect(shown((await store.list(root)).entries)).toEqual(['a=2']);
      });

      test('a lease that ran out is lost, and nothing can be hung on it any more', async () => {
        const lease = await store.lease(30);
        await write(put('a', '1', lease.id));
        await tested.expire(lease.id);
        expect(await codeOf(store.transact([], [put('b', '1', lease.id)]))).toBe('store-conflict');
        expect((await store.list(root)).entries).toEqual([]);
      });

      test('revoking twice is the same as once', async () => {
        const lease = await store.lease(30);
        await lease.revoke();
        await lease.revoke();
        expect(lease.held()).toBe(false);
      });
    });

    describe('elections', () => {
      const election = (): string => `contract-${Math.random()}`;
      const forever = new AbortController().signal;

      test('one leads; the next leads when the first resigns', async () => {
        const name = election();
        const first = await store.campaign(name, 'first', forever);
        let led = false;
        const waiting = store.campaign(name, 'second', forever).then((leadership) => {
          led = true;
          return leadership;
        });
        expect(first.held()).toBe(true);
        expect((await store.get(first.fence.key))?.value).toBe('first');
        await write(put('tick', '1'));
        expect(led).toBe(false);
        await first.resign();
        const second = await waiting;
        expect(first.held()).toBe(false);
        expect((await store.get(second.fence.key))?.value).toBe('second');
        await second.resign();
        expect(await store.get(second.fence.key)).toBeUndefined();
      });

      test('the fence holds while one leads, and never again after', async () => {
        const name = election();
        const first = await store.campaign(name, 'me', forever);
        expect((await store.transact([first.fence], [put('a', '1')])).succeeded).toBe(true);
        await first.resign();
        expect((await store.transact([first.fence], [put('a', '2')])).succeeded).toBe(false);
        const second = await store.campaign(name, 'me', forever);
        expect((await store.transact([first.fence], [put('a', '2')])).succeeded).toBe(false);
        expect((await store.transact([second.fence], [put('a', '3')])).succeeded).toBe(true);
        await second.resign();
      });

      test('a leader whose lease ran out is told, and another leads', async () => {
        const name = election();
        const first = await store.campaign(name, 'first', forever);
        const waiting = store.campaign(name, 'second', forever);
        const lease = (await store.get(first.fence.key))?.lease;
        await tested.expire(lease ?? '');
        const second = await waiting;
        if (!first.lost.aborted) await new Promise((resolve) => first.lost.addEventListener('abort', resolve));
        expect(first.held()).toBe(false);
        expect(second.held()).toBe(true);
        await second.resign();
      });

      test('a candidate that gives up is heard of no more', async () => {
        const name = election();
        const first = await store.campaign(name, 'first', forever);
        const stop = new AbortController();
        const waiting = store.campaign(name, 'second', stop.signal);
        stop.abort(new Error('enough'));
        await expect(waiting).rejects.toThrow('enough');
        await first.resign();
        expect(await store.get(first.fence.key)).toBeUndefined();
      });

      test('of many candidates exactly one leads at a time', async () => {
        const name = election();
        let leading = 0;
        let terms = 0;
        await Promise.all(
          Array.from({ length: 6 }, async (_, index) => {
            const leadership = await store.campaign(name, `candidate ${index}`, forever);
            leading++;
            expect(leading).toBe(1);
            terms++;
            await store.get(`${root}yield`);
            leading--;
            await leadership.resign();
          }),
        );
        expect(terms).toBe(6);
      });
    });

    test('closing twice is the same as once, and a closed store says so', async () => {
      await store.close();
      await store.close();
      expect(await codeOf(store.get(`${root}a`))).toBe('store-unreachable');
      expect(await codeOf(store.transact([], [put('a', '1')]))).toBe('store-unreachable');
    });
  });
}
