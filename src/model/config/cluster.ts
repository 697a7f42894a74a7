/** Config keys of groups of entities made from one specification. */
import type { ConfigKeys } from './key.ts';

export const clusterKeys = {
  'cluster.initial.size': {
    kind: 'integer',
    flags: ['initialSize'],
    origin: 'brooklyn',
    meaning: 'Members at the start; 1 unless said.',
  },
  'cluster.initial.quorumSize': {
    kind: 'integer',
    flags: ['initialQuorumSize'],
    origin: 'brooklyn',
    meaning: 'Members that must start; -1 is all.',
  },
  'cluster.max.size': { kind: 'integer', flags: ['maxSize'], origin: 'brooklyn', meaning: 'Members at most.' },
  'dynamiccluster.memberspec': {
    kind: 'spec',
    flags: ['memberSpec'],
    origin: 'brooklyn',
    meaning: 'What a member is.',
  },
  'dynamiccluster.firstmemberspec': {
    kind: 'spec',
    flags: ['firstMemberSpec'],
    origin: 'brooklyn',
    meaning: 'What the first member is, when it differs.',
  },
  'dynamiccluster.quarantineFailedEntities': {
    kind: 'boolean',
    flags: ['quarantineFailedEntities'],
    origin: 'brooklyn',
    meaning: 'Keep members that failed to start; true unless said.',
  },
  'dynamiccluster.quarantineFilter': { kind: 'any', origin: 'brooklyn', meaning: 'Which failed members are kept.' },
  'dynamiccluster.restartMode': { kind: 'string', origin: 'brooklyn', meaning: '`off`, `sequential`, `parallel`.' },
  'dynamiccluster.removalstrategy': {
    kind: 'any',
    flags: ['removalStrategy'],
    origin: 'brooklyn',
    meaning: 'Which member goes first; the newest unless said.',
  },
  'dynamiccluster.customChildFlags': {
    kind: 'map',
    flags: ['customChildFlags'],
    origin: 'brooklyn',
    meaning: 'Further config of members.',
  },
  'dynamiccluster.zone.enable': {
    kind: 'boolean',
    flags: ['enableAvailabilityZones'],
    origin: 'brooklyn',
    meaning: 'Place members by zone.',
  },
  'dynamiccluster.zone.placementStrategy': {
    kind: 'any',
    flags: ['zonePlacementStrategy'],
    origin: 'brooklyn',
    meaning: 'How members are shared out among zones.',
  },
  'dynamiccluster.zone.failureDetector': { kind: 'any', origin: 'brooklyn', meaning: 'When a zone counts as failed.' },
  'dynamiccluster.availabilityZones': {
    kind: 'list',
    flags: ['availabilityZones'],
    origin: 'brooklyn',
    meaning: 'Zones to use.',
  },
  'dynamiccluster.numAvailabilityZones': {
    kind: 'integer',
    flags: ['numAvailabilityZones'],
    origin: 'brooklyn',
    meaning: 'How many zones to use.',
  },
  'dynamiccluster.maxConcurrentChildCommands': {
    kind: 'integer',
    origin: 'brooklyn',
    meaning: 'Members started or stopped at once; 0 is all.',
  },
  'cluster.member.id': { kind: 'integer', origin: 'brooklyn', meaning: 'Number of a member, from 0; given, not set.' },
} as const satisfies ConfigKeys;

export const fabricKeys = {
  'dynamicfabric.memberspec': {
    kind: 'spec',
    flags: ['memberSpec'],
    origin: 'brooklyn',
    meaning: 'What a member is; one in each location.',
  },
  'dynamicfabric.firstmemberspec': {
    kind: 'spec',
    flags: ['firstMemberSpec'],
    origin: 'brooklyn',
    meaning: 'What the first member is, when it differs.',
  },
  'dynamicfabric.displayNamePrefix': {
    kind: 'string',
    flags: ['displayNamePrefix'],
    origin: 'brooklyn',
    meaning: 'Put before a member’s name.',
  },
  'dynamicfabric.displayNameSuffix': {
    kind: 'string',
    flags: ['displayNameSuffix'],
    origin: 'brooklyn',
    meaning: 'Put after a member’s name.',
  },
  'dynamicfabric.customChildFlags': {
    kind: 'map',
    flags: ['customChildFlags'],
    origin: 'brooklyn',
    meaning: 'Further config of members.',
  },
} as const satisfies ConfigKeys;

/** An entity that is made only if a condition holds: how a service of an inactive profile is kept. */
export const conditionalKeys = {
  'conditional.entity.spec': { kind: 'spec', flags: ['entitySpec'], origin: 'brooklyn', meaning: 'What is made.' },
  'conditional.entity.create': {
    kind: 'boolean',
    flags: ['createEntity'],
    origin: 'brooklyn',
    meaning: 'Whether it is made.',
  },
} as const satisfies ConfigKeys;
