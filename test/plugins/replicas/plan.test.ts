import { describe, expect, test } from 'vitest';
import {
  planReplicas,
  replicaBody,
  type EngineSide,
  type MadeNetwork,
  type ReplicaPlan,
} from '../../../plugins/replicas/plan.ts';
import type { NetworkRecord } from '../../../src/model/network/records.ts';
import { winnerOver, type RankedNetwork } from '../../../src/model/network/winner.ts';

const record = (id: string, created: number, change: Partial<NetworkRecord> = {}): RankedNetwork => ({
  created,
  value: {
    id,
    name: 'app',
    labels: {},
    options: {},
    internal: false,
    pools: [{ pool: 'p', cidr: '198.19.8.0/24' }],
    gatewayIndex: 2,
    portMode: 'bridge',
    natOutgoing: true,
    createdBy: `host-of-${id}`,
    createdAt: '2026-01-01T00:00:00Z',
    ...change,
  },
});
const side = (id: string, change: Partial<EngineSide> = {}): EngineSide => ({
  id,
  name: 'app',
  driver: 'clocker',
  labels: {},
  options: {},
  ...change,
});
const copy = (id: string, of: string): EngineSide => side(id, { options: { 'clocker.network': of } });
const bridge = side('b1', { driver: 'bridge' });

const shown = (plan: ReplicaPlan): object => ({
  ...(plan.publish.length > 0 ? { publish: plan.publish.map(({ id, name }) => `${id} ${name}`) } : {}),
  ...(plan.create.length > 0 ? { create: plan.create.map(({ id }) => id) } : {}),
  ...(plan.drop.length > 0 ? { drop: plan.drop.map(({ engineId, why }) => `${engineId}: ${why}`) } : {}),
  ...(plan.taken.length > 0 ? { taken: plan.taken.map(({ network, driver }) => `${network.id} by ${driver}`) } : {}),
});
const { name: _unnamed, ...withoutName } = record('n1', 1).value;
const unnamed: RankedNetwork = { created: 1, value: withoutName };

describe('what an engine has to do', () => {
  test.each<[string, readonly RankedNetwork[], readonly EngineSide[], object]>([
    ['nothing where nothing is', [], [bridge], {}],
    ['makes what it lacks', [record('n1', 1)], [], { create: ['n1'] }],
    ['makes nothing while the name is unknown', [unnamed], [], {}],
    ['tells the name of what was made here', [unnamed], [side('n1')], { publish: ['n1 app'] }],
    ['tells labels that changed', [record('n1', 1, { labels: { a: '1' } })], [side('n1')], { publish: ['n1 app'] }],
    ['tells nothing of a copy', [record('n1', 1, { labels: { a: '1' } })], [copy('c1', 'n1')], {}],
    ['is content with what it has', [record('n1', 1)], [copy('c1', 'n1'), bridge], {}],
    [
      'drops what was removed elsewhere',
      [record('n1', 1, { removedAt: 'now' })],
      [copy('c1', 'n1')],
      { drop: ['c1: removed on another host'] },
    ],
    ['makes nothing that was removed', [record('n1', 1, { removedAt: 'now' })], [], {}],
    ['leaves a network alone that no record knows', [], [side('n1')], {}],
    ['tells that a name is taken', [record('n1', 1)], [bridge], { taken: ['n1 by bridge'] }],
    ['waits for the record of one just made', [record('n1', 1)], [side('n2')], { taken: ['n1 by clocker'] }],
    [
      'drops the later of two, and then makes the first',
      [record('n1', 1), record('n2', 2)],
      [side('n2')],
      { drop: ['n2: made on host-of-n1 before'] },
    ],
    ['makes only the first of two', [record('n2', 2), record('n1', 1)], [], { create: ['n1'] }],
    ['decides by id what the store had at once', [record('n2', 1), record('n1', 1)], [], { create: ['n1'] }],
    [
      'has a removed network stand in nobody’s way',
      [record('n1', 1, { removedAt: 'now' }), record('n2', 2)],
      [side('n2')],
      {},
    ],
    [
      'keeps the original of two copies',
      [record('n1', 1)],
      [copy('a1', 'n1'), side('n1')],
      { drop: ['a1: here twice'] },
    ],
    [
      'keeps the first of two copies',
      [record('n1', 1)],
      [copy('c2', 'n1'), copy('c1', 'n1')],
      { drop: ['c2: here twice'] },
    ],
    ['leaves a swarm’s networks to the swarm', [record('abcdefghijklmnopqrstuvwxy', 1)], [], {}],
  ])('%s', (_name, records, engine, wanted) => {
    expect(shown(planReplicas(records, engine))).toEqual(wanted);
  });

  const list = side('list-1', { name: 'none', driver: 'null' });
  const made = (change: Partial<MadeNetwork> = {}): MadeNetwork => ({ engineId: 'e1', network: 'n1', ...change });
  test.each<[string, readonly EngineSide[], readonly MadeNetwork[], object]>([
    ['does not make again what was removed here while nobody listened', [list], [made({ seenIn: 'list-1' })], {}],
    ['makes again what was never seen here', [list], [made()], { create: ['n1'] }],
    ['makes again what an engine begun anew has lost', [list], [made({ seenIn: 'list-0' })], { create: ['n1'] }],
    ['concludes nothing from a list without a mark', [], [made({ seenIn: 'list-1' })], { create: ['n1'] }],
    ['is content with another copy', [list, copy('c1', 'n1')], [made({ seenIn: 'list-1' })], {}],
  ])('%s', (_name, engine, mine, wanted) => {
    expect(shown(planReplicas([record('n1', 1)], engine, mine))).toEqual(wanted);
  });

  test('notes once in which list a network was seen', () => {
    const seen = (one: MadeNetwork): object => planReplicas([record('n1', 1)], [list, copy('e1', 'n1')], [one]).seen;
    expect(seen(made())).toEqual([{ engineId: 'e1', seenIn: 'list-1' }]);
    expect(seen(made({ seenIn: 'list-0' }))).toEqual([{ engineId: 'e1', seenIn: 'list-1' }]);
    expect(seen(made({ seenIn: 'list-1' }))).toEqual([]);
  });

  test('carries what cannot be told from the name, and the mark of a copy in both options', () => {
    const { value } = record('n1', 1, {
      labels: { team: 'red' },
      options: { 'clocker.mtu': '1400' },
      internal: true,
      pools: [
        { pool: 'p', cidr: '198.19.8.0/24', range: '198.19.8.0/25', gateway: '198.19.8.1' },
        { pool: 'q', cidr: 'fd00:8::/64' },
      ],
    });
    expect(replicaBody(value)).toEqual({
      Name: 'app',
      CheckDuplicate: true,
      Driver: 'clocker',
      Internal: true,
      EnableIPv6: true,
      Labels: { team: 'red' },
      Options: { 'clocker.mtu': '1400', 'clocker.network': 'n1' },
      IPAM: {
        Driver: 'clocker',
        Options: { 'clocker.network': 'n1' },
        Config: [
          { Subnet: '198.19.8.0/24', IPRange: '198.19.8.0/25', Gateway: '198.19.8.1' },
          { Subnet: 'fd00:8::/64' },
        ],
      },
    });
  });

  test('the winner of a name is the first in the store, and nobody competes with himself', () => {
    const [first, second] = [record('n9', 1), record('n1', 2)];
    expect(winnerOver(second.value, [second, first])?.id).toBe('n9');
    expect(winnerOver(first.value, [second, first])).toBeUndefined();
    expect(winnerOver({ ...second.value, removedAt: 'now' }, [second, first])).toBeUndefined();
  });
});
