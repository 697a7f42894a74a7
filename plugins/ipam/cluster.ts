/** What Calico's tools look for in a store before they believe anything else in it. */
import { renderJson } from '../../src/model/network/json.ts';
import {
  clusterInformationKey,
  felixConfigurationKey,
  ipamConfigKey,
  tiersPrefix,
} from '../../src/model/network/keys.ts';
import {
  clusterInformationOf,
  defaultTierOf,
  felixConfigurationOf,
  resourceTime,
} from '../../src/model/network/resources.ts';
import { ownTunnelNumber } from '../../src/model/network/tunnel.ts';
import type { Store } from '../../src/store/index.ts';

/**
 * Writes cluster information, the default tier and IPAM settings where there are none; whoever was first decides. Who
 * begins a cluster also gives its tunnel a number that no swarm takes; a store of an older version, or of Calico's, keeps
 * the one its hosts use.
 */
export async function ensureCluster(
  store: Store,
  { now, uuid }: { readonly now: () => number; readonly uuid: () => string },
): Promise<void> {
  const guid = uuid().replaceAll('-', '');
  const metadata = () => ({ uid: uuid(), creationTimestamp: resourceTime(now()) });
  const information = clusterInformationOf(guid, metadata());
  await store.transact(
    [
      { key: clusterInformationKey, is: 'absent' },
      { key: felixConfigurationKey, is: 'absent' },
    ],
    [
      { op: 'put', key: clusterInformationKey, value: renderJson(information) },
      { op: 'put', key: felixConfigurationKey, value: renderJson(felixConfigurationOf(ownTunnelNumber, metadata())) },
    ],
  );
  for (const [key, value] of [
    // Where there were Felix's settings already.
    [clusterInformationKey, information],
    [`${tiersPrefix}default`, defaultTierOf(metadata())],
    // Fields that are false are left out, as Calico's own client does.
    [ipamConfigKey, { auto_allocate_blocks: true }],
  ] as const)
    await store.transact([{ key, is: 'absent' }], [{ op: 'put', key, value: renderJson(value) }]);
}
