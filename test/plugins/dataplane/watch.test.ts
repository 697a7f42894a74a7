import { expect, test } from 'vitest';
import { isTelling } from '../../../plugins/dataplane/watch.ts';

const isWanted = (name: string): boolean => name === 'cali1';

test.each<[string, boolean]>([
  ['7: cali1@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group 6700 \\ link/ether', true],
  ['7: cali2@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group 6700 \\ link/ether', false],
  // As it is made, before it is set up.
  ['7: cali1@tmpc1: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group 6700 \\ link/ether', false],
  ['7: cali1@if6: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group 6700', false],
  ['Deleted 7: cali1@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group 6700 ', true],
  ['Deleted 198.18.8.9 dev cali1 proto 67 scope link src 169.254.1.2 ', true],
  ['Deleted 198.18.8.9 dev cali2 proto 67 scope link src 169.254.1.2 ', false],
  ['Deleted blackhole 198.18.8.8/29 proto 67 ', true],
  ['9: vethabc@if8: <BROADCAST,UP> mtu 1500 qdisc noqueue master docker_gwbridge state UP', true],
  ['inet all forwarding off rp_filter off', true],
])('%s: %s', (said, isTold) => {
  expect(isTelling(said, isWanted)).toBe(isTold);
});
