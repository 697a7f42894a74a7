/** Config keys of what a container may use of a host, and of where it is placed. */
import type { ConfigKeys } from './key.ts';

export const resourceKeys = {
  'docker.cpus': { kind: 'number', flags: ['cpus'], meaning: 'CPUs it may use.' },
  'docker.cpuShares': { kind: 'integer', flags: ['cpuShares'], origin: 'clocker', meaning: 'Relative CPU weight.' },
  'docker.cpuCount': { kind: 'integer', meaning: 'Number of CPUs (Windows).' },
  'docker.cpuPercent': { kind: 'number', meaning: 'Percentage of CPU (Windows).' },
  'docker.cpuPeriod': { kind: 'any', meaning: 'CFS period, microseconds.' },
  'docker.cpuQuota': { kind: 'any', meaning: 'CFS quota, microseconds.' },
  'docker.cpuRealtimePeriod': { kind: 'any', meaning: 'Real-time period, microseconds.' },
  'docker.cpuRealtimeRuntime': { kind: 'any', meaning: 'Real-time runtime, microseconds.' },
  'docker.cpuSet': { kind: 'string', flags: ['cpuSet'], meaning: 'CPUs it may run on, `0-3`.' },
  'docker.memory': { kind: 'bytes', flags: ['memory'], origin: 'clocker', meaning: 'Memory limit.' },
  'docker.memoryReservation': { kind: 'bytes', meaning: 'Memory it is promised.' },
  'docker.memorySwap': { kind: 'bytes', meaning: 'Memory and swap together; -1 is unlimited.' },
  'docker.memorySwappiness': { kind: 'any', meaning: 'How willingly it is swapped, 0 to 100.' },
  'docker.oomKillDisable': { kind: 'boolean', meaning: 'Never killed for lack of memory.' },
  'docker.oomScoreAdjust': {
    kind: 'integer',
    meaning: 'Likelihood of being killed for lack of memory, -1000 to 1000.',
  },
  'docker.pidsLimit': { kind: 'integer', meaning: 'Processes it may have; -1 is unlimited.' },
  'docker.shmSize': { kind: 'bytes', flags: ['shmSize'], meaning: 'Size of /dev/shm.' },
  'docker.blkio': { kind: 'map', meaning: 'Block I/O weights and rates.' },
  'docker.gpus': {
    kind: 'any',
    flags: ['gpus'],
    meaning: '`all`, or a list of {driver, count, device_ids, capabilities, options}.',
  },
  'docker.resources.limits': {
    kind: 'map',
    meaning: 'At most: {cpus, memory, pids}. Used where docker.cpus, docker.memory, docker.pidsLimit are absent.',
  },
  'docker.resources.reservations': {
    kind: 'map',
    meaning: 'Promised, so a need when placing: {cpus, memory, devices, generic_resources}.',
  },
  'docker.hardwareId': {
    kind: 'string',
    flags: ['hardwareId'],
    origin: 'clocker',
    meaning: 'Hardware profile of the location.',
  },
  'docker.container.strategies': {
    kind: 'list',
    origin: 'clocker',
    meaning: 'Placement strategies, asked in order; each filters or sorts the hosts.',
  },
  'docker.constraint.labels': { kind: 'list', origin: 'clocker', meaning: 'Labels a host must have.' },
  'docker.constraint.hostname': {
    kind: 'string',
    origin: 'clocker',
    meaning: 'Regular expression a host’s name must match.',
  },
  'docker.constraint.expressions': {
    kind: 'list',
    meaning: 'Placement constraints as Swarm writes them, `node.labels.disk == ssd`.',
  },
  'docker.constraint.spread': { kind: 'list', meaning: 'Node labels over whose values members are spread evenly.' },
  'docker.container.cluster.maxSize': {
    kind: 'integer',
    flags: ['maxContainers'],
    origin: 'clocker',
    meaning: 'Containers a host may have (MaxContainersPlacementStrategy).',
  },
  'docker.container.cluster.maxCpu': {
    kind: 'number',
    flags: ['maxCpuUsage'],
    origin: 'clocker',
    meaning: 'CPU use above which a host takes no more (MaxCpuUsagePlacementStrategy).',
  },
  'docker.constraint.exclusive': {
    kind: 'boolean',
    origin: 'clocker',
    meaning: 'Only hosts without containers (GroupPlacementStrategy).',
  },
  'docker.constraint.maxPerHost': { kind: 'integer', meaning: 'Members of one service a host may have.' },
  'affinity.rules': {
    kind: 'any',
    origin: 'clocker',
    meaning: 'Affinity rules, `[NOT] TYPE|NAME|ID|APPLICATION|EMPTY …`, text or list, all of which must hold.',
  },
  'docker.service.mode': {
    kind: 'string',
    meaning: 'As deployed on a swarm: `replicated`, `global`, `replicated-job`, `global-job`.',
  },
  'docker.service.labels': { kind: 'map', meaning: 'Labels of the service, not of its containers.' },
  'docker.service.endpointMode': { kind: 'string', meaning: 'How the service’s name is answered: `vip` or `dnsrr`.' },
  'docker.service.restartPolicy': {
    kind: 'map',
    meaning: '{condition, delay, max_attempts, window}; wins over restartPolicy.',
  },
  'docker.service.update': {
    kind: 'map',
    meaning: 'Rolling update: {parallelism, delay, failure_action, monitor, max_failure_ratio, order}.',
  },
  'docker.service.rollback': { kind: 'map', meaning: 'Rolling back, as update.' },
} as const satisfies ConfigKeys;
