import { expect, test } from 'vitest';
import { whatItTells, type Told } from '../../../plugins/dataplane/watch.ts';

const isWanted = (name: string): boolean => name === 'cali1';

test.each<[string, Told]>([
  ['7: cali1@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group 6700 \\ link/ether', 'change'],
  ['7: cali2@if6: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group 6700 \\ link/ether', undefined],
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
  ['inet all forwarding off rp_filter off', 'change'],
])('%s: %s', (said, told) => {
  expect(whatItTells(said, isWanted)).toBe(told);
});
