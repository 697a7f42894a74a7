/** Names of the config keys that compose files are said in; a name that is no key does not compile. */
import type { clusterKeys, conditionalKeys, fabricKeys } from '../../model/config/cluster.ts';
import type { containerKeys } from '../../model/config/container.ts';
import type { entityKeys } from '../../model/config/entity.ts';
import type { imageKeys } from '../../model/config/image.ts';
import type { attachmentKeys, networkKeys } from '../../model/config/network.ts';
import type { resourceKeys } from '../../model/config/resource.ts';
import type { configKeys, modelKeys, providerKeys, secretKeys, volumeKeys } from '../../model/config/storage.ts';

export type ConfigName =
  | keyof typeof attachmentKeys
  | keyof typeof clusterKeys
  | keyof typeof conditionalKeys
  | keyof typeof configKeys
  | keyof typeof containerKeys
  | keyof typeof entityKeys
  | keyof typeof fabricKeys
  | keyof typeof imageKeys
  | keyof typeof modelKeys
  | keyof typeof networkKeys
  | keyof typeof providerKeys
  | keyof typeof resourceKeys
  | keyof typeof secretKeys
  | keyof typeof volumeKeys;
