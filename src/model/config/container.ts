/** Config keys of a container (`type: docker:image:tag`), but for its image, networks and resources. */
import type { ConfigKeys } from './key.ts';

export const containerKeys = {
  'docker.container.name': {
    kind: 'string',
    flags: ['containerName'],
    origin: 'clocker',
    meaning: 'Name of the container on its engine.',
  },
  'docker.container.hostname': { kind: 'string', flags: ['hostname'], meaning: 'Host name inside the container.' },
  'docker.container.domainName': {
    kind: 'string',
    flags: ['domainName'],
    meaning: 'Domain name inside the container.',
  },
  'docker.container.environment': {
    kind: 'map',
    flags: ['env'],
    origin: 'clocker',
    meaning: 'Environment variables; null takes the value from whoever deploys, or leaves the variable unset.',
  },
  'docker.container.envFiles': {
    kind: 'list',
    flags: ['envFiles'],
    meaning:
      'Files of environment variables, read when deployed: a path, or {path, required, format}. `environment` wins over them.',
  },
  'docker.container.labels': { kind: 'map', flags: ['labels'], meaning: 'Labels of the container.' },
  'docker.container.labelFiles': {
    kind: 'list',
    flags: ['labelFiles'],
    meaning: 'Files of labels, read when deployed.',
  },
  'docker.container.annotations': { kind: 'map', flags: ['annotations'], meaning: 'OCI annotations of the container.' },
  'docker.container.openPorts': {
    kind: 'ports',
    flags: ['openPorts'],
    origin: 'clocker',
    meaning: 'Ports other containers reach on its networks, at its own address; not published on the host.',
  },
  'docker.container.directPorts': {
    kind: 'ports',
    flags: ['directPorts'],
    origin: 'clocker',
    meaning: 'Ports published on the host under the same number.',
  },
  'docker.container.portBindings': {
    kind: 'map',
    flags: ['portBindings'],
    origin: 'clocker',
    meaning:
      'Published ports, host to container: `8080: 80`, `"127.0.0.1:53/udp": 53`. A host port range lets the engine choose.',
  },
  'docker.container.publishedPorts': {
    kind: 'list',
    flags: ['publishedPorts'],
    meaning:
      'Published ports in full: {target, published, host_ip, protocol, mode, name, app_protocol}; without `published` the engine chooses.',
  },
  'docker.container.openPorts.configKeys': {
    kind: 'list',
    origin: 'clocker',
    meaning: 'Keys whose values are further open ports.',
  },
  'docker.container.directPorts.configKeys': {
    kind: 'list',
    origin: 'clocker',
    meaning: 'Keys whose values are further direct ports.',
  },
  'docker.container.links': {
    kind: 'map',
    flags: ['links'],
    origin: 'clocker',
    meaning: 'Alias to entity: the alias resolves to that entity, which is waited for.',
  },
  'docker.container.externalLinks': { kind: 'list', meaning: 'Containers made elsewhere, `container[:alias]`.' },
  'docker.container.extraHosts': {
    kind: 'list',
    flags: ['extraHosts'],
    meaning: 'Further lines of the hosts file, `name=address`; `host-gateway` is the host.',
  },
  'docker.container.dns': { kind: 'list', flags: ['dns'], meaning: 'Name servers.' },
  'docker.container.dnsSearch': { kind: 'list', flags: ['dnsSearch'], meaning: 'Search domains.' },
  'docker.container.dnsOptions': { kind: 'list', flags: ['dnsOptions'], meaning: 'Resolver options.' },
  'docker.container.volumes': {
    kind: 'list',
    flags: ['mounts'],
    meaning:
      'Mounts in order: `source:target[:ro]` or {type, source, target, read_only, …}; a source with a slash is a path, else a Volume entity.',
  },
  'docker.host.volumes': {
    kind: 'map',
    flags: ['volumeMappings'],
    origin: 'clocker',
    meaning: 'Host path to path in the container.',
  },
  'docker.container.volumes.export': {
    kind: 'list',
    flags: ['volumes'],
    origin: 'clocker',
    meaning: 'Paths in the container that get a volume of their own.',
  },
  'docker.container.volumes.import': {
    kind: 'list',
    flags: ['volumesFrom'],
    origin: 'clocker',
    meaning: 'Entities or containers whose volumes are mounted too: `id[:ro]`, `container:name[:ro]`.',
  },
  'docker.container.tmpfs': { kind: 'list', flags: ['tmpfs'], meaning: 'Memory file systems, `path[:options]`.' },
  'docker.container.secrets': {
    kind: 'list',
    flags: ['secrets'],
    meaning: 'Secret entities mounted as files: a name, or {source, target, uid, gid, mode}.',
  },
  'docker.container.configs': {
    kind: 'list',
    flags: ['configs'],
    meaning: 'Config entities mounted as files: a name, or {source, target, uid, gid, mode}.',
  },
  'docker.container.files': {
    kind: 'list',
    flags: ['files'],
    meaning: 'Files of whoever deploys, copied in before it starts: {source, target, uid, gid, mode}.',
  },
  'docker.container.credentialSpec': { kind: 'map', meaning: 'Windows credential specification.' },
  'docker.container.models': {
    kind: 'map',
    meaning: 'Model entities it uses: name to {endpoint_var, model_var} or null.',
  },
  'docker.container.healthcheck': {
    kind: 'map',
    flags: ['healthcheck'],
    meaning:
      '{test, interval, timeout, retries, start_period, start_interval, disable}; feeds `docker.container.health` and `service.isUp`.',
  },
  'docker.container.restartPolicy': {
    kind: 'string',
    flags: ['restartPolicy'],
    meaning: 'What the engine does when it exits: `no`, `always`, `unless-stopped`, `on-failure[:retries]`.',
  },
  'docker.container.stopGracePeriod': {
    kind: 'duration',
    flags: ['stopGracePeriod'],
    meaning: 'How long it may take to stop before it is killed.',
  },
  'docker.container.stopSignal': { kind: 'string', flags: ['stopSignal'], meaning: 'Signal that asks it to stop.' },
  'docker.container.postStart': {
    kind: 'list',
    flags: ['postStart'],
    meaning: 'Commands run inside after it started: {command, user, privileged, working_dir, environment}.',
  },
  'docker.container.preStop': {
    kind: 'list',
    flags: ['preStop'],
    meaning: 'Commands run inside before it is stopped.',
  },
  'docker.container.preStart': {
    kind: 'list',
    flags: ['preStart'],
    meaning: 'Containers run to their end before it starts: {command, image, user, environment, per_replica, …}.',
  },
  'docker.container.attach': {
    kind: 'boolean',
    meaning: 'Whether its output is shown by whoever deployed it in the foreground.',
  },
  'docker.container.interactive': {
    kind: 'boolean',
    flags: ['interactive'],
    origin: 'clocker',
    meaning: 'Keep standard input open.',
  },
  'docker.container.tty': { kind: 'boolean', flags: ['tty'], meaning: 'Give it a terminal.' },
  'docker.container.init': { kind: 'boolean', flags: ['init'], meaning: 'Run a small init as process 1.' },
  'docker.container.readOnly': { kind: 'boolean', flags: ['readOnly'], meaning: 'Root file system read-only.' },
  'docker.container.privileged': {
    kind: 'boolean',
    flags: ['privileged'],
    origin: 'clocker',
    meaning: 'All capabilities and devices. False unless said (the original said true).',
  },
  'docker.container.user': { kind: 'string', flags: ['user'], meaning: 'User, or `user:group`.' },
  'docker.container.groups': { kind: 'list', flags: ['groups'], meaning: 'Further groups.' },
  'docker.container.workingDir': { kind: 'string', flags: ['workingDir'], meaning: 'Working directory.' },
  'docker.container.capAdd': { kind: 'list', flags: ['capAdd'], meaning: 'Capabilities added.' },
  'docker.container.capDrop': { kind: 'list', flags: ['capDrop'], meaning: 'Capabilities dropped.' },
  'docker.container.securityOptions': {
    kind: 'list',
    flags: ['securityOptions'],
    meaning: 'Security options, `name=value`.',
  },
  'docker.container.userNamespace': { kind: 'string', meaning: 'User namespace mode.' },
  'docker.container.ipc': { kind: 'string', meaning: 'IPC namespace; `service:id` shares that entity’s.' },
  'docker.container.pid': { kind: 'string', meaning: 'PID namespace; `service:id` shares that entity’s.' },
  'docker.container.uts': { kind: 'string', meaning: 'UTS namespace.' },
  'docker.container.cgroup': { kind: 'string', meaning: 'Cgroup namespace: `host` or `private`.' },
  'docker.container.cgroupParent': { kind: 'string', meaning: 'Parent cgroup.' },
  'docker.container.isolation': { kind: 'string', meaning: 'Isolation technology (Windows).' },
  'docker.container.runtime': { kind: 'string', flags: ['runtime'], meaning: 'OCI runtime.' },
  'docker.container.sysctls': { kind: 'map', flags: ['sysctls'], meaning: 'Kernel parameters of its namespaces.' },
  'docker.container.ulimits': { kind: 'map', flags: ['ulimits'], meaning: 'Limits: name to a number or {soft, hard}.' },
  'docker.container.devices': {
    kind: 'list',
    flags: ['devices'],
    meaning: 'Devices: `source[:target[:rwm]]`, {source, target, permissions}, or a CDI name.',
  },
  'docker.container.deviceCgroupRules': { kind: 'list', meaning: 'Device cgroup rules.' },
  'docker.container.storageOptions': { kind: 'map', meaning: 'Options of the storage driver.' },
  'docker.container.logging': { kind: 'map', flags: ['logging'], meaning: '{driver, options}.' },
  'docker.container.useApiSocket': {
    kind: 'boolean',
    meaning: 'Mount the engine’s own socket; refused on several hosts.',
  },
  'docker.container.dependencies.restart': {
    kind: 'list',
    meaning: 'Entities it waits for (`latch.start`) whose restart restarts it too.',
  },
  'docker.container.dependencies.optional': {
    kind: 'list',
    meaning: 'Entities it waits for only where they are deployed.',
  },
  'docker.container.autoCheckpointImage': {
    kind: 'boolean',
    origin: 'clocker',
    meaning: 'After install, commit the image under a content hash and reuse it.',
  },
  'docker.useSsh': {
    kind: 'boolean',
    flags: ['useSsh'],
    origin: 'clocker',
    meaning: 'Reach it by ssh; never for `docker:` types.',
  },
  'docker.useHostDnsName': {
    kind: 'boolean',
    flags: ['useHostDnsName'],
    origin: 'clocker',
    meaning: 'Use the host’s name as its own.',
  },
  'docker.container.managed': {
    kind: 'boolean',
    flags: ['managed'],
    origin: 'clocker',
    meaning: 'Made by us; false for containers only found on an engine.',
  },
} as const satisfies ConfigKeys;
