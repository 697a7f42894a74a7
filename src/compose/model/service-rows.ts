/** Every attribute of a compose service (compose-spec 05-services.md) and how the model says it. */
import { build } from './build.ts';
import { dependsOn } from './depends-on.ts';
import { deploy, scale } from './deploy.ts';
import { image } from './image.ts';
import { networks } from './networks.ts';
import { expose, ports } from './ports.ts';
import { configs, links, models, secrets, sharedWith, volumesFrom } from './references.ts';
import { apart, same } from './row.ts';
import type { Row } from './row.ts';
import { textMap } from './text-map.ts';
import { mapOf, mapValue } from './values.ts';
import { volumes } from './volumes.ts';
import { words } from './words.ts';

/** Said by the entity itself, not by a key: its tags. */
export const profilesAttribute = 'profiles';

export const serviceRows = {
  annotations: textMap('docker.container.annotations'),
  attach: same('docker.container.attach'),
  blkio_config: same('docker.blkio'),
  build,
  cap_add: same('docker.container.capAdd'),
  cap_drop: same('docker.container.capDrop'),
  cgroup: same('docker.container.cgroup'),
  cgroup_parent: same('docker.container.cgroupParent'),
  command: words('docker.image.commands'),
  configs,
  container_name: same('docker.container.name'),
  cpu_count: same('docker.cpuCount'),
  cpu_percent: same('docker.cpuPercent'),
  cpu_period: same('docker.cpuPeriod'),
  cpu_quota: same('docker.cpuQuota'),
  cpu_rt_period: same('docker.cpuRealtimePeriod'),
  cpu_rt_runtime: same('docker.cpuRealtimeRuntime'),
  cpu_shares: same('docker.cpuShares'),
  cpus: same('docker.cpus'),
  cpuset: same('docker.cpuSet'),
  credential_spec: same('docker.container.credentialSpec'),
  depends_on: dependsOn,
  deploy,
  develop: apart,
  device_cgroup_rules: same('docker.container.deviceCgroupRules'),
  devices: same('docker.container.devices'),
  dns: same('docker.container.dns'),
  dns_opt: same('docker.container.dnsOptions'),
  dns_search: same('docker.container.dnsSearch'),
  domainname: same('docker.container.domainName'),
  entrypoint: words('docker.image.entrypoint'),
  env_file: same('docker.container.envFiles'),
  environment: textMap('docker.container.environment'),
  expose,
  extends: apart,
  external_links: same('docker.container.externalLinks'),
  extra_hosts: same('docker.container.extraHosts'),
  gpus: same('docker.gpus'),
  group_add: same('docker.container.groups'),
  healthcheck: same('docker.container.healthcheck'),
  hostname: same('docker.container.hostname'),
  image,
  init: same('docker.container.init'),
  ipc: sharedWith('docker.container.ipc'),
  isolation: same('docker.container.isolation'),
  label_file: same('docker.container.labelFiles'),
  labels: textMap('docker.container.labels'),
  links,
  logging: same('docker.container.logging'),
  mac_address: same('docker.container.macAddress'),
  mem_limit: same('docker.memory'),
  mem_reservation: same('docker.memoryReservation'),
  mem_swappiness: same('docker.memorySwappiness'),
  memswap_limit: same('docker.memorySwap'),
  models,
  network_mode: sharedWith('docker.container.networkMode'),
  networks,
  oom_kill_disable: same('docker.oomKillDisable'),
  oom_score_adj: same('docker.oomScoreAdjust'),
  pid: sharedWith('docker.container.pid'),
  pids_limit: same('docker.pidsLimit'),
  platform: same('docker.image.platform'),
  ports,
  post_start: same('docker.container.postStart'),
  pre_start: same('docker.container.preStart'),
  pre_stop: same('docker.container.preStop'),
  privileged: same('docker.container.privileged'),
  profiles: apart,
  provider: {
    keys: ['provider.type', 'provider.options'],
    encode: (value) =>
      mapOf({ 'provider.type': mapValue(value).get('type'), 'provider.options': mapValue(value).get('options') }),
    decode: (config) => {
      const type = config.get('provider.type');
      return type === undefined ? undefined : mapOf({ type, options: config.get('provider.options') });
    },
  },
  pull_policy: same('docker.image.pullPolicy'),
  pull_refresh_after: same('docker.image.pullRefreshAfter'),
  read_only: same('docker.container.readOnly'),
  restart: same('docker.container.restartPolicy'),
  runtime: same('docker.container.runtime'),
  scale,
  secrets,
  security_opt: same('docker.container.securityOptions'),
  shm_size: same('docker.shmSize'),
  stdin_open: same('docker.container.interactive'),
  stop_grace_period: same('docker.container.stopGracePeriod'),
  stop_signal: same('docker.container.stopSignal'),
  storage_opt: textMap('docker.container.storageOptions'),
  sysctls: textMap('docker.container.sysctls'),
  tmpfs: same('docker.container.tmpfs'),
  tty: same('docker.container.tty'),
  ulimits: same('docker.container.ulimits'),
  use_api_socket: same('docker.container.useApiSocket'),
  user: same('docker.container.user'),
  userns_mode: same('docker.container.userNamespace'),
  uts: sharedWith('docker.container.uts'),
  volumes,
  volumes_from: volumesFrom,
  working_dir: same('docker.container.workingDir'),
} as const satisfies Readonly<Record<string, Row>>;

export type ServiceAttribute = keyof typeof serviceRows;
