/** Grammar of what is done: interfaces, operations, notifications, workflows, policies, triggers. */
import type { Construct } from './form.ts';
import {
  anything,
  construct,
  key,
  listOf,
  mapOf,
  namedList,
  natural,
  notations,
  nullableValue,
  refinement,
  required,
  string,
  strings,
  textOr,
  timestamp,
  value,
} from './form.ts';
import { typeKeys } from './values.ts';

const interfaceSpec = { '1.0': '3.5.14', '1.1': '3.5.14', '1.2': '3.6.16', '1.3': '3.6.20', '2.0': '11.2' } as const;

export const interfaceType = {
  title: 'interface type',
  spec: { '1.0': '3.6.4', '1.1': '3.6.5', '1.2': '3.7.5', '1.3': '3.7.5', '2.0': '11.1' },
  keys: {
    ...typeKeys,
    inputs: [key({ kind: 'inputs-or-operation' }, { until: '1.2' }), key(mapOf(construct('parameter')))],
    operations: key(mapOf(textOr('operationDefinition')), { since: '1.3' }),
    notifications: key(mapOf(textOr('notificationDefinition')), { since: '1.3' }),
  },
  others: [key(textOr('operationDefinition'), { until: '1.3' })],
} as const satisfies Construct;

export const interfaceDefinition = {
  title: 'interface definition',
  spec: interfaceSpec,
  keys: {
    type: key(string),
    description: key(string, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
    inputs: [
      key(mapOf(construct('parameter')), { until: '1.3' }),
      key(mapOf(refinement('parameter')), { since: '2.0' }),
    ],
    operations: key(mapOf(textOr('operationDefinition')), { since: '1.3' }),
    notifications: key(mapOf(textOr('notificationDefinition')), { since: '1.3' }),
  },
  others: [key(textOr('operationDefinition'), { until: '1.3' })],
} as const satisfies Construct;

export const interfaceAssignment = {
  title: 'interface assignment',
  spec: interfaceSpec,
  keys: {
    type: key(string, { until: '1.3' }),
    description: key(string, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
    inputs: key(mapOf(nullableValue)),
    operations: key(mapOf(textOr('operationAssignment')), { since: '1.3' }),
    notifications: key(mapOf(textOr('notificationAssignment')), { since: '1.3' }),
  },
  others: [key(textOr('operationAssignment'), { until: '1.3' })],
} as const satisfies Construct;

const operationSpec = { '1.0': '3.5.13', '1.1': '3.5.13', '1.2': '3.6.15', '1.3': '3.6.17', '2.0': '11.4' } as const;
const implementation = textOr('implementation');
/** In a type a parameter is defined; its short notation is the value (2.0 §9.8). */
const parameters = [
  key(mapOf(construct('parameter')), { until: '1.3' }),
  key(mapOf(nullableValue), { since: '2.0' }),
] as const;

export const operationDefinition = {
  title: 'operation definition',
  spec: operationSpec,
  keys: {
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    implementation: key(implementation),
    inputs: parameters,
    outputs: key(mapOf(nullableValue), { since: '1.3' }),
  },
} as const satisfies Construct;

export const operationAssignment = {
  title: 'operation assignment',
  spec: operationSpec,
  keys: {
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    implementation: key(implementation),
    inputs: key(mapOf(nullableValue)),
    outputs: key(mapOf(nullableValue), { since: '1.3' }),
  },
} as const satisfies Construct;

export const notificationDefinition = {
  title: 'notification definition',
  spec: { '1.3': '3.6.19', '2.0': '11.6' },
  keys: {
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    implementation: key(implementation),
    inputs: key(mapOf(nullableValue), { since: '2.0' }),
    outputs: key(mapOf(nullableValue)),
  },
} as const satisfies Construct;

export const notificationAssignment = {
  title: 'notification assignment',
  spec: { '1.3': '3.6.19', '2.0': '11.7' },
  keys: notificationDefinition.keys,
} as const satisfies Construct;

export const operationImplementation = {
  title: 'implementation',
  spec: { '1.0': '3.5.13', '1.1': '3.5.13', '1.2': '3.6.14', '1.3': '3.6.16', '2.0': '11.8' },
  keys: {
    primary: key(textOr('artifact')),
    dependencies: key(listOf(textOr('artifact'))),
    timeout: key(natural, { since: '1.2', until: '1.3' }),
    operation_host: key(string, { since: '1.2', until: '1.3' }),
  },
} as const satisfies Construct;

export const groupType = {
  title: 'group type',
  spec: { '1.0': '3.6.10', '1.1': '3.6.11', '1.2': '3.7.11', '1.3': '3.7.11', '2.0': '16.1' },
  keys: {
    ...typeKeys,
    properties: [
      key(mapOf(construct('property')), { until: '1.3' }),
      key(mapOf(refinement('property')), { since: '2.0' }),
    ],
    attributes: key(mapOf(construct('attribute')), { since: '1.3' }),
    members: key(strings),
    requirements: key(namedList(notations({ text: string, map: construct('requirementDefinition') })), {
      since: '1.2',
      until: '1.2',
    }),
    capabilities: key(mapOf(textOr('capabilityDefinition')), { since: '1.2', until: '1.2' }),
    interfaces: key(mapOf(construct('interfaceDefinition')), { until: '1.2' }),
  },
} as const satisfies Construct;

export const group = {
  title: 'group definition',
  spec: { '1.0': '3.7.5', '1.1': '3.7.5', '1.2': '3.8.5', '1.3': '3.8.5', '2.0': '16.2' },
  keys: {
    type: required(string),
    description: key(string),
    metadata: [key(mapOf(string), { until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    properties: key(mapOf(nullableValue)),
    attributes: key(mapOf(nullableValue), { since: '1.3' }),
    members: key(strings),
    interfaces: key(mapOf(construct('interfaceAssignment')), { until: '1.2' }),
  },
} as const satisfies Construct;

export const policyType = {
  title: 'policy type',
  spec: { '1.0': '3.6.11', '1.1': '3.6.12', '1.2': '3.7.12', '1.3': '3.7.12', '2.0': '16.3' },
  keys: {
    ...typeKeys,
    properties: [
      key(mapOf(construct('property')), { until: '1.3' }),
      key(mapOf(refinement('property')), { since: '2.0' }),
    ],
    targets: key(strings),
    triggers: key(mapOf(construct('trigger')), { since: '1.1' }),
  },
} as const satisfies Construct;

export const policy = {
  title: 'policy definition',
  spec: { '1.0': '3.7.6', '1.1': '3.7.6', '1.2': '3.8.6', '1.3': '3.8.6', '2.0': '16.4' },
  keys: {
    type: required(string),
    description: key(string),
    metadata: [key(mapOf(string), { until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    properties: key(mapOf(nullableValue)),
    targets: key(strings),
    triggers: key(mapOf(construct('trigger')), { since: '1.1' }),
  },
} as const satisfies Construct;

export const trigger = {
  title: 'trigger definition',
  spec: { '1.1': '3.5.16', '1.2': '3.6.18', '1.3': '3.6.22', '2.0': '16.5' },
  keys: {
    description: key(string),
    metadata: key(mapOf(anything), { since: '2.0' }),
    event_type: key(textOr('eventType'), { until: '1.2', now: 'event' }),
    event: required(string, { since: '1.3' }),
    schedule: key(construct('timeInterval'), { until: '1.3' }),
    target_filter: key(construct('eventFilter'), { until: '1.3' }),
    condition: [key(notations({ list: listOf(value), map: value }), { until: '1.3' }), key(value, { since: '2.0' })],
    constraint: key(value, { until: '1.2', now: 'condition' }),
    period: key(value, { until: '1.2' }),
    evaluations: key(natural, { until: '1.2' }),
    method: key(string, { until: '1.2' }),
    action: [
      key(notations({ list: listOf(construct('activity')), map: anything }), { until: '1.2' }),
      required(listOf(construct('activity')), { since: '1.3' }),
    ],
  },
} as const satisfies Construct;

export const eventType = {
  title: 'event type',
  spec: { '1.1': '3.5.16', '1.2': '3.6.18' },
  keys: { type: key(string), implementation: key(string) },
} as const satisfies Construct;

export const timeInterval = {
  title: 'schedule',
  spec: { '1.1': '5.3.3', '1.2': '5.3.5', '1.3': '5.3.5' },
  keys: { start_time: required(timestamp), end_time: required(timestamp) },
} as const satisfies Construct;

export const eventFilter = {
  title: 'event filter',
  spec: { '1.1': '3.5.15', '1.2': '3.6.17', '1.3': '3.6.21' },
  keys: { node: required(string), requirement: key(string), capability: key(string) },
} as const satisfies Construct;

export const activity = {
  title: 'activity definition',
  spec: { '1.1': '3.5.17', '1.2': '3.6.19', '1.3': '3.6.23', '2.0': '13.2.3' },
  keys: {
    delegate: [key(string, { until: '1.2' }), key(textOr('workflowCall'))],
    set_state: key(string),
    call_operation: [key(string, { until: '1.2' }), key(textOr('operationCall'))],
    inline: [key(string, { until: '1.2' }), key(textOr('workflowCall'))],
  },
} as const satisfies Construct;

export const workflowCall = {
  title: 'workflow call',
  spec: { '1.3': '3.6.23.1', '2.0': '13.2.3.1' },
  keys: { workflow: required(string), inputs: key(mapOf(nullableValue)) },
} as const satisfies Construct;

export const operationCall = {
  title: 'operation call',
  spec: { '1.3': '3.6.23.3', '2.0': '13.2.3.3' },
  keys: { operation: required(string), inputs: key(mapOf(nullableValue)) },
} as const satisfies Construct;

export const workflow = {
  title: 'workflow definition',
  spec: { '1.1': '3.7.7', '1.2': '3.8.7', '1.3': '3.8.7', '2.0': '13.2' },
  keys: {
    description: key(string),
    metadata: [key(mapOf(string), { until: '1.3' }), key(mapOf(anything), { since: '2.0' })],
    inputs: key(mapOf(construct('parameter'))),
    preconditions: key(listOf(construct('precondition')), { until: '1.3', now: 'precondition' }),
    precondition: key(value, { since: '2.0', now: 'preconditions' }),
    steps: key(mapOf(construct('step'))),
    implementation: key(implementation, { since: '1.3' }),
    outputs: key(mapOf(nullableValue), { since: '1.3' }),
  },
} as const satisfies Construct;

export const precondition = {
  title: 'workflow precondition',
  spec: { '1.1': '3.5.20', '1.2': '3.6.22', '1.3': '3.6.26' },
  keys: {
    target: required(string),
    target_relationship: key(string),
    condition: key(notations({ list: listOf(value), map: value })),
  },
} as const satisfies Construct;

export const step = {
  title: 'workflow step',
  spec: { '1.1': '3.5.21', '1.2': '3.6.23', '1.3': '3.6.27', '2.0': '13.2.2' },
  keys: {
    description: key(string, { since: '2.0' }),
    metadata: key(mapOf(anything), { since: '2.0' }),
    target: required(string),
    target_relationship: key(string),
    operation_host: key(string, { until: '1.3' }),
    filter: key(listOf(value)),
    activities: required(listOf(construct('activity'))),
    on_success: key(notations({ text: string, list: strings })),
    on_failure: key(notations({ text: string, list: strings })),
  },
} as const satisfies Construct;
