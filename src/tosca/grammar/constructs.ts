/** Every construct of the grammar by name. A form can only name what stands here: the compiler checks it. */
import * as behaviour from './behaviour.ts';
import * as entities from './entities.ts';
import * as fileGrammar from './file.ts';
import type { Construct } from './form.ts';
import * as topology from './topology.ts';
import * as values from './values.ts';

export type ConstructName =
  | 'file'
  | 'fileMetadata'
  | 'repository'
  | 'import'
  | 'function'
  | 'signature'
  | 'dataType'
  | 'property'
  | 'attribute'
  | 'parameter'
  | 'schema'
  | 'nodeType'
  | 'relationshipType'
  | 'capabilityType'
  | 'artifactType'
  | 'artifact'
  | 'capabilityDefinition'
  | 'capabilityAssignment'
  | 'requirementDefinition'
  | 'relationshipDefinition'
  | 'requirementAssignment'
  | 'relationshipAssignment'
  | 'nodeTemplate'
  | 'relationshipTemplate'
  | 'nodeFilter'
  | 'capabilityFilter'
  | 'interfaceType'
  | 'interfaceDefinition'
  | 'interfaceAssignment'
  | 'operationDefinition'
  | 'operationAssignment'
  | 'notificationDefinition'
  | 'notificationAssignment'
  | 'implementation'
  | 'groupType'
  | 'group'
  | 'policyType'
  | 'policy'
  | 'trigger'
  | 'eventType'
  | 'timeInterval'
  | 'eventFilter'
  | 'activity'
  | 'workflowCall'
  | 'operationCall'
  | 'workflow'
  | 'precondition'
  | 'step'
  | 'topologyTemplate'
  | 'serviceTemplate'
  | 'substitution'
  | 'capabilityMapping'
  | 'requirementMapping';

export const constructs: Readonly<Record<ConstructName, Construct>> = {
  file: fileGrammar.file,
  fileMetadata: fileGrammar.fileMetadata,
  repository: fileGrammar.repository,
  import: fileGrammar.importDefinition,
  function: fileGrammar.functionDefinition,
  signature: fileGrammar.signature,
  dataType: values.dataType,
  property: values.property,
  attribute: values.attribute,
  parameter: values.parameter,
  schema: values.schema,
  nodeType: entities.nodeType,
  relationshipType: entities.relationshipType,
  capabilityType: entities.capabilityType,
  artifactType: entities.artifactType,
  artifact: entities.artifact,
  capabilityDefinition: entities.capabilityDefinition,
  capabilityAssignment: entities.capabilityAssignment,
  requirementDefinition: entities.requirementDefinition,
  relationshipDefinition: entities.relationshipDefinition,
  requirementAssignment: entities.requirementAssignment,
  relationshipAssignment: entities.relationshipAssignment,
  nodeTemplate: entities.nodeTemplate,
  relationshipTemplate: entities.relationshipTemplate,
  nodeFilter: entities.nodeFilter,
  capabilityFilter: entities.capabilityFilter,
  interfaceType: behaviour.interfaceType,
  interfaceDefinition: behaviour.interfaceDefinition,
  interfaceAssignment: behaviour.interfaceAssignment,
  operationDefinition: behaviour.operationDefinition,
  operationAssignment: behaviour.operationAssignment,
  notificationDefinition: behaviour.notificationDefinition,
  notificationAssignment: behaviour.notificationAssignment,
  implementation: behaviour.operationImplementation,
  groupType: behaviour.groupType,
  group: behaviour.group,
  policyType: behaviour.policyType,
  policy: behaviour.policy,
  trigger: behaviour.trigger,
  eventType: behaviour.eventType,
  timeInterval: behaviour.timeInterval,
  eventFilter: behaviour.eventFilter,
  activity: behaviour.activity,
  workflowCall: behaviour.workflowCall,
  operationCall: behaviour.operationCall,
  workflow: behaviour.workflow,
  precondition: behaviour.precondition,
  step: behaviour.step,
  topologyTemplate: topology.topologyTemplate,
  serviceTemplate: topology.serviceTemplate,
  substitution: topology.substitution,
  capabilityMapping: topology.capabilityMapping,
  requirementMapping: topology.requirementMapping,
};
