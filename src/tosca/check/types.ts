/** Every type a file declares: its parent, and what each kind of type has of its own. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { asMap } from '../definitions/schema.ts';
import { declaredAttributesOf, propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfType } from '../functions/scope.ts';
import type { Unit } from '../load/unit.ts';
import { categories, categoryRows } from '../names/category.ts';
import type { Category } from '../names/category.ts';
import { bodyOf, conflictsOf, findType, isBeyondKnowledge, ownTypes, typeNames } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { findDataType } from '../types/data-type.ts';
import { inheritedNode, isA, isCircular, lineageOf, parentNode, textOf } from '../types/lineage.ts';
import { checkArtifactSection } from './artifacts.ts';
import { checkCapabilityDefinitions } from './capabilities.ts';
import { checkDataType } from './data-types.ts';
import { checkInterfaceDefinitions, checkInterfaceType } from './interfaces.ts';
import { requireEither, requireType } from './names.ts';
import { checkRequirementDefinitions } from './requirements.ts';
import { checkTriggers } from './triggers.ts';
import { checkValueSection } from './values.ts';
import { sectionFor } from '../sections.ts';

export function checkTypes(unit: Unit, findings: Findings): void {
  for (const category of categories) for (const type of ownTypes(unit)[category].values()) checkType(type, findings);
  if (unit.version !== '2.0') return;
  for (const { name, category, first, second, at } of conflictsOf(unit)) {
    const title = categoryRows[category].title;
    if (ownTypes(unit)[category].has(name)) continue;
    findings.add(
      'ShadowedName',
      `The ${title} "${name}" is declared by two of the files that come together here; the first one counts.`,
      at,
      {
        section: '6.8.4',
        hint: 'Import one of the files into a namespace of its own.',
        related: [
          { message: 'Once here.', at: first.at },
          { message: 'And here.', at: second.at },
        ],
      },
    );
  }
}

function checkType(type: TypeDeclaration, findings: Findings): void {
  checkParent(type, findings);
  const body = bodyOf(type);
  if (body === undefined) return;
  if (type.category !== 'data') checkMembers(type, findings);
  checkers[type.category](type, findings);
}

/** Data types may derive from built-in ones. */
function checkParent(type: TypeDeclaration, findings: Findings): void {
  const node = parentNode(type);
  const name = textOf(node);
  if (node === undefined || name === undefined) return;
  const { title, unknownParent } = categoryRows[type.category];
  const section = sectionFor('derivation', findings.version);
  const found = type.category === 'data' ? findDataType(type.unit, name) : findType(type.unit, type.category, name);
  if (found === undefined) {
    if (isBeyondKnowledge(type.unit, name)) return;
    const hint = didYouMean(name, typeNames(type.unit, type.category));
    const empty = name === '' ? ' The name is empty.' : '';
    findings.add(
      unknownParent,
      `"${type.name}" derives from "${name}", which is no ${title} known here.${empty}`,
      node.span,
      {
        section,
        ...(hint === undefined ? {} : { hint }),
      },
    );
  } else if (isCircular(type))
    findings.add(
      'InvalidParentType',
      `"${type.name}" derives from itself in the end, or by way of more than 200 others.`,
      node.span,
      { section },
    );
}

function checkMembers(type: TypeDeclaration, findings: Findings): void {
  const { unit } = type;
  const scope = scopeOfType(type);
  const body = bodyOf(type);
  checkValueSection(valueOf(body, 'properties'), propertiesOf(type), unit, findings, {
    kind: 'property',
    typeRequired: true,
    scope,
  });
  checkValueSection(valueOf(body, 'attributes'), declaredAttributesOf(type), unit, findings, {
    kind: 'attribute',
    typeRequired: true,
    scope,
  });
}

type Checker = (type: TypeDeclaration, findings: Findings) => void;

const checkers: Readonly<Record<Category, Checker>> = {
  data: checkDataType,
  artifact: () => undefined,
  interface: checkInterfaceType,
  capability: (type, findings) => {
    checkTypeList(type, 'valid_source_types', ['node'], findings, 'UnknownCapabilityType');
    checkTypeList(type, 'valid_source_node_types', ['node'], findings, 'UnknownCapabilityType');
    checkTypeList(type, 'valid_relationship_types', ['relationship'], findings);
  },
  relationship: (type, findings) => {
    checkTypeList(type, 'valid_target_types', ['capability', 'node'], findings);
    checkTypeList(type, 'valid_capability_types', ['capability'], findings);
    checkTypeList(type, 'valid_target_node_types', ['node'], findings);
    checkTypeList(type, 'valid_source_node_types', ['node'], findings);
    checkInterfaceDefinitions(type, findings);
  },
  node: (type, findings) => {
    checkCapabilityDefinitions(type, findings);
    checkRequirementDefinitions(type, findings);
    checkInterfaceDefinitions(type, findings);
    checkArtifactSection(valueOf(bodyOf(type), 'artifacts'), type.unit, scopeOfType(type), findings);
  },
  group: (type, findings) => {
    checkTypeList(type, 'members', ['node', 'group'], findings);
    checkInterfaceDefinitions(type, findings);
  },
  policy: (type, findings) => {
    checkTypeList(type, 'targets', ['node', 'group'], findings);
    checkTriggers(asMap(valueOf(bodyOf(type), 'triggers')), scopeOfType(type), undefined, findings);
  },
};

/** Names of types, and none that the parent rules out. */
function checkTypeList(
  type: TypeDeclaration,
  keyname: string,
  kinds: readonly Category[],
  findings: Findings,
  code?: 'UnknownCapabilityType',
): void {
  const list = valueOf(bodyOf(type), keyname);
  if (list?.kind !== 'list') return;
  const [kind = 'node'] = kinds;
  for (const item of list.items) {
    const found =
      code === undefined
        ? requireEither(item, kinds, type.unit, findings)
        : requireType(item, kind, type.unit, findings, code);
    if (found !== undefined) checkNarrowing(type, keyname, item, found, kinds, findings);
  }
}

function checkNarrowing(
  type: TypeDeclaration,
  keyname: string,
  item: Node,
  found: TypeDeclaration,
  kinds: readonly Category[],
  findings: Findings,
): void {
  const parent = lineageOf(type)[1];
  const inherited = parent === undefined ? undefined : inheritedNode(parent, keyname);
  if (inherited?.node.kind !== 'list' || inherited.node.items.length === 0) return;
  const allowed = inherited.node.items.flatMap((one) => {
    const name = textOf(one);
    return name === undefined ? [] : kinds.flatMap((kind) => findType(inherited.from.unit, kind, name) ?? []);
  });
  if (allowed.length === 0 || allowed.some((one) => isA(found, one))) return;
  findings.add(
    'InvalidRefinement',
    `"${found.name}" is none of the types that "${inherited.from.name}" allows here, nor derived from one.`,
    item.span,
    {
      section: sectionFor('relationshipType', findings.version),
      related: [{ message: 'They are listed here.', at: inherited.node.span }],
    },
  );
}
