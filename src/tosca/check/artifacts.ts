/** Artifacts and implementations: type, repository, properties, and whether somebody knows how to run the file. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { asMap } from '../definitions/schema.ts';
import { propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { Unit } from '../load/unit.ts';
import { textOf } from '../types/lineage.ts';
import { checkAssignments } from './assignments.ts';
import { requireType } from './names.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('artifact', findings.version);

export function checkArtifactSection(
  section: Node | undefined,
  unit: Unit,
  scope: FunctionScope,
  findings: Findings,
): void {
  for (const { key, value } of asMap(section)?.entries ?? [])
    checkArtifact(value, key.span, unit, scope, findings, true);
}

function checkArtifact(
  node: Node,
  at: Span,
  unit: Unit,
  scope: FunctionScope,
  findings: Findings,
  typeRequired: boolean,
): void {
  if (node.kind !== 'map') return;
  const typeNode = valueOf(node, 'type');
  if (typeNode === undefined && typeRequired && (findings.version === '2.0' || !findings.isAfter('1.2')))
    findings.add('MissingRequiredKeyname', 'The artifact definition lacks "type".', at, {
      section: sectionOf(findings),
    });
  const type = requireType(typeNode, 'artifact', unit, findings);
  checkRepository(valueOf(node, 'repository'), unit, findings);
  if (
    valueOf(node, 'checksum') !== undefined &&
    valueOf(node, 'checksum_algorithm') === undefined &&
    findings.version === '2.0'
  )
    findings.add(
      'MissingRequiredKeyname',
      'A checksum without "checksum_algorithm" can’t be verified.',
      valueOf(node, 'checksum')?.span,
      { section: sectionOf(findings) },
    );
  const definitions = type === undefined ? undefined : propertiesOf(type);
  checkAssignments(valueOf(node, 'properties'), definitions, scope, findings, {
    kind: 'property',
    owner: `"${type?.name ?? ''}"`,
    at,
    requireAll: typeNode !== undefined,
  });
}

function checkRepository(node: Node | undefined, unit: Unit, findings: Findings): void {
  const name = textOf(node);
  if (node === undefined || name === undefined || unit.repositories.has(name)) return;
  const hint = didYouMean(name, unit.repositories.keys());
  findings.add('UnknownRepository', `No repository "${name}" is declared in this file.`, node.span, {
    section: sectionOf(findings),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A file or the name of an artifact; or `primary` and `dependencies`. */
export function checkImplementation(node: Node, scope: FunctionScope, findings: Findings): void {
  if (node.kind !== 'map') return;
  const primary = valueOf(node, 'primary');
  if (primary !== undefined) checkArtifact(primary, primary.span, scope.unit, scope, findings, false);
  const dependencies = valueOf(node, 'dependencies');
  for (const item of dependencies?.kind === 'list' ? dependencies.items : [])
    checkArtifact(item, item.span, scope.unit, scope, findings, false);
}
