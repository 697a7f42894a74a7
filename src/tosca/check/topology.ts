/** The topology of a file: inputs, templates of every kind, outputs, substitution. */
import { valueOf } from '../../document/node.ts';
import { asMap } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import { checkValue } from '../data/check-value.ts';
import { checkNestedCalls } from '../functions/check.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { scopeOfTopology } from '../functions/scope.ts';
import { readSchema } from '../definitions/schema.ts';
import type { Topology } from '../topology/topology.ts';
import { checkGroups } from './groups.ts';
import { checkNodeTemplates } from './node-templates.ts';
import { checkPolicies } from './policies.ts';
import { checkRelationshipTemplates } from './relationship-templates.ts';
import { checkSubstitution } from './substitution.ts';
import { checkSchema, checkValueSection } from './values.ts';
import { checkWorkflows } from './workflows.ts';

export function checkTopology(topology: Topology, given: FunctionScope['given'], findings: Findings): void {
  const scope: FunctionScope = { ...scopeOfTopology(topology), ...(given === undefined ? {} : { given }) };
  const { node, unit } = topology;
  checkValueSection(valueOf(node, 'inputs'), topology.inputs, unit, findings, {
    kind: 'parameter',
    typeRequired: unit.version !== '2.0',
    scope,
  });
  checkNodeTemplates(topology, findings);
  checkRelationshipTemplates(topology, findings);
  checkGroups(topology, findings);
  checkPolicies(topology, findings);
  checkWorkflows(topology, findings);
  checkOutputs(topology, scope, findings);
  checkSubstitution(topology, findings);
}

/** An output has a value: alone, or behind `value`. */
function checkOutputs(topology: Topology, scope: FunctionScope, findings: Findings): void {
  const { unit } = topology;
  for (const { value } of topology.outputs) {
    const inner = asMap(value);
    const given = inner === undefined ? value : valueOf(inner, 'value');
    const isCall = inner !== undefined && given === undefined && inner.entries.length === 1;
    if (inner !== undefined) checkSchema(inner, readSchema(inner, unit), unit, findings);
    if (given !== undefined && inner !== undefined) checkValue(given, readSchema(inner, unit), scope, findings);
    else if (given !== undefined) checkNestedCalls(given, scope, findings);
    else if (isCall && unit.version === '2.0') checkNestedCalls(value, scope, findings);
    const fallback = inner === undefined ? undefined : valueOf(inner, 'default');
    if (fallback !== undefined) checkValue(fallback, readSchema(value, unit), scope, findings);
  }
}
