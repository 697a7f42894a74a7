/** Capability definitions of a node type. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import type { CapabilityDefinition } from '../definitions/capability.ts';
import { asMap } from '../definitions/schema.ts';
import { declaredAttributesOf, nothingDefined, propertiesOf } from '../definitions/value.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfType } from '../functions/scope.ts';
import { bodyOf } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { isA, lineageOf, textOf } from '../types/lineage.ts';
import { requireType } from './names.ts';
import { checkValueSection } from './values.ts';

const sectionOf = (findings: Findings): string =>
  findings.version === '2.0' ? '8.2' : findings.isAfter('1.1') ? '3.7.2' : '3.6.1';

export function checkCapabilityDefinitions(type: TypeDeclaration, findings: Findings): void {
  const all = capabilitiesOf(type);
  const [, parent] = lineageOf(type);
  const inherited = parent === undefined ? undefined : capabilitiesOf(parent);
  for (const { key, value } of asMap(valueOf(bodyOf(type), 'capabilities'))?.entries ?? []) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    const definition = all.get(name);
    if (definition === undefined) continue;
    const before = inherited?.get(name);
    const typeNode = textOf(value) === undefined ? valueOf(value, 'type') : value;
    if (typeNode === undefined && before === undefined)
      findings.add('MissingRequiredKeyname', `The capability definition "${name}" lacks "type".`, key.span, {
        section: sectionOf(findings),
      });
    const own = requireType(typeNode, 'capability', type.unit, findings);
    if (
      own !== undefined &&
      before?.type !== undefined &&
      !isA(own, before.type) &&
      typeNode !== undefined &&
      findings.isAfter('1.2')
    )
      findings.add(
        'InvalidRefinement',
        `The capability "${name}" is of type "${before.type.name}"; it can only become a type derived from that.`,
        typeNode.span,
        {
          section: findings.version === '2.0' ? '8.3' : sectionOf(findings),
        },
      );
    checkMembers(definition, value, type, findings);
    for (const keyname of ['valid_source_types', 'valid_source_node_types'])
      for (const item of itemsOf(valueOf(value, keyname))) requireType(item, 'node', type.unit, findings);
    for (const item of itemsOf(valueOf(value, 'valid_relationship_types')))
      requireType(item, 'relationship', type.unit, findings);
  }
}

const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);

/** 2.0 §8.2: what the capability type has may be refined, nothing may be added. Before, it might. */
function checkMembers(definition: CapabilityDefinition, node: Node, type: TypeDeclaration, findings: Findings): void {
  const scope = scopeOfType(type);
  const ofType = definition.type;
  for (const member of ['properties', 'attributes'] as const) {
    const section = asMap(valueOf(node, member));
    const kind = member === 'properties' ? 'property' : 'attribute';
    const declared =
      ofType === undefined
        ? nothingDefined
        : member === 'properties'
          ? propertiesOf(ofType)
          : declaredAttributesOf(ofType);
    if (findings.version === '2.0' && ofType !== undefined)
      checkOnlyKnown(section, declared, ofType.name, kind, findings);
    checkValueSection(section, definition[member], type.unit, findings, {
      kind,
      typeRequired: ofType !== undefined,
      scope,
    });
  }
}

export function checkOnlyKnown(
  section: Node | undefined,
  known: ValueDefinitions,
  typeName: string,
  kind: 'property' | 'attribute',
  findings: Findings,
): void {
  for (const { key } of asMap(section)?.entries ?? []) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    if (known.has(name)) continue;
    const hint = didYouMean(name, known.keys());
    findings.add(
      kind === 'property' ? 'UnknownProperty' : 'UnknownAttribute',
      `"${typeName}" has no ${kind} "${name}" that could be refined.`,
      key.span,
      {
        section: '8.2',
        ...(hint === undefined ? {} : { hint }),
      },
    );
  }
}
