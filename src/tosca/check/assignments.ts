/** Values given to what is defined: properties, attributes and inputs of templates. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { checkValue } from '../data/check-value.ts';
import { asMap } from '../definitions/schema.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { checkNestedCalls } from '../functions/check.ts';
import { constructs } from '../grammar/constructs.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { sectionFor } from '../sections.ts';

export type AssignmentRules = {
  readonly kind: 'property' | 'attribute' | 'input';
  /** Who has them, for messages: `"db"`. */
  readonly owner: string;
  /** Where what is missing is told. */
  readonly at: Span;
  /** Whether required ones have to be given here. */
  readonly requireAll: boolean;
  /** Names that are defined nowhere may be given too (inputs of operations, 2.0 §11.5). */
  readonly open?: boolean;
};

const unknownCode = { property: 'UnknownProperty', attribute: 'UnknownAttribute', input: 'UnknownInput' } as const;

/** `definitions` is `undefined` where the type is unknown; then only functions are checked. */
export function checkAssignments(
  section: Node | undefined,
  definitions: ValueDefinitions | undefined,
  scope: FunctionScope,
  findings: Findings,
  rules: AssignmentRules,
): void {
  const told = cameByAlias(section, rules.at) ? findings.within(section.span) : findings;
  const given = new Set<string>();
  for (const { key, value } of asMap(section)?.entries ?? []) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    given.add(name);
    const definition = definitions?.get(name);
    if (definition === undefined) {
      if (definitions !== undefined && rules.open !== true) reportUnknown(name, key.span, definitions, told, rules);
      checkNestedCalls(value, scope, told);
    } else if (definition.fixed !== undefined) {
      told.add('FixedValue', `"${name}" has its value by definition; it can’t be given again.`, key.span, {
        section: '9.5',
      });
    } else if (rules.kind === 'attribute' && isRefinement(value, scope)) {
      // OASIS's suite lets a template describe an attribute anew; there is no value in it to judge.
      checkNestedCalls(value, scope, told);
    } else if (definition.required || value.kind !== 'scalar' || value.value !== null || scope.unit.version === '2.0') {
      checkValue(value, definition.schema, scope, told);
    }
  }
  if (definitions !== undefined && rules.requireAll) requireAssignments(definitions, given, findings, rules);
}

/** Written before the one it is for: an alias stands for it there. */
const cameByAlias = (section: Node | undefined, at: Span): section is Node =>
  section !== undefined && section.span.file === at.file && section.span.start.offset < at.start.offset;

const attributeKeynames = new Set(Object.keys(constructs.attribute.keys));

const isRefinement = (node: Node, scope: FunctionScope): boolean =>
  scope.unit.version === '2.0' &&
  node.kind === 'map' &&
  node.entries.length > 0 &&
  node.entries.every(({ key }) => key.kind === 'scalar' && attributeKeynames.has(String(key.value)));

function reportUnknown(
  name: string,
  at: Span,
  definitions: ValueDefinitions,
  findings: Findings,
  rules: AssignmentRules,
): void {
  const hint = didYouMean(name, definitions.keys());
  findings.add(unknownCode[rules.kind], `${rules.owner} has no ${rules.kind} "${name}".`, at, {
    section: sectionOf(rules.kind, findings),
    ...(hint === undefined ? {} : { hint }),
  });
}

const sectionOf = (kind: AssignmentRules['kind'], findings: Findings): string => {
  if (kind === 'input') return findings.version === '2.0' ? '9.9' : sectionFor('propertyValue', findings.version);
  return sectionFor(kind === 'attribute' ? 'attributeValue' : 'propertyValue', findings.version);
};

/** What is required, has no value of its own and is not among the names given. */
export function requireAssignments(
  definitions: ValueDefinitions,
  given: ReadonlySet<string>,
  findings: Findings,
  rules: AssignmentRules,
): void {
  for (const definition of definitions.values()) {
    if (!definition.required || given.has(definition.name)) continue;
    if (definition.default !== undefined || definition.fixed !== undefined) continue;
    const code = rules.kind === 'input' ? 'MissingRequiredInput' : 'MissingRequiredProperty';
    const place = definition.mentions.at(-1)?.at;
    findings.add(code, `${rules.owner} needs a value for the ${rules.kind} "${definition.name}".`, rules.at, {
      section: sectionOf(rules.kind, findings),
      ...(place === undefined ? {} : { related: [{ message: 'It is declared here.', at: place }] }),
    });
  }
}

export const namesIn = (section: Node | undefined): ReadonlySet<string> =>
  new Set((asMap(section)?.entries ?? []).map(({ key }) => (key.kind === 'scalar' ? String(key.value) : '')));
