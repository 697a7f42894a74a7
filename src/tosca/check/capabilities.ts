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
import { bodyOf, findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { inheritedNode, isA, lineageOf, textOf } from '../types/lineage.ts';
import { requireType } from './names.ts';
import { checkValueSection } from './values.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('capabilityDefinition', findings.version);

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
      !isRefined(own, before.type, findings) &&
      typeNode !== undefined
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
      for (const item of itemsOf(valueOf(value, keyname))) {
        const source = requireType(item, 'node', type.unit, findings);
        if (source !== undefined && own !== undefined) checkSource(source, item, own, keyname, findings);
      }
    for (const item of itemsOf(valueOf(value, 'valid_relationship_types')))
      requireType(item, 'relationship', type.unit, findings);
  }
}

/**
 * A type derived from the one before. Until 1.3 said so (§3.7.2.3), types that have more than the root in common took
 * each other's place: an Endpoint that of an Endpoint.Admin.
 */
function isRefined(own: TypeDeclaration, before: TypeDeclaration, findings: Findings): boolean {
  if (isA(own, before)) return true;
  if (findings.isAfter('1.2')) return false;
  return lineageOf(own).some((one) => lineageOf(one).length > 1 && isA(before, one));
}

/** The sources a definition names are among those its type allows. */
function checkSource(
  source: TypeDeclaration,
  item: Node,
  capability: TypeDeclaration,
  keyname: string,
  findings: Findings,
): void {
  const inherited = inheritedNode(capability, keyname);
  const allowed = itemsOf(inherited?.node).flatMap((one) => {
    const name = textOf(one);
    return name === undefined || inherited === undefined ? [] : (findType(inherited.from.unit, 'node', name) ?? []);
  });
  if (allowed.length === 0 || allowed.some((one) => isA(source, one))) return;
  findings.add(
    'InvalidRefinement',
    `"${source.name}" is none of the sources that "${capability.name}" allows, nor derived from one.`,
    item.span,
    {
      section: sectionOf(findings),
      ...(inherited === undefined ? {} : { related: [{ message: 'They are listed here.', at: inherited.node.span }] }),
    },
  );
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
