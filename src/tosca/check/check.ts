/** Everything that is checked of a template once its files are read. */
import type { Problem } from '../../diagnostic/problem.ts';
import { valueOf } from '../../document/node.ts';
import { checkValue } from '../data/check-value.ts';
import { plainSchema } from '../definitions/schema.ts';
import { collectFindings } from '../findings.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { Loaded } from '../load/load.ts';
import type { Unit } from '../load/unit.ts';
import { findDataType } from '../types/data-type.ts';
import { topologyOf } from '../topology/topology.ts';
import { checkFunctions } from './functions.ts';
import { checkTopology } from './topology.ts';
import { checkTypes } from './types.ts';

/** Types of every file; topologies only of the templates, for those of imported files are not part of them. */
export function checkLoaded(
  { entry, others, units }: Pick<Loaded, 'entry' | 'others' | 'units'>,
  given: FunctionScope['given'],
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const unit of units) {
    const findings = collectFindings(unit.version, problems);
    checkFile(unit, findings);
    checkTypes(unit, findings);
    checkFunctions(unit, findings);
  }
  for (const unit of [...(entry === undefined ? [] : [entry]), ...others]) {
    const topology = topologyOf(unit);
    if (topology !== undefined)
      checkTopology(topology, unit === entry ? given : undefined, collectFindings(unit.version, problems));
  }
  return problems;
}

/** What keynames of the file itself have to do with each other. */
function checkFile(unit: Unit, findings: Findings): void {
  const { root } = unit;
  const profile = valueOf(root, 'profile');
  if (profile !== undefined && valueOf(root, 'service_template') !== undefined)
    findings.add('ExclusiveKeynames', 'A file that defines a profile can’t define a service template.', profile.span, {
      section: '6.1',
    });
  checkCredentials(unit, findings);
}

/** 1.x: the credential of a repository is of the normative type, where that is known. */
function checkCredentials(unit: Unit, findings: Findings): void {
  const repositories = valueOf(unit.root, 'repositories');
  const type = findDataType(unit, 'tosca.datatypes.Credential');
  if (type === undefined || unit.version === '2.0') return;
  const scope: FunctionScope = { unit, topology: undefined, self: { kind: 'open' }, isOpen: true };
  for (const { value } of repositories?.kind === 'map' ? repositories.entries : []) {
    const credential = valueOf(value, 'credential');
    if (credential?.kind === 'map' && credential.entries.length > 0)
      checkValue(credential, plainSchema(type), scope, findings);
  }
}
