/** The eight kinds of types, where each is declared, and what a wrong name of each is called. */
import type { ToscaProblemCode } from '../problems.ts';

export const categories = [
  'artifact',
  'data',
  'capability',
  'interface',
  'relationship',
  'node',
  'group',
  'policy',
] as const;
export type Category = (typeof categories)[number];

type CategoryRow = {
  readonly section: string;
  readonly title: string;
  readonly unknown: ToscaProblemCode;
  readonly unknownParent: ToscaProblemCode;
  /** What normative names of 1.x begin with. */
  readonly prefix: string;
};

const row = (section: string, title: string, unknown: ToscaProblemCode, prefix: string): CategoryRow => ({
  section,
  title,
  unknown,
  unknownParent: 'InvalidParentType',
  prefix,
});

export const categoryRows: Readonly<Record<Category, CategoryRow>> = {
  artifact: {
    ...row('artifact_types', 'artifact type', 'MissingArtifactType', 'tosca.artifacts.'),
    unknownParent: 'MissingArtifactType',
  },
  data: row('data_types', 'data type', 'UnknownDataType', 'tosca.datatypes.'),
  capability: row('capability_types', 'capability type', 'UnknownCapabilityType', 'tosca.capabilities.'),
  interface: row('interface_types', 'interface type', 'UnknownInterfaceType', 'tosca.interfaces.'),
  relationship: row('relationship_types', 'relationship type', 'UnknownRelationshipType', 'tosca.relationships.'),
  node: row('node_types', 'node type', 'UnknownNodeType', 'tosca.nodes.'),
  group: row('group_types', 'group type', 'UnknownGroupType', 'tosca.groups.'),
  policy: row('policy_types', 'policy type', 'UnknownPolicyType', 'tosca.policies.'),
};
