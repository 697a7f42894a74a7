import { expect, test } from 'vitest';
import { createRuleListener, whatItTells, type Told } from '../../../plugins/dataplane/watch.ts';

const isWanted = (name: string): boolean => name === 'cali1';

test.each<[string, Told]>([
  ['7: cali1@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group 6700 \\ link/ether', 'change'],
  ['7: cali2@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group 6700 \\ link/ether', undefined],
  ['7: cali1@if6: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default \\ link/ether', 'change'],
  ['7: cali2@if6: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group default \\ link/ether', undefined],
  ['7: cali1@if6: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP group 6700 \\ link/ether', undefined],
  // As it is made, before it is set up.
  ['7: cali1@tmpc1: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group 6700 \\ link/ether', undefined],
  [
    '7: cali1@if6: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group 6700',
    undefined,
  ],
  ['Deleted 7: cali1@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group 6700 ', 'change'],
  // Docker takes the other end into the container.
  ['Deleted 6: tmpc1@cali1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN new-netnsid 1 new-ifindex 6', 'port'],
  ['Deleted 6: tmpc1@cali1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default', undefined],
  ['Deleted 198.18.8.9 dev cali1 proto 67 scope link src 169.254.1.2 ', 'change'],
  ['Deleted 198.18.8.9 dev cali2 proto 67 scope link src 169.254.1.2 ', undefined],
  ['Deleted blackhole 198.18.8.8/29 proto 67 ', 'change'],
  ['9: vethabc@if8: <BROADCAST,UP> mtu 1500 qdisc noqueue master docker_gwbridge state UP', 'port'],
])('%s: %s', (said, told) => {
  expect(whatItTells(said, isWanted)).toBe(told);
});

test.each<[string, readonly string[], readonly string[]]>([
  [
    'a flush',
    ['delete table inet clocker', 'delete table inet clocker_dns', 'delete table ip nat'],
    ['inet clocker', 'inet clocker_dns'],
  ],
  ['a rule in the table of iptables', ['add rule ip filter FORWARD counter drop'], ['ip filter']],
  ['tables of others', ['add rule inet firewall input drop', 'add table ip filters', 'add rule ip nat x'], []],
])('tables that somebody else has changed: %s', (_what, lines, tables) => {
  const listener = createRuleListener((pid) => pid === 7);
  const told = (by: number) => [...lines, `# new generation 5 by process ${by} (nft)`].flatMap(listener);
  expect(told(8)).toEqual(tables);
  expect(told(7)).toEqual([]);
  expect(listener('# new generation 6 by process 8 (nft)')).toEqual([]);
});
