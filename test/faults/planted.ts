/**
 * Bugs planted on purpose, each a small change of the source: cells of the matrix or tests must notice every one. The only
 * proof that they have teeth. A change that no longer finds its place in the source fails loudly.
 */
import type { Substitution } from '../../scripts/substitute.mjs';

export type Planted = {
  readonly name: string;
  readonly substitutions: readonly Substitution[];
  /** What must fail: a cell by its name, or files of unit tests. */
  readonly noticedBy: { readonly cell: string } | { readonly tests: string };
};

export const plantedBugs: readonly Planted[] = [
  {
    name: 'the kernel is not closed when a container goes',
    substitutions: [
      {
        file: 'plugins/dataplane/gate.ts',
        find: 'close: (endpoint) => enqueue({ open: [], close: [endpoint] }),',
        replace: 'close: () => Promise.resolve(),',
      },
      {
        file: 'plugins/dataplane/dataplane.ts',
        find: '    await programmer.sync();',
        replace: '    if (!isReady) await programmer.sync();',
      },
    ],
    noticedBy: { cell: 'F8 a running container disconnected' },
  },
  {
    name: 'dockerd’s gap in FORWARD is not bridged',
    substitutions: [
      {
        file: 'plugins/dataplane/marks.ts',
        find: "if (isByUserChain) await ensureOnceIn(tool, 'FORWARD', forward.filter(isOurs).length);",
        replace: '',
      },
    ],
    noticedBy: { cell: 'F1 IpamDriver.RequestPool after-reply' },
  },
  {
    name: 'other networks are let through',
    substitutions: [
      {
        file: 'plugins/dataplane/rules/filter.ts',
        find: 'families.map((family) => `${header[family]} daddr @pools${family} ${verdict}`);',
        replace:
          "families.map((family) => `${header[family]} daddr @pools${family} ${verdict === 'drop' ? 'goto allow' : ''}`);",
      },
      {
        file: 'plugins/dataplane/rules/filter.ts',
        find: '`${policyHooks.granted} goto allow`,',
        replace: "'goto allow',",
      },
    ],
    noticedBy: { cell: 'F1 NetworkDriver.Join after-reply' },
  },
  {
    name: 'routes of others are taken for ours',
    substitutions: [
      {
        file: 'plugins/dataplane/kernel.ts',
        find: 'readRoutes(family, { protocol: routeProtocol })',
        replace: 'readRoutes(family, {})',
      },
      {
        file: 'plugins/dataplane/links.ts',
        find: ": line('route', 'del', formatPrefix(to.prefix), 'dev', device, ...protocol),",
        replace: ": line('route', 'del', formatPrefix(to.prefix), 'dev', device),",
      },
    ],
    noticedBy: { cell: 'F9 somebody’s route inside our pool' },
  },
  {
    name: 'the kernel is not watched',
    substitutions: [
      { file: 'plugins/dataplane/watch.ts', find: "if (told === 'change') onChange();", replace: '' },
      { file: 'plugins/dataplane/watch.ts', find: 'if (tables.length > 0) onTables(tables);', replace: '' },
    ],
    noticedBy: { cell: 'F7 our table of nft deleted' },
  },
  {
    name: 'a store that was restored is not told from one that went on',
    substitutions: [
      {
        file: 'src/store/etcd/watch.ts',
        find: 'const past = await findPlace(connection, prefix, place);',
        replace: "const past = place.next === undefined ? 'forgotten' : 'same';",
      },
    ],
    noticedBy: { cell: 'F3 restored from a copy' },
  },
  {
    name: 'lost events are not mended',
    substitutions: [
      {
        file: 'src/store/etcd/watch.ts',
        find: '    fragments.push(...response.changes);',
        replace: '    fragments.push(...response.changes.filter(() => Math.random() > 0.3));',
      },
    ],
    noticedBy: { cell: 'F11 the daemon is replaced under traffic' },
  },
  {
    name: 'a block is written without comparing',
    substitutions: [
      {
        file: 'plugins/ipam/plan.ts',
        find: "conditions.push(revision === undefined ? { key, is: 'absent' } : { key, is: 'revision', revision });",
        replace: '',
      },
    ],
    noticedBy: { tests: 'test/plugins/ipam' },
  },
  {
    name: 'an address is taken from who has it',
    substitutions: [
      {
        file: 'plugins/network/create-endpoint.ts',
        find: "from === undefined ? { key, is: 'absent' } : { key, is: 'value', value: from.value },",
        replace: '',
      },
    ],
    noticedBy: { tests: 'test/plugins/network' },
  },
  {
    name: 'what is starting is taken for a leftover',
    substitutions: [
      { file: 'plugins/ipam/sweep.ts', find: 'export const grace = 35_000;', replace: 'export const grace = 0;' },
    ],
    noticedBy: { tests: 'test/plugins/ipam' },
  },
];
