/**
 * Every attribute of a service, on a swarm. What `docker stack` may read but Swarm does nothing with is written all the
 * same; what `docker stack` refuses is not. Facts: docker/cli's schema 3.13 and cli/compose/convert.
 */
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { ServiceAttribute } from '../model/service-rows.ts';
import { entriesOf, mapOf } from '../model/values.ts';
import { build } from './build.ts';
import { asText, deploy, inDeploy, platform } from './deploy.ts';
import { fileReferences } from './files.ts';
import { eachItem, pickParts } from './parts.ts';
import type { Part } from './parts.ts';
import { ports } from './ports.ts';
import { adaptedPart, carried, ignored, lostPart, moved, refused } from './row.ts';
import type { Row } from './row.ts';
import { tmpfs, volumes } from './volumes.ts';

const noSwarm = 'Swarm has no such setting for tasks.';
const oneEngine = 'It makes sense on one engine only; tasks run on any node.';
const noNamespace = 'Tasks share no namespaces with other containers.';
const noHook = 'Swarm runs nothing before or after a task.';
const noCpu = 'Swarm limits CPU by deploy.resources only.';

const attachment = new Map<string, Part>([
  ['aliases', true],
  ['driver_opts', true],
  ['ipv4_address', 'Swarm gives tasks their addresses; written, and ignored by `docker stack`.'],
  ['ipv6_address', 'Swarm gives tasks their addresses; written, and ignored by `docker stack`.'],
]);
const addresses = new Set(['ipv4_address', 'ipv6_address']);

const networks: Row = (value) => {
  const value2 = new Map<string, Value>();
  const marks = [];
  for (const [key, said] of entriesOf(value)) {
    if (!isMap(said)) value2.set(key, said);
    else {
      const picked = pickParts(said, attachment, 'A stack file has no word for it.', [key]);
      for (const name of addresses) {
        const address = said.get(name);
        if (address !== undefined) picked.value.set(name, address);
      }
      value2.set(key, picked.value);
      marks.push(...picked.marks);
    }
  }
  return { value: value2, marks };
};

const dependsOn: Row = (value) => ({
  value: [...entriesOf(value)].map(([key]) => key),
  marks: entriesOf(value).map(([key]) =>
    lostPart([key], 'Swarm starts services in no order.', 'Let the service wait for, or survive, what it needs.'),
  ),
});

const readNow = 'Read now; its variables are in `environment`.';

/** A stack insists on each file, and reads it in one format. */
const envFile: Row = (value, context) =>
  eachItem(value, (item, path) => {
    const marks = [adaptedPart(path, readNow)];
    if (isMap(item) && (item.get('required') === false || item.has('format'))) return { marks };
    const file = isMap(item) ? item.get('path') : item;
    return { value: context.written(['env_file', ...path]) ?? file ?? null, marks };
  });

const devices: Row = (value) =>
  eachItem(value, (item, path) => ({
    value: isMap(item) ? [...item.values()].map(String).join(':') : item,
    marks: [lostPart(path, 'Tasks get no devices.', 'Use a generic resource, or run it with Clocker.')],
  }));

export const stackRows = {
  annotations: refused(noSwarm),
  attach: refused('Nobody is in the foreground.'),
  blkio_config: refused(noSwarm),
  build,
  cap_add: carried,
  cap_drop: carried,
  cgroup: (value) => moved(mapOf({ cgroupns_mode: value }), 'A stack file calls it cgroupns_mode.'),
  cgroup_parent: ignored(noSwarm),
  command: carried,
  configs: fileReferences,
  container_name: ignored('Tasks have names of their own.', 'Reach it by its service name.'),
  cpu_count: refused(noCpu),
  cpu_percent: refused(noCpu),
  cpu_period: refused(noCpu),
  cpu_quota: refused(noCpu),
  cpu_rt_period: refused(noCpu),
  cpu_rt_runtime: refused(noCpu),
  cpu_shares: refused(noCpu),
  cpus: inDeploy(['resources', 'limits', 'cpus'], asText),
  cpuset: refused(noCpu),
  credential_spec: carried,
  depends_on: dependsOn,
  deploy,
  develop: refused('For development only.'),
  device_cgroup_rules: refused(noSwarm),
  devices,
  dns: carried,
  dns_opt: refused(noSwarm),
  dns_search: carried,
  domainname: ignored(noSwarm),
  entrypoint: carried,
  env_file: envFile,
  environment: carried,
  expose: ignored('Every port is open to the services on the same network.'),
  extends: refused('Resolved already.'),
  external_links: ignored(oneEngine),
  extra_hosts: carried,
  gpus: refused('Tasks get no GPUs.', 'Use a generic resource, or run it with Clocker.'),
  group_add: refused('`docker stack` passes no further groups on.'),
  healthcheck: carried,
  hostname: carried,
  image: carried,
  init: carried,
  ipc: ignored(noNamespace),
  isolation: carried,
  label_file: refused('Read now; its labels are in `labels`.'),
  labels: carried,
  links: ignored('Services reach each other by name without.', 'Give the network an alias for another name.'),
  logging: carried,
  mac_address: ignored(noSwarm),
  mem_limit: inDeploy(['resources', 'limits', 'memory'], asText),
  mem_reservation: inDeploy(['resources', 'reservations', 'memory'], asText),
  mem_swappiness: refused(noSwarm),
  memswap_limit: refused(noSwarm),
  models: refused(noSwarm),
  network_mode: ignored('Tasks are on networks of the swarm.', 'Attach it to a network, or run it with Clocker.'),
  networks,
  oom_kill_disable: refused(noSwarm),
  oom_score_adj: carried,
  pid: ignored(noNamespace),
  pids_limit: inDeploy(['resources', 'limits', 'pids']),
  platform,
  ports,
  post_start: refused(noHook),
  pre_start: refused(noHook),
  pre_stop: refused(noHook),
  privileged: ignored('Tasks are never privileged.', 'Name the capabilities it needs in cap_add.'),
  profiles: refused('A stack has no profiles; what is chosen now is what it holds.'),
  provider: refused('Only Docker Compose runs providers.'),
  pull_policy: refused('Swarm pulls by digest.', 'Use `docker stack deploy --resolve-image`.'),
  pull_refresh_after: refused('Swarm pulls by digest.'),
  read_only: carried,
  restart: carried,
  runtime: refused(noSwarm),
  scale: inDeploy(['replicas']),
  secrets: fileReferences,
  security_opt: ignored(noSwarm),
  shm_size: ignored('Swarm has no size for /dev/shm.', 'Mount a tmpfs at /dev/shm.'),
  stdin_open: carried,
  stop_grace_period: carried,
  stop_signal: carried,
  storage_opt: refused(noSwarm),
  sysctls: carried,
  tmpfs,
  tty: carried,
  ulimits: carried,
  use_api_socket: refused(oneEngine),
  user: carried,
  userns_mode: ignored(noSwarm),
  uts: refused(noNamespace),
  volumes,
  volumes_from: refused(oneEngine, 'Name the volumes in both services.'),
  working_dir: carried,
} as const satisfies Readonly<Record<ServiceAttribute, Row>>;
