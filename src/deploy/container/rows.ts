/** Every config key a container knows, and what it is in the Docker Engine's API. A key without a row does not compile. */
import type { containerKeys } from '../../model/config/container.ts';
import type { imageKeys } from '../../model/config/image.ts';
import type { attachmentKeys } from '../../model/config/network.ts';
import type { resourceKeys } from '../../model/config/resource.ts';
import { textOf } from '../../model/read.ts';
import { isMap } from '../../model/value.ts';
import { elsewhere, host, notCarried, put, top } from './draft.ts';
import type { Row } from './draft.ts';
import { asHealthcheck } from './health.ts';
import {
  asBoolean,
  asBytes,
  asInteger,
  asMicroseconds,
  asMilliseconds,
  asNanoCpus,
  asNumber,
  asText,
  asTextObject,
  asTexts,
  asWords,
} from './readers.ts';
import { asUlimits, writeBlkio, writeDevices, writeGpus, writeLimits, writeReservations } from './resources.ts';
import { asRestartPolicy, asServiceRestartPolicy } from './restart.ts';
import { tmpfsOf } from './mounts.ts';
import { readUpdatePolicy } from '../update-policy.ts';

export type ContainerKey =
  | keyof typeof containerKeys
  | keyof typeof imageKeys
  | keyof typeof resourceKeys
  | keyof typeof attachmentKeys;

const swarmOnly = notCarried('Only a swarm does it.');
const placement = notCarried('An application runs on the host it is deployed to.');
/** Says how this container makes way for another, and nothing about itself. */
const update: Row = {
  kind: 'field',
  write: (value, _draft, complain) => void readUpdatePolicy(value, complain),
};
const buildKit = notCarried('The classic builder can not do it; BuildKit could.');

/** Read when the image is built or pulled. */
const imageRows = {
  'docker.image.id': elsewhere,
  'docker.image.name': elsewhere,
  'docker.image.tag': elsewhere,
  'docker.image.digest': elsewhere,
  'docker.registry.url': elsewhere,
  'docker.image.entrypoint': top('Entrypoint', asWords),
  'docker.image.commands': top('Cmd', asWords),
  'docker.image.pullPolicy': elsewhere,
  'docker.image.pullRefreshAfter': notCarried('An image is pulled when it is missing, or always.'),
  'docker.image.platform': elsewhere,
  'docker.dockerfile.url': notCarried('Write docker.build.dockerfile, with docker.build.context.'),
  'docker.entrypoint.url': notCarried('Put the script into the build context.'),
  'docker.context.url': notCarried('Write docker.build.context.'),
  'docker.build.context': elsewhere,
  'docker.build.dockerfile': elsewhere,
  'docker.build.dockerfileInline': elsewhere,
  'docker.build.args': elsewhere,
  'docker.build.target': elsewhere,
  'docker.build.labels': elsewhere,
  'docker.build.tags': elsewhere,
  'docker.build.cacheFrom': elsewhere,
  'docker.build.cacheTo': buildKit,
  'docker.build.network': elsewhere,
  'docker.build.isolation': elsewhere,
  'docker.build.extraHosts': elsewhere,
  'docker.build.shmSize': elsewhere,
  'docker.build.ulimits': elsewhere,
  'docker.build.platforms': elsewhere,
  'docker.build.privileged': buildKit,
  'docker.build.pull': elsewhere,
  'docker.build.noCache': elsewhere,
  'docker.build.noCacheFilter': buildKit,
  'docker.build.additionalContexts': buildKit,
  'docker.build.secrets': buildKit,
  'docker.build.ssh': buildKit,
  'docker.build.entitlements': buildKit,
  'docker.build.provenance': buildKit,
  'docker.build.sbom': buildKit,
} as const satisfies Readonly<Record<keyof typeof imageKeys, Row>>;

const logging: Row = {
  kind: 'field',
  write: (value, draft, complain) => {
    if (!isMap(value)) {
      complain('deploy-value', 'Logging is a map of driver and options.');
      return;
    }
    const options = value.get('options');
    const driver = textOf(value.get('driver'));
    put(draft.host, 'LogConfig', {
      Type: driver ?? '',
      Config: options === undefined || options === null ? {} : (asTextObject(options, complain) ?? {}),
    });
  },
};

const containerRows = {
  'docker.container.name': elsewhere,
  'docker.container.hostname': top('Hostname', asText),
  'docker.container.domainName': top('Domainname', asText),
  'docker.container.environment': elsewhere,
  'docker.container.envFiles': elsewhere,
  'docker.container.labels': elsewhere,
  'docker.container.labelFiles': elsewhere,
  'docker.container.annotations': host('Annotations', asTextObject),
  'docker.container.openPorts': elsewhere,
  'docker.container.directPorts': elsewhere,
  'docker.container.portBindings': elsewhere,
  'docker.container.publishedPorts': elsewhere,
  'docker.container.openPorts.configKeys': elsewhere,
  'docker.container.directPorts.configKeys': elsewhere,
  'docker.container.links': elsewhere,
  'docker.container.externalLinks': elsewhere,
  'docker.container.extraHosts': elsewhere,
  'docker.container.dns': elsewhere,
  'docker.container.dnsSearch': host('DnsSearch', asTexts),
  'docker.container.dnsOptions': host('DnsOptions', asTexts),
  'docker.container.volumes': elsewhere,
  'docker.host.volumes': elsewhere,
  'docker.container.volumes.export': elsewhere,
  'docker.container.volumes.import': elsewhere,
  'docker.container.tmpfs': host('Tmpfs', (value, complain) => {
    const texts = asTexts(value, complain);
    return texts === undefined ? undefined : tmpfsOf(texts);
  }),
  'docker.container.secrets': elsewhere,
  'docker.container.configs': elsewhere,
  'docker.container.files': elsewhere,
  'docker.container.credentialSpec': notCarried('Windows containers only.'),
  'docker.container.models': notCarried('No model is run, so there is no address to hand in.'),
  'docker.container.healthcheck': top('Healthcheck', asHealthcheck),
  'docker.container.restartPolicy': host('RestartPolicy', asRestartPolicy),
  'docker.container.stopGracePeriod': top('StopTimeout', (value, complain) => {
    const milliseconds = asMilliseconds(value, complain);
    return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1000);
  }),
  'docker.container.stopSignal': top('StopSignal', asText),
  'docker.container.postStart': elsewhere,
  'docker.container.preStop': elsewhere,
  'docker.container.preStart': elsewhere,
  'docker.container.attach': elsewhere,
  'docker.container.interactive': top('OpenStdin', asBoolean),
  'docker.container.tty': top('Tty', asBoolean),
  'docker.container.init': host('Init', asBoolean),
  'docker.container.readOnly': host('ReadonlyRootfs', asBoolean),
  'docker.container.privileged': host('Privileged', asBoolean),
  'docker.container.user': top('User', asText),
  'docker.container.groups': host('GroupAdd', asTexts),
  'docker.container.workingDir': top('WorkingDir', asText),
  'docker.container.capAdd': host('CapAdd', asTexts),
  'docker.container.capDrop': host('CapDrop', asTexts),
  'docker.container.securityOptions': host('SecurityOpt', asTexts),
  'docker.container.userNamespace': host('UsernsMode', asText),
  'docker.container.ipc': elsewhere,
  'docker.container.pid': elsewhere,
  'docker.container.uts': elsewhere,
  'docker.container.cgroup': host('CgroupnsMode', asText),
  'docker.container.cgroupParent': host('CgroupParent', asText),
  'docker.container.isolation': host('Isolation', asText),
  'docker.container.runtime': host('Runtime', asText),
  'docker.container.sysctls': host('Sysctls', asTextObject),
  'docker.container.ulimits': host('Ulimits', asUlimits),
  'docker.container.devices': { kind: 'field', write: writeDevices },
  'docker.container.deviceCgroupRules': host('DeviceCgroupRules', asTexts),
  'docker.container.storageOptions': host('StorageOpt', asTextObject),
  'docker.container.logging': logging,
  'docker.container.useApiSocket': elsewhere,
  'docker.container.dependencies.restart': elsewhere,
  'docker.container.dependencies.optional': elsewhere,
  'docker.container.autoCheckpointImage': notCarried('Images are built, never committed.'),
  'docker.useSsh': elsewhere,
  'docker.useHostDnsName': notCarried('A container has a name of its own.'),
  'docker.container.managed': elsewhere,
} as const satisfies Readonly<Record<keyof typeof containerKeys, Row>>;

const resourceRows = {
  'docker.cpus': host('NanoCpus', asNanoCpus),
  'docker.cpuShares': host('CpuShares', asInteger),
  'docker.cpuCount': host('CpuCount', asInteger),
  'docker.cpuPercent': host('CpuPercent', asNumber),
  'docker.cpuPeriod': host('CpuPeriod', asMicroseconds),
  'docker.cpuQuota': host('CpuQuota', asMicroseconds),
  'docker.cpuRealtimePeriod': host('CpuRealtimePeriod', asMicroseconds),
  'docker.cpuRealtimeRuntime': host('CpuRealtimeRuntime', asMicroseconds),
  'docker.cpuSet': host('CpusetCpus', asText),
  'docker.memory': host('Memory', asBytes),
  'docker.memoryReservation': host('MemoryReservation', asBytes),
  'docker.memorySwap': host('MemorySwap', asBytes),
  'docker.memorySwappiness': host('MemorySwappiness', asInteger),
  'docker.oomKillDisable': host('OomKillDisable', asBoolean),
  'docker.oomScoreAdjust': host('OomScoreAdj', asInteger),
  'docker.pidsLimit': host('PidsLimit', asInteger),
  'docker.shmSize': host('ShmSize', asBytes),
  'docker.blkio': { kind: 'field', write: writeBlkio },
  'docker.gpus': { kind: 'field', write: writeGpus },
  'docker.resources.limits': { kind: 'field', write: writeLimits },
  'docker.resources.reservations': { kind: 'field', write: writeReservations },
  'docker.hardwareId': placement,
  'docker.container.strategies': placement,
  'docker.constraint.labels': placement,
  'docker.constraint.hostname': placement,
  'docker.constraint.expressions': placement,
  'docker.constraint.spread': placement,
  'docker.container.cluster.maxSize': placement,
  'docker.container.cluster.maxCpu': placement,
  'docker.constraint.exclusive': placement,
  'docker.constraint.maxPerHost': placement,
  'affinity.rules': placement,
  'docker.service.mode': elsewhere,
  'docker.service.labels': swarmOnly,
  'docker.service.endpointMode': swarmOnly,
  'docker.service.restartPolicy': host('RestartPolicy', asServiceRestartPolicy),
  'docker.service.update': update,
  'docker.service.rollback': update,
} as const satisfies Readonly<Record<keyof typeof resourceKeys, Row>>;

const attachmentRows = {
  'network.list': elsewhere,
  'network.attachments': elsewhere,
  'docker.container.networkMode': elsewhere,
  'docker.container.macAddress': elsewhere,
  'sdn.applicationNetwork.create': elsewhere,
} as const satisfies Readonly<Record<keyof typeof attachmentKeys, Row>>;

/** In this order: `limits` give way to keys of their own, the service's restart policy wins. */
const rows: Readonly<Record<ContainerKey, Row>> = {
  ...imageRows,
  ...containerRows,
  ...attachmentRows,
  ...resourceRows,
};

export const rowEntries: readonly (readonly [string, Row])[] = Object.entries(rows);
