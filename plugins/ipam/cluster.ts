/** What Calico's tools look for in a store before they believe anything else in it. */
import { renderJson } from '../../src/model/network/json.ts';
import { clusterInformationKey, ipamConfigKey, tiersPrefix } from '../../src/model/network/keys.ts';
import { clusterInformationOf, defaultTierOf, resourceTime } from '../../src/model/network/resources.ts';
import type { Store } from '../../src/store/index.ts';

/** Writes cluster information, the default tier and IPAM settings where there are none; whoever was first decides. */
export async function ensureCluster(
  store: Store,
  { now, uuid }: { readonly now: () => number; readonly uuid: () => string },
): Promise<void> {
  const guid = uuid().replaceAll('-', '');
  const metadata = () => ({ uid: uuid(), creationTimestamp: resourceTime(now()) });
  const information = clusterInformationOf(guid, metadata());
  for (const [key, value] of [
    [clusterInformationKey, information],
    [`${tiersPrefix}default`, defaultTierOf(metadata())],
    // Fields that are false are left out, as Calico's own client does.
    [ipamConfigKey, { auto_allocate_blocks: true }],
  ] as const)
    await store.transact([{ key, is: 'absent' }], [{ op: 'put', key, value: renderJson(value) }]);
}
