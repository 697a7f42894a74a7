/** What the data plane asks of the host; src/host gives the real one, tests a fake. */
import { existsSync } from 'node:fs';
import {
  hasLink,
  readLinks,
  readRoutes,
  runBatch,
  openBatches,
  type BatchFailure,
  type Link,
  type Route,
} from '../../src/host/ip.ts';
import { findIptables, hasLegacyTables, type Iptables, type IptablesFamily } from '../../src/host/iptables.ts';
import { applyRules, listTable, type TableName } from '../../src/host/nft.ts';
import { isOwnProcess } from '../../src/host/own-processes.ts';
import { run } from '../../src/host/process.ts';
import { readSetting, writeSetting, type SettingName } from '../../src/host/sysctl.ts';
import type { Family } from './family.ts';
import { routeProtocol } from './rules/names.ts';

export type Kernel = {
  links(): Promise<readonly Link[]>;
  hasLink(name: string): boolean;
  /** Only routes with our protocol number. */
  routes(family: Family): Promise<readonly Route[]>;
  /** Lines of `ip`: does all it can, answers what failed. */
  batch(lines: readonly string[]): Promise<readonly BatchFailure[]>;
  /** The same for interfaces that are made beforehand: nothing else waits for them. */
  make(lines: readonly string[]): Promise<readonly BatchFailure[]>;
  /** One transaction of nftables. */
  rules(text: string): Promise<void>;
  listTable(table: TableName): Promise<string | undefined>;
  iptables(family: IptablesFamily): Promise<Iptables | undefined>;
  /** Whether there are filter tables whose changes no monitor tells. */
  hasSilentTables(): boolean;
  setting(name: SettingName): Promise<string | undefined>;
  setSetting(name: SettingName, value: string): Promise<void>;
  /** Whether a change of the rules was made by a process of ours. */
  isOwn(pid: number): boolean;
  readonly inside: Inside;
};

/** The network namespace of a container, by Docker's path of it. Everything fails when it is gone. */
export type Inside = {
  exists(namespace: string): boolean;
  links(namespace: string): Promise<readonly Link[]>;
  routes(namespace: string): Promise<readonly Route[]>;
  batch(namespace: string, lines: readonly string[]): Promise<readonly BatchFailure[]>;
  /** Source addresses with a routing rule of their own. */
  ruleSources(namespace: string): Promise<readonly string[]>;
  /** '' for one that is not there. */
  settings(namespace: string, names: readonly SettingName[]): Promise<readonly string[]>;
  setSetting(namespace: string, name: SettingName, value: string): Promise<void>;
};

const enter = (namespace: string) => ['nsenter', `--net=${namespace}`, '--'] as const;

const inside: Inside = {
  exists: (namespace) => existsSync(namespace),
  links: (namespace) => readLinks(namespace),
  routes: (namespace) => readRoutes(4, { inside: namespace }),
  batch: (namespace, lines) => runBatch(lines, { inside: namespace }),
  ruleSources: async (namespace) => {
    const { stdout } = await run([...enter(namespace), 'ip', '-4', 'rule', 'show']);
    return [...stdout.matchAll(/from (\S+) lookup/g)].flatMap(([, source]) => source ?? []);
  },
  settings: async (namespace, names) => {
    const read = async (name: SettingName): Promise<string> =>
      (await run([...enter(namespace), 'cat', `/proc/sys/${name}`])).stdout.trim();
    return Promise.all(names.map(read));
  },
  setSetting: async (namespace, name, value) => {
    await run([...enter(namespace), 'tee', `/proc/sys/${name}`], { input: value });
  },
};

export function kernelOfHost(): Kernel {
  const ip = openBatches();
  return {
    links: () => readLinks(),
    hasLink,
    routes: (family) => readRoutes(family, { protocol: routeProtocol }),
    batch: ip.change,
    make: ip.make,
    rules: (text) => applyRules(text),
    listTable,
    iptables: findIptables,
    hasSilentTables: () => hasLegacyTables(4) || hasLegacyTables(6),
    setting: readSetting,
    setSetting: writeSetting,
    isOwn: isOwnProcess,
    inside,
  };
}
