import { expect, test } from 'vitest';
import { isTellingRoute } from '../../../plugins/routes/routes.ts';

test.each<[string, boolean]>([
  ['Deleted 198.19.8.8/29 via 198.18.0.12 dev eth0 proto 68 ', true],
  ['Deleted 198.19.8.9 dev cali0123456789a proto 67 scope link ', false],
  ['Deleted 2: eth0    inet 198.18.0.11/24 scope global eth0', true],
  ['2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP', true],
  ['17: cali0123456789a@if16: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP', false],
  ['18: veth0123456@if17: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP', false],
  ['198.19.8.8/29 via 198.18.0.12 dev eth0 proto 68 ', false],
])('%s: %s', (said, isTelling) => {
  expect(isTellingRoute(said)).toBe(isTelling);
});
