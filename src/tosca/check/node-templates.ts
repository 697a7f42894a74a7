/** Node templates: everything they assign, against the type they are of. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import { entryOf, valueOf } from '../../document/node.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import { asMap } from '../definitions/schema.ts';
import { interfacesOf } from '../definitions/interface.ts';
import { declaredAttributesOf, propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { checkArtifactSection } from './artifacts.ts';
import { checkAssignments } from './assignments.ts';
import { checkInterfaceAssignments } from './interface-assignments.ts';
import { requireType } from './names.ts';
import { checkNodeFilter } from './node-filter.ts';
import { checkCount, hasSelectDirective, isSelected } from './representations.ts';
import { checkRequirementAssignments } from './requirement-assignments.ts';
import { sectionFor } from '../sections.ts';

const specOf = (findings: Findings): string => sectionFor('nodeTemplate', findings.version);

export function checkNodeTemplates(topology: Topology, findings: Findings): void {
  for (const template of topology.nodes.values()) checkNodeTemplate(template, findings);
}

function checkNodeTemplate(template: Template, findings: Findings): void {
  const { type, topology } = template;
  const { unit } = topology;
  const scope = scopeOfTemplate(template);
  requireType(sectionOf(template, 'type'), 'node', unit, findings);
  checkCopy(template, topology.nodes, findings);
  checkDirectives(template, findings);
  // A node that is selected exists already: nothing is made of it here.
  const isMade = !isSelected(template);
  const owner = `"${template.name}"`;
  const at = template.at;
  checkAssignments(
    sectionOf(template, 'properties'),
    type === undefined ? undefined : propertiesOf(type),
    scope,
    findings,
    { kind: 'property', owner, at, requireAll: isMade },
  );
  checkAttributes(template, type, scope, findings);
  checkCapabilities(template, type, isMade, scope, findings);
  checkRequirementAssignments(template, findings);
  checkInterfaceAssignments(
    sectionOf(template, 'interfaces'),
    type === undefined ? undefined : interfacesOf(type),
    template.name,
    scope,
    findings,
  );
  checkArtifactSection(sectionOf(template, 'artifacts'), unit, scope, findings);
  const filter = sectionOf(template, 'node_filter');
  // 1.0 applies it only where the node is selected (§3.7.3); later versions say what it is about all the same.
  const filtered = findings.isAfter('1.0') || hasSelectDirective(template) ? type : undefined;
  if (filter !== undefined) checkNodeFilter(filter, filtered, scope, findings);
  checkCount(sectionOf(template, 'count'), scope, findings);
}

/** Attributes may be given that no type declares: then they are of this node only. */
function checkAttributes(
  template: Template,
  type: TypeDeclaration | undefined,
  scope: FunctionScope,
  findings: Findings,
): void {
  const definitions = type === undefined ? undefined : new Map([...propertiesOf(type), ...declaredAttributesOf(type)]);
  checkAssignments(sectionOf(template, 'attributes'), definitions, scope, findings, {
    kind: 'attribute',
    owner: `"${template.name}"`,
    at: template.at,
    requireAll: false,
  });
}

export function checkCopy(template: Template, all: ReadonlyMap<string, Template>, findings: Findings): void {
  // What is copied is merged into the template, so `copy` is looked for where it was written.
  const node = valueOf(template.own, 'copy');
  const name = textOf(node);
  if (node === undefined || name === undefined) return;
  const source = all.get(name);
  const section = specOf(findings);
  if (source === undefined) {
    const hint = didYouMean(name, all.keys());
    findings.add('InvalidCopy', `There is no template "${name}" to copy from.`, node.span, {
      section,
      ...(hint === undefined ? {} : { hint }),
    });
    return;
  }
  if (source === template)
    findings.add('InvalidCopy', 'A template can’t be copied from itself.', node.span, { section });
  else if (entryOf(source.own, 'copy') !== undefined)
    findings.add('InvalidCopy', `"${name}" is copied from another template itself; copy from that one.`, node.span, {
      section,
    });
}

const directives = {
  old: ['select', 'substitute', 'selectable', 'substitutable'],
  new: ['create', 'select', 'substitute'],
} as const;

function checkDirectives(template: Template, findings: Findings): void {
  const list = sectionOf(template, 'directives');
  // Before 1.3 the standard named none, so any may mean something to somebody.
  if (list?.kind !== 'list' || !findings.isAfter('1.2')) return;
  const known: readonly string[] = findings.version === '2.0' ? directives.new : directives.old;
  for (const item of list.items) {
    const name = textOf(item);
    if (name === undefined || known.includes(name)) continue;
    const hint = didYouMean(name, known) ?? `The directives are ${known.join(', ')}.`;
    findings.add('UnknownDirective', `No directive is called "${name}".`, item.span, {
      section: specOf(findings),
      hint,
    });
  }
}

function checkCapabilities(
  template: Template,
  type: TypeDeclaration | undefined,
  isMade: boolean,
  scope: FunctionScope,
  findings: Findings,
): void {
  const section = asMap(sectionOf(template, 'capabilities'));
  const definitions = type === undefined ? undefined : capabilitiesOf(type);
  for (const { key, value } of section?.entries ?? []) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    const definition = definitions?.get(name);
    if (definition === undefined && definitions !== undefined) {
      const hint = didYouMean(name, definitions.keys());
      findings.add('UnknownCapability', `"${template.name}" has no capability "${name}".`, key.span, {
        section: specOf(findings),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    const owner = `The capability "${name}" of "${template.name}"`;
    const known = definition?.type === undefined ? undefined : definition;
    checkAssignments(valueOf(value, 'properties'), known?.properties, scope, findings, {
      kind: 'property',
      owner,
      at: key.span,
      requireAll: isMade,
    });
    const attributes = known === undefined ? undefined : new Map([...known.properties, ...known.attributes]);
    checkAssignments(valueOf(value, 'attributes'), attributes, scope, findings, {
      kind: 'attribute',
      owner,
      at: key.span,
      requireAll: false,
    });
  }
  if (!isMade) return;
  const given = new Set((section?.entries ?? []).map(({ key }) => (key.kind === 'scalar' ? String(key.value) : '')));
  for (const definition of definitions?.values() ?? [])
    if (!given.has(definition.name) && definition.type !== undefined)
      checkAssignments(undefined, definition.properties, scope, findings, {
        kind: 'property',
        owner: `The capability "${definition.name}" of "${template.name}"`,
        at: template.at,
        requireAll: true,
      });
}
