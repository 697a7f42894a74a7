/** There are as many assignments of a requirement as the range of its definition allows. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { renderRange, unbounded } from '../definitions/range.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import type { RequirementDefinition } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';
import { directivesOf, sectionOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { declaredAt, requirementSection } from './requirement-words.ts';

/** As many as the range of the definition allows; those that are missing may be found by the orchestrator since 2.0. */
export function checkCounts(
  template: Template,
  type: TypeDeclaration,
  assignments: readonly RequirementAssignment[],
  findings: Findings,
): void {
  // Written in a way nobody can read, it has been told already.
  const written = sectionOf(template, 'requirements');
  if (written !== undefined && written.kind !== 'list') return;
  const outside = mappedRequirements(template);
  for (const definition of requirementsOf(type).values()) {
    // Whoever the template stands for brings the target.
    if (outside.has(definition.name)) continue;
    const own = assignments.filter(({ name }) => name === definition.name);
    const counts = own.map(({ node }) => countOf(node));
    if (counts.some((count) => count === undefined)) continue;
    const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const optional = own.reduce((sum, { node }, index) => sum + (isOptional(node) ? (counts[index] ?? 0) : 0), 0);
    checkTotal(template, definition, own, total, total - optional, findings);
  }
}

/** Requirements of this node that substitution mappings hand to the outside. */
function mappedRequirements(template: Template): ReadonlySet<string> {
  const section = valueOf(template.topology.substitution, 'requirements');
  const entries =
    section?.kind === 'list'
      ? section.items.flatMap((item) => asMap(item)?.entries ?? [])
      : (asMap(section)?.entries ?? []);
  return new Set(
    entries
      .flatMap(({ value }) => pairsIn(value))
      .flatMap(([name, requirement]) => (name === template.name && requirement !== undefined ? [requirement] : [])),
  );
}

/** Every `[node, requirement]` in a mapping, however deep it stands. */
function pairsIn(node: Node): readonly (readonly [string, string | undefined])[] {
  if (node.kind === 'map') return node.entries.flatMap(({ value }) => pairsIn(value));
  if (node.kind !== 'list') return [];
  const [name, requirement] = node.items.map(textOf);
  if (name !== undefined && node.items.length === 2) return [[name, requirement]];
  return node.items.flatMap(pairsIn);
}

function checkTotal(
  template: Template,
  definition: RequirementDefinition,
  own: readonly RequirementAssignment[],
  total: number,
  mandatory: number,
  findings: Findings,
): void {
  const { range, name } = definition;
  const say = (what: string, at = template.at): void =>
    findings.add(
      'InvalidOccurrences',
      `"${template.name}" ${what} "${name}", and ${renderRange(range)} are allowed.`,
      at,
      { section: findings.version === '2.0' ? '8.7.4' : requirementSection(findings), ...declaredAt(definition) },
    );
  if (range.most !== unbounded && total > range.most) return say(`has ${total} requirements`, own.at(-1)?.at);
  if (mandatory >= range.least) return;
  if (own.length === 0) {
    // 2.0 makes an assignment itself where none is given (§8.7.4); before, somebody has to (1.3 §3.8.2).
    if (findings.version === '2.0' || directivesOf(template).length > 0) return;
    return say('lacks the requirement');
  }
  say(`has only ${mandatory} requirements`, own[0]?.at);
}

const isOptional = (node: Node): boolean => {
  const optional = valueOf(node, 'optional');
  return optional?.kind === 'scalar' && optional.value === true;
};

/** `undefined`: only known when it runs. */
function countOf(node: Node): number | undefined {
  const count = valueOf(node, 'count');
  if (count === undefined) {
    const occurrences = valueOf(node, 'occurrences');
    const most = occurrences?.kind === 'list' ? occurrences.items[1] : undefined;
    if (most?.kind === 'scalar' && typeof most.value === 'number') return Math.max(1, most.value);
    return most === undefined ? 1 : undefined;
  }
  return count.kind === 'scalar' && typeof count.value === 'number' ? count.value : undefined;
}
