/** Grammar of node, relationship, capability and artifact types, their definitions in types and assignments in templates. */
import type { Construct } from './form.ts';
import {
  anything,
  boolean,
  construct,
  key,
  listOf,
  mapOf,
  namedList,
  notations,
  nullableValue,
  range,
  refinement,
  required,
  scalar,
  string,
  strings,
  textOr,
  value,
  version,
} from './form.ts';
import { typeKeys } from './values.ts';

const assignments = key(mapOf(nullableValue));
const properties = [
  key(mapOf(construct('property')), { until: '1.3' }),
  key(mapOf(refinement('property')), { since: '2.0' }),
] as const;
const attributes = key(mapOf(construct('attribute')));
const templateMetadata = [key(mapOf(string), { until: '1.3' }), key(mapOf(anything), { since: '2.0' })] as const;
const requirementDefinitions = key(namedList(notations({ text: string, map: construct('requirementDefinition') })));

export const nodeType = {
  title: 'node type',
  spec: { '1.0': '3.6.8', '1.1': '3.6.9', '1.2': '3.7.9', '1.3': '3.7.9', '2.0': '7.1' },
  keys: {
    ...typeKeys,
    properties,
    attributes,
    capabilities: key(mapOf(textOr('capabilityDefinition'))),
    requirements: requirementDefinitions,
    interfaces: key(mapOf(construct('interfaceDefinition'))),
    artifacts: key(mapOf(textOr('artifact'))),
  },
} as const satisfies Construct;

export const relationshipType = {
  title: 'relationship type',
  spec: { '1.0': '3.6.9', '1.1': '3.6.10', '1.2': '3.7.10', '1.3': '3.7.10', '2.0': '7.3' },
  keys: {
    ...typeKeys,
    properties,
    attributes,
    interfaces: key(mapOf(construct('interfaceDefinition'))),
    valid_target_types: key(strings, { until: '1.3', now: 'valid_capability_types' }),
    valid_capability_types: key(strings, { since: '2.0', now: 'valid_target_types' }),
    valid_target_node_types: key(strings, { since: '2.0' }),
    valid_source_node_types: key(strings, { since: '2.0' }),
  },
} as const satisfies Construct;

export const capabilityType = {
  title: 'capability type',
  spec: { '1.0': '3.6.6', '1.1': '3.6.7', '1.2': '3.7.7', '1.3': '3.7.7', '2.0': '8.1' },
  keys: {
    ...typeKeys,
    properties,
    attributes,
    valid_source_types: key(strings, { until: '1.3', now: 'valid_source_node_types' }),
    valid_source_node_types: key(strings, { since: '2.0', now: 'valid_source_types' }),
    valid_relationship_types: key(strings, { since: '2.0' }),
  },
} as const satisfies Construct;

export const artifactType = {
  title: 'artifact type',
  spec: { '1.0': '3.6.3', '1.1': '3.6.4', '1.2': '3.7.4', '1.3': '3.7.4', '2.0': '12.1' },
  keys: {
    ...typeKeys,
    mime_type: key(string),
    file_ext: key(strings),
    properties,
  },
} as const satisfies Construct;

export const artifact = {
  title: 'artifact definition',
  spec: { '1.0': '3.5.6', '1.1': '3.5.6', '1.2': '3.6.7', '1.3': '3.6.7', '2.0': '12.2' },
  keys: {
    type: key(string),
    file: required(string),
    repository: key(string),
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    deploy_path: key(string, { until: '1.3' }),
    /** A string, of whatever versions look like where the artifact comes from. */
    artifact_version: key(scalar, { since: '1.3' }),
    version: key(version, { since: '1.3', until: '1.3' }),
    checksum: key(string, { since: '1.3' }),
    checksum_algorithm: key(string, { since: '1.3' }),
    properties: assignments,
  },
} as const satisfies Construct;

export const capabilityDefinition = {
  title: 'capability definition',
  spec: { '1.0': '3.6.1', '1.1': '3.6.2', '1.2': '3.7.2', '1.3': '3.7.2', '2.0': '8.2' },
  keys: {
    type: key(string),
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    properties,
    attributes,
    valid_source_types: key(strings, { until: '1.3', now: 'valid_source_node_types' }),
    valid_source_node_types: key(strings, { since: '2.0', now: 'valid_source_types' }),
    valid_relationship_types: key(strings, { since: '2.0' }),
    occurrences: key(range, { until: '1.3' }),
  },
} as const satisfies Construct;

export const capabilityAssignment = {
  title: 'capability assignment',
  spec: { '1.0': '3.7.1', '1.1': '3.7.1', '1.2': '3.8.1', '1.3': '3.8.1', '2.0': '8.4' },
  keys: {
    properties: assignments,
    attributes: assignments,
    occurrences: key(range, { since: '1.3', until: '1.3' }),
    directives: key(strings, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
    description: key(string, { since: '2.0' }),
  },
} as const satisfies Construct;

export const requirementDefinition = {
  title: 'requirement definition',
  spec: { '1.0': '3.6.2', '1.1': '3.6.3', '1.2': '3.7.3', '1.3': '3.7.3', '2.0': '8.5' },
  keys: {
    description: key(string, { since: '1.3' }),
    metadata: [key(mapOf(string), { since: '1.3', until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    capability: key(string),
    node: key(string),
    relationship: key(textOr('relationshipDefinition')),
    occurrences: key(range, { until: '1.3', now: 'count_range' }),
    count_range: key(range, { since: '2.0', now: 'occurrences' }),
    node_filter: [key(construct('nodeFilter'), { since: '1.3', until: '1.3' }), key(value, { since: '2.0' })],
  },
} as const satisfies Construct;

export const relationshipDefinition = {
  title: 'relationship of a requirement definition',
  spec: requirementDefinition.spec,
  keys: {
    type: required(string),
    description: key(string, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
    properties: key(mapOf(refinement('property')), { since: '2.0' }),
    attributes: key(mapOf(construct('attribute')), { since: '2.0' }),
    interfaces: key(mapOf(construct('interfaceDefinition'))),
  },
} as const satisfies Construct;

export const requirementAssignment = {
  title: 'requirement assignment',
  spec: { '1.0': '3.7.2', '1.1': '3.7.2', '1.2': '3.8.2', '1.3': '3.8.2', '2.0': '8.7' },
  keys: {
    description: key(string, { since: '1.3' }),
    metadata: key(mapOf(anything), { since: '1.3' }),
    capability: key(string),
    node: [key(string, { until: '1.3' }), key(notations({ text: string, list: listOf(value), map: value }))],
    relationship: key(textOr('relationshipAssignment')),
    node_filter: [key(construct('nodeFilter'), { until: '1.3' }), key(value, { since: '2.0' })],
    occurrences: key(range, { until: '1.3', now: 'count' }),
    count: key(value, { since: '2.0', now: 'occurrences' }),
    allocation: key(mapOf(nullableValue), { since: '2.0' }),
    directives: key(strings, { since: '2.0' }),
    optional: key(boolean, { since: '2.0' }),
  },
} as const satisfies Construct;

export const relationshipAssignment = {
  title: 'relationship of a requirement assignment',
  spec: requirementAssignment.spec,
  keys: {
    type: key(string),
    description: key(string, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
    properties: assignments,
    attributes: key(mapOf(nullableValue), { since: '2.0' }),
    interfaces: key(mapOf(construct('interfaceAssignment'))),
  },
} as const satisfies Construct;

export const nodeTemplate = {
  title: 'node template',
  spec: { '1.0': '3.7.3', '1.1': '3.7.3', '1.2': '3.8.3', '1.3': '3.8.3', '2.0': '7.2' },
  keys: {
    type: required(string, { unless: 'copy' }),
    description: key(string),
    metadata: templateMetadata,
    directives: key(strings),
    properties: assignments,
    attributes: assignments,
    requirements: key(
      namedList(notations({ text: string, map: construct('requirementAssignment'), list: listOf(value) })),
    ),
    capabilities: key(mapOf(construct('capabilityAssignment'))),
    interfaces: key(mapOf(construct('interfaceAssignment'))),
    artifacts: key(mapOf(textOr('artifact'))),
    node_filter: [key(construct('nodeFilter'), { until: '1.3' }), key(value, { since: '2.0' })],
    count: key(value, { since: '2.0' }),
    copy: key(string),
  },
} as const satisfies Construct;

export const relationshipTemplate = {
  title: 'relationship template',
  spec: { '1.0': '3.7.4', '1.1': '3.7.4', '1.2': '3.8.4', '1.3': '3.8.4', '2.0': '7.4' },
  keys: {
    type: required(string, { unless: 'copy' }),
    alias: key(string, { until: '1.0' }),
    description: key(string),
    metadata: templateMetadata,
    properties: assignments,
    attributes: assignments,
    interfaces: key(mapOf(construct('interfaceAssignment'))),
    copy: key(string),
  },
} as const satisfies Construct;

/** 1.x; since 2.0 a node filter is a condition. */
export const nodeFilter = {
  title: 'node filter',
  spec: { '1.0': '3.5.4', '1.1': '3.5.4', '1.2': '3.6.5', '1.3': '3.6.5' },
  keys: {
    properties: key(namedList(value)),
    capabilities: key(namedList(construct('capabilityFilter'))),
  },
} as const satisfies Construct;

export const capabilityFilter = {
  title: 'capability filter',
  spec: nodeFilter.spec,
  keys: { properties: key(namedList(value)) },
} as const satisfies Construct;
