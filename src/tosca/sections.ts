/**
 * Where the standard says what: the section of each topic by version. 1.x from the published Simple Profiles, 2.0 from
 * the standard's chapters, whose ninth counts one more from "property definition" on than its sixth draft did.
 */
import type { Version } from './version.ts';

const topics = {
  versionKeyname: ['3.9.3.1', '3.9.3.1', '3.10.3.1', '3.10.3.1', '6.2'],
  import: ['3.5.7', '3.5.7', '3.6.8', '3.6.8', '6.8'],
  derivation: ['3.6', '3.6.1', '3.7.1', '3.7.1', '6.4.2'],
  value: ['3.2', '3.2', '3.3', '3.3', '9.1'],
  dataType: ['3.6.5', '3.6.6', '3.7.6', '3.7.6', '9.2'],
  schema: ['3.5.8', '3.5.8', '3.6.9', '3.6.9', '9.3'],
  property: ['3.5.8', '3.5.8', '3.6.9', '3.6.10', '9.4'],
  propertyValue: ['3.5.9', '3.5.9', '3.6.10', '3.6.11', '9.5'],
  attribute: ['3.5.10', '3.5.10', '3.6.11', '3.6.12', '9.6'],
  attributeValue: ['3.5.11', '3.5.11', '3.6.12', '3.6.13', '9.7'],
  parameter: ['3.5.12', '3.5.12', '3.6.13', '3.6.14', '9.8'],
  attributeMapping: ['3.5.13', '3.5.13', '3.6.15', '3.6.15', '9.10'],
  constraint: ['3.5.2', '3.5.2', '3.6.3', '3.6.3', '9.11'],
  nodeFilter: ['3.5.4', '3.5.4', '3.6.5', '3.6.5', '8.8'],
  artifact: ['3.5.6', '3.5.6', '3.6.7', '3.6.7', '12.2'],
  relationshipType: ['3.6.9', '3.6.10', '3.7.10', '3.7.10', '7.3'],
  capabilityDefinition: ['3.6.1', '3.6.2', '3.7.2', '3.7.2', '8.2'],
  requirementDefinition: ['3.6.2', '3.6.3', '3.7.3', '3.7.3', '8.5'],
  requirementAssignment: ['3.7.2', '3.7.2', '3.8.2', '3.8.2', '8.7'],
  nodeTemplate: ['3.7.3', '3.7.3', '3.8.3', '3.8.3', '7.2'],
  interfaceDefinition: ['3.5.14', '3.5.14', '3.6.16', '3.6.20', '11.2'],
  interfaceAssignment: ['3.5.14', '3.5.14', '3.6.16', '3.6.20', '11.3'],
  group: ['3.7.5', '3.7.5', '3.8.5', '3.8.5', '16.2'],
  policy: ['3.7.6', '3.7.6', '3.8.6', '3.8.6', '16.4'],
  eventFilter: ['3.7.6', '3.5.15', '3.6.17', '3.6.21', '16.5'],
  trigger: ['3.7.6', '3.5.16', '3.6.18', '3.6.22', '16.5'],
  activity: ['3.7.6', '3.5.17', '3.6.19', '3.6.23', '13.2.3'],
  assertion: ['3.7.6', '3.5.18', '3.6.20', '3.6.24', '8.8'],
  condition: ['3.7.6', '3.5.19', '3.6.21', '3.6.25', '8.8'],
  precondition: ['3.8', '3.5.20', '3.6.22', '3.6.26', '13.2'],
  step: ['3.8', '3.5.21', '3.6.23', '3.6.27', '13.2.2'],
  workflow: ['3.8', '3.7.7', '3.8.7', '3.8.7', '13.2'],
  substitution: ['3.8', '3.8', '3.8.12', '3.8.13', '15.1'],
} as const satisfies Readonly<Record<string, readonly [string, string, string, string, string]>>;

export type Topic = keyof typeof topics;

const columns: Readonly<Record<Version, 0 | 1 | 2 | 3 | 4>> = { '1.0': 0, '1.1': 1, '1.2': 2, '1.3': 3, '2.0': 4 };

export const sectionFor = (topic: Topic, version: Version): string => topics[topic][columns[version]];
