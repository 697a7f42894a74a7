/** An application as a template of TOSCA 1.3 or 2.0. What has no word there is told in the report. */
import type { Report } from '../../diagnostic/report.ts';
import type { Application, Entity } from '../../model/entity.ts';
import { textEntries } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import { dialects } from './dialect.ts';
import type { WrittenVersion } from './dialect.ts';
import type { NodeDraft, Writing } from './draft.ts';
import { tell } from './draft.ts';
import { writeInputs, writeOutputs } from './inputs.ts';
import { placeEntities, writeNode } from './node.ts';
import { baseTypes, derivedType, ownType } from './types.ts';

export type WrittenTemplate = { readonly value: ValueMap; readonly report: Report };

export function writeTemplate(application: Application, version: WrittenVersion): WrittenTemplate {
  const names = new Map<string, string>();
  const writing: Writing = {
    dialect: dialects[version],
    inputs: new Set(application.parameters.map(({ name }) => name)),
    names,
    nodes: new Map(),
    dataTypes: { made: new Map(), inputs: new Map() },
    policies: new Map(),
    policyTypes: new Map(),
    report: [],
  };
  placeEntities(application.children, undefined, writing, names);
  // First: what gets its value from an input is of its type.
  const inputs = writeInputs(application, writing);
  const wholes = wholesOf(application.children, writing);
  for (const draft of [...writing.nodes.values()]) writeNode(draft, wholes.get(draft) ?? draft.entity, writing);
  const outputs = writeOutputs(application, writing);
  if (application.policies.length > 0)
    tell(writing, 'brooklyn.policies', 'lost', 'Policies have nodes as their targets.');
  return { value: assemble(application, inputs, outputs, writing), report: writing.report };
}

/** A cluster's node is that of its member; both in the order they were placed. */
function wholesOf(entities: readonly Entity[], { nodes }: Writing): ReadonlyMap<NodeDraft, Entity> {
  const drafts = [...nodes.values()];
  const wholes = new Map<NodeDraft, Entity>();
  let index = 0;
  const walk = (list: readonly Entity[]): void => {
    for (const entity of list) {
      const draft = drafts[index++];
      if (draft === undefined) return;
      wholes.set(draft, entity);
      walk(draft.entity === entity ? entity.children : [...draft.entity.children, ...entity.children]);
    }
  };
  walk(entities);
  return wholes;
}

function assemble(application: Application, inputs: ValueMap, outputs: ValueMap, writing: Writing): ValueMap {
  const { dialect } = writing;
  const nodeTypes = new Map<string, Value>();
  const templates = new Map(
    [...writing.nodes.values()].map((draft) => [draft.name, templateOf(draft, nodeTypes, writing)]),
  );
  const metadata = metadataOf(application);
  const policies = [...writing.policies].map(([name, policy]) => new Map([[name, policy]]));
  return sections([
    ['tosca_definitions_version', dialect.header],
    ['metadata', metadata],
    ['description', application.description],
    ['imports', dialect.imports],
    ['data_types', writing.dataTypes.made],
    ['node_types', nodeTypes],
    ['policy_types', writing.policyTypes],
    [
      dialect.topology,
      sections(
        [
          ['inputs', inputs],
          ['node_templates', templates],
          ['policies', policies],
          ['outputs', outputs],
        ],
        ['node_templates'],
      ),
    ],
  ]);
}

/** Without what is empty, which TOSCA takes for a mistake; some keynames have to be there. */
function sections(all: readonly (readonly [string, Value | undefined])[], kept: readonly string[] = []): ValueMap {
  const isEmpty = (value: Value): boolean =>
    (isMap(value) && value.size === 0) || (Array.isArray(value) && value.length === 0);
  return new Map(
    all.flatMap(([name, value]) =>
      value === undefined || (isEmpty(value) && !kept.includes(name)) ? [] : [[name, value] as const],
    ),
  );
}

function metadataOf({ name, metadata }: Application): ValueMap {
  const known = metadata.get('tosca.metadata');
  return new Map<string, Value>([
    ...(name === undefined ? [] : [['template_name', name] as const]),
    ...(isMap(known) ? textEntries(known) : []),
  ]);
}

function templateOf(draft: NodeDraft, nodeTypes: Map<string, Value>, writing: Writing): Value {
  const { dialect } = writing;
  const isOwn = draft.type === draft.entity.type;
  const base = baseTypes[draft.type] ?? (isOwn ? ownType : undefined);
  if (base !== undefined && !nodeTypes.has(draft.type)) nodeTypes.set(draft.type, base(dialect));
  const properties = new Map([...draft.properties].map(([name, { schema }]) => [name, schema]));
  const needsType = properties.size > 0 || draft.attributes.size > 0;
  const type = needsType ? `clocker.types.${draft.name}` : draft.type;
  if (needsType) nodeTypes.set(type, derivedType(draft.type, properties, draft.attributes));
  const values = new Map<string, Value>([
    ...[...draft.known].sort(([a], [b]) => (a < b ? -1 : 1)),
    ...[...draft.properties].map(([name, { value }]) => [name, value] as const),
  ]);
  return sections([
    ['type', type],
    ['description', draft.description],
    ['properties', values],
    ['requirements', draft.requirements],
    ['capabilities', new Map([...draft.capabilities].map(([name, one]) => [name, new Map([['properties', one]])]))],
    ['artifacts', draft.artifacts],
    ['interfaces', interfacesOf(draft)],
  ]);
}

/** The image is what `create` is implemented by, as the standard's own examples have it; its inputs are the environment. */
function interfacesOf({ artifacts, environment }: NodeDraft): ValueMap | undefined {
  if (environment.size === 0) return undefined;
  const create = sections([
    ['implementation', artifacts.has('image') ? 'image' : undefined],
    ['inputs', environment],
  ]);
  return new Map([['Standard', new Map([['operations', new Map([['create', create]])]])]]);
}
