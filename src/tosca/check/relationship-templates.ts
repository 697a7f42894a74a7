/** Relationship templates, against the type they are of. */
import { interfacesOf } from '../definitions/interface.ts';
import { declaredAttributesOf, propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { contextOfSelf } from '../functions/context.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { checkAssignments } from './assignments.ts';
import { checkInterfaceAssignments } from './interface-assignments.ts';
import { requireType } from './names.ts';
import { checkCopy } from './node-templates.ts';

export function checkRelationshipTemplates(topology: Topology, findings: Findings): void {
  for (const template of topology.relationships.values()) {
    const { type, at } = template;
    const scope = scopeOfRelationship(template);
    const owner = `"${template.name}"`;
    requireType(sectionOf(template, 'type'), 'relationship', topology.unit, findings);
    checkCopy(template, topology.relationships, findings);
    checkAssignments(
      sectionOf(template, 'properties'),
      type === undefined ? undefined : propertiesOf(type),
      scope,
      findings,
      { kind: 'property', owner, at, requireAll: true },
    );
    const attributes = type === undefined ? undefined : new Map([...propertiesOf(type), ...declaredAttributesOf(type)]);
    checkAssignments(sectionOf(template, 'attributes'), attributes, scope, findings, {
      kind: 'attribute',
      owner,
      at,
      requireAll: false,
    });
    checkInterfaceAssignments(
      sectionOf(template, 'interfaces'),
      type === undefined ? undefined : interfacesOf(type),
      template.name,
      scope,
      findings,
    );
  }
}

/** Where a requirement uses it, its source and target are known. */
function scopeOfRelationship(template: Template): FunctionScope {
  const scope = scopeOfTemplate(template);
  const context = contextOfSelf(scope.self);
  return context?.kind === 'relationship' && context.requirement !== undefined
    ? { ...scope, self: { kind: 'requirement', requirement: context.requirement } }
    : scope;
}
