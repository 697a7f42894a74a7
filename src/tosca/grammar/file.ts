/** Grammar of the file itself: sections, imports, repositories. */
import type { Construct } from './form.ts';
import {
  anything,
  construct,
  key,
  listOf,
  mapOf,
  notations,
  required,
  scalar,
  string,
  textOr,
  value,
  version,
} from './form.ts';

export const file = {
  title: 'TOSCA file',
  spec: { '1.0': '3.9', '1.1': '3.9', '1.2': '3.10', '1.3': '3.10', '2.0': '6.1' },
  keys: {
    tosca_definitions_version: required(string),
    profile: key(string, { since: '2.0' }),
    namespace: key(string, { since: '1.2', until: '1.3', now: 'profile' }),
    metadata: [key(construct('fileMetadata'), { until: '1.3' }), key(construct('fileMetadata'), { since: '2.0' })],
    description: key(string),
    dsl_definitions: [
      key(anything, { until: '1.3' }),
      key(mapOf(notations({ text: string, map: anything, list: anything }))),
    ],
    repositories: key(mapOf(textOr('repository'))),
    imports: key(listOf(notations({ text: string, map: { kind: 'nameable', construct: 'import' } }))),
    artifact_types: key(mapOf(construct('artifactType'))),
    data_types: key(mapOf(construct('dataType'))),
    capability_types: key(mapOf(construct('capabilityType'))),
    interface_types: key(mapOf(construct('interfaceType'))),
    relationship_types: key(mapOf(construct('relationshipType'))),
    node_types: key(mapOf(construct('nodeType'))),
    group_types: key(mapOf(construct('groupType'))),
    policy_types: key(mapOf(construct('policyType'))),
    functions: key(mapOf(construct('function')), { since: '2.0' }),
    topology_template: key(construct('topologyTemplate'), { until: '1.3', now: 'service_template' }),
    service_template: key(construct('serviceTemplate'), { since: '2.0', now: 'topology_template' }),
  },
} as const satisfies Construct;

/** 1.x: a map of strings with three names that have a meaning. 2.0: anything, but a name is a string. */
export const fileMetadata = {
  title: 'metadata',
  spec: { '1.0': '3.9.3.2', '1.1': '3.9.3.2', '1.2': '3.10.3.2', '1.3': '3.10.3.2', '2.0': '5.3.1' },
  keys: {
    template_name: [key(string, { until: '1.3' }), key(notations({ text: string, map: anything, list: anything }))],
    template_author: [key(string, { until: '1.3' }), key(notations({ text: string, map: anything, list: anything }))],
    template_version: [key(version, { until: '1.3' }), key(anything)],
  },
  others: [key(scalar, { until: '1.3' }), key(anything)],
} as const satisfies Construct;

const repositoryUrl = required(string);

export const repository = {
  title: 'repository definition',
  spec: { '1.0': '3.5.5', '1.1': '3.5.5', '1.2': '3.6.6', '1.3': '3.6.6', '2.0': '6.5' },
  keys: {
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    url: repositoryUrl,
    credential: key(notations({ text: string, map: value }), { until: '1.3' }),
  },
} as const satisfies Construct;

/** Before 1.3 an import may also be a map of one name to one of these; the reader unwraps it (imports/read.ts). */
export const importDefinition = {
  title: 'import definition',
  spec: { '1.0': '3.5.7', '1.1': '3.5.7', '1.2': '3.6.8', '1.3': '3.6.8', '2.0': '6.8.1' },
  keys: {
    file: key(string, { until: '1.3', now: 'url' }),
    url: key(string, { since: '2.0', now: 'file' }),
    profile: key(string, { since: '2.0' }),
    repository: key(string),
    namespace_uri: key(string, { until: '1.3' }),
    namespace_prefix: key(string, { until: '1.3', now: 'namespace' }),
    namespace: key(string, { since: '2.0', now: 'namespace_prefix' }),
    description: key(string, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
  },
} as const satisfies Construct;

export const functionDefinition = {
  title: 'function definition',
  spec: { '2.0': '10.4' },
  keys: {
    signatures: required(listOf(construct('signature'), 1)),
    description: key(string),
    metadata: key(mapOf(anything)),
  },
} as const satisfies Construct;

export const signature = {
  title: 'function signature',
  spec: { '2.0': '10.4' },
  keys: {
    arguments: key(listOf(textOr('schema'))),
    optional_arguments: key(listOf(textOr('schema'))),
    variadic: key({ kind: 'leaf', leaf: 'boolean' }),
    result: key(textOr('schema')),
    implementation: key(notations({ text: string, map: construct('implementation') })),
    description: key(string),
    metadata: key(mapOf(anything)),
  },
} as const satisfies Construct;
