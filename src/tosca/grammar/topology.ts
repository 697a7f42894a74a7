/** Grammar of the topology (1.x) or service template (2.0), and of substitution. */
import type { Construct } from './form.ts';
import { anything, construct, key, listOf, mapOf, namedList, notations, required, string, value } from './form.ts';

const shared = {
  description: key(string),
  inputs: key(mapOf(construct('parameter'))),
  node_templates: key(mapOf(construct('nodeTemplate'))),
  relationship_templates: key(mapOf(construct('relationshipTemplate'))),
  /** A list; before 2.0 the readers of the time took a map as well. */
  policies: [
    key(notations({ list: namedList(construct('policy')), map: mapOf(construct('policy')) }), { until: '1.3' }),
    key(namedList(construct('policy'))),
  ],
  groups: key(mapOf(construct('group'))),
  outputs: key(mapOf(construct('parameter'))),
  substitution_mappings: key(construct('substitution')),
} as const;

export const topologyTemplate = {
  title: 'topology template',
  spec: { '1.0': '3.8', '1.1': '3.8', '1.2': '3.9', '1.3': '3.9' },
  keys: { ...shared, workflows: key(mapOf(construct('workflow')), { since: '1.1' }) },
} as const satisfies Construct;

export const serviceTemplate = {
  title: 'service template',
  spec: { '2.0': '6.9' },
  keys: {
    ...shared,
    metadata: key(mapOf(anything)),
    outputs: key(mapOf(value)),
    workflows: key(mapOf(construct('workflow'))),
    functions: key(mapOf(construct('function'))),
    node_templates: required(mapOf(construct('nodeTemplate'))),
  },
} as const satisfies Construct;

const pair = listOf(string, 2);

export const substitution = {
  title: 'substitution mapping',
  spec: { '1.0': '3.8.1', '1.1': '3.8.1', '1.2': '3.8.12', '1.3': '3.8.13', '2.0': '15.1' },
  keys: {
    node_type: required(string),
    substitution_filter: [key(construct('nodeFilter'), { since: '1.3', until: '1.3' }), key(value, { since: '2.0' })],
    properties: key(mapOf(anything), { since: '1.2' }),
    attributes: key(mapOf(anything), { since: '1.3' }),
    capabilities: [
      key(mapOf(pair), { until: '1.1' }),
      key(mapOf(notations({ list: pair, map: construct('capabilityMapping') }))),
    ],
    requirements: [
      key(mapOf(pair), { until: '1.1' }),
      key(
        notations({
          map: mapOf(notations({ list: pair, map: construct('requirementMapping') })),
          list: namedList(notations({ list: pair, map: construct('requirementMapping') })),
        }),
        { until: '1.3' },
      ),
      key(namedList(notations({ text: string, list: listOf(value) })), { since: '2.0' }),
    ],
    interfaces: key(mapOf(anything), { since: '1.2' }),
  },
} as const satisfies Construct;

export const capabilityMapping = {
  title: 'capability mapping',
  spec: { '1.2': '3.8.9', '1.3': '3.8.10' },
  keys: { mapping: key(pair), properties: key(mapOf(value)), attributes: key(mapOf(value)) },
} as const satisfies Construct;

export const requirementMapping = {
  title: 'requirement mapping',
  spec: { '1.2': '3.8.10', '1.3': '3.8.11' },
  keys: { mapping: key(pair), properties: key(mapOf(value)), attributes: key(mapOf(value)) },
} as const satisfies Construct;
