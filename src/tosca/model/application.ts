/** A checked template -> the entity model, with a line in the report for each leaf. */
import type { Checked, Problem } from '../../diagnostic/problem.ts';
import type { Fate, Report } from '../../diagnostic/report.ts';
import type { Files } from '../../document/files.ts';
import { valueOf } from '../../document/node.ts';
import type { Application } from '../../model/entity.ts';
import { typeName } from '../../model/entity-types.ts';
import type { Value } from '../../model/value.ts';
import { valueOfNode } from '../data/node-value.ts';
import { asMap } from '../definitions/schema.ts';
import { collectFindings } from '../findings.ts';
import type { Findings } from '../findings.ts';
import type { Archive, Loaded } from '../load/load.ts';
import type { Unit } from '../load/unit.ts';
import { sectionOf, textsOf, topologyOf } from '../topology/topology.ts';
import type { Topology } from '../topology/topology.ts';
import { lineageOf, textOf } from '../types/lineage.ts';
import { canonicalVersionNames } from '../version.ts';
import { openAccount } from './account.ts';
import type { Account } from './account.ts';
import { assembleEntities } from './assemble.ts';
import { translateInputs } from './inputs.ts';
import { draftNodes, translateNodes } from './nodes.ts';
import { translateOutputs } from './outputs.ts';
import { translatePolicies } from './policy.ts';
import { setLatches } from './relationship.ts';
import type { Translating } from './translating.ts';
import { translateWorkflows } from './workflows.ts';

export type Translated = { readonly application: Application; readonly report: Report };

/** `files`: scripts are read from here. `given`: values of inputs. */
export type Source = {
  readonly loaded: Loaded;
  readonly files: Files;
  readonly archive: Archive | undefined;
  readonly given: ReadonlyMap<string, Value>;
};

export function translateTemplate(unit: Unit, { given, ...source }: Source): Checked<Translated | undefined> {
  const topology = topologyOf(unit);
  if (topology === undefined) return { value: undefined, problems: [] };
  const problems: Problem[] = [];
  const account = openAccount();
  const findings = collectFindings(unit.version, problems);
  const t = translatingOf(topology, { ...source, account, findings }, given, '', []);
  const { parameters, config } = translateInputs(t);
  translateAll(t);
  const published = translateOutputs(t);
  const workflows = translateWorkflows(t);
  const head = headOf(unit, topology, account);
  const application: Application = {
    type: typeName.application,
    ...head,
    config,
    parameters,
    policies: [],
    enrichers: published.enrichers,
    initializers: [...published.initializers, ...workflows],
    tags: [new Map<string, Value>([['tosca.version', canonicalVersionNames[unit.version]]]), ...groupTags(t)],
    children: assembleEntities(t.drafts.values()),
  };
  return { value: { application, report: account.render(unit.root, otherwise) }, problems };
}

type Shared = Omit<Source, 'given'> & {
  readonly account: Account;
  readonly findings: Findings;
};

function translatingOf(
  topology: Topology,
  shared: Shared,
  given: ReadonlyMap<string, Value>,
  prefix: string,
  standing: readonly Topology[],
): Translating {
  const around = [...standing, topology];
  return {
    ...shared,
    topology,
    given,
    prefix,
    drafts: draftNodes(topology, prefix),
    standing: around,
    translateInner(inner, inputs, innerPrefix, names) {
      const t = translatingOf(inner, shared, inputs, innerPrefix, around);
      translateAll(t);
      return { entities: assembleEntities(t.drafts.values()), drafts: t.drafts, published: translateOutputs(t, names) };
    },
  };
}

function translateAll(t: Translating): void {
  translateNodes(t);
  translatePolicies(t);
  setLatches(t.drafts.values(), t);
}

type Head = Pick<Application, 'name' | 'description' | 'metadata'>;

function headOf({ root }: Unit, topology: Topology, account: Account): Head {
  const metadata = valueOf(root, 'metadata') ?? valueOf(topology.node, 'metadata');
  const name = textOf(valueOf(metadata, 'template_name'));
  const description = valueOf(topology.node, 'description') ?? valueOf(root, 'description');
  account.carried(valueOf(metadata, 'template_name'));
  account.carried(description);
  account.adapted(valueOf(root, 'tosca_definitions_version'), 'The result is a blueprint; what it was is in the tags.');
  const text = textOf(description);
  const carried = new Map<string, Value>();
  for (const { key, value } of asMap(metadata)?.entries ?? []) {
    if (key.kind !== 'scalar' || key.value === 'template_name') continue;
    carried.set(String(key.value), valueOfNode(value));
    account.carried(value);
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(text === undefined ? {} : { description: text.trim() }),
    metadata: carried.size === 0 ? new Map() : new Map<string, Value>([['tosca.metadata', carried]]),
  };
}

/** Groups are names for several nodes: they are told in the tags, with what belongs to them. */
function groupTags(t: Translating): readonly Value[] {
  return [...t.topology.groups.values()].map((group) => {
    t.account.adapted(group.node, 'Recorded in the tags of the application.');
    const types = group.type === undefined ? [] : lineageOf(group.type).map(({ name }) => name);
    return new Map<string, Value>([
      [
        'tosca.group',
        new Map<string, Value>([
          ['name', group.name],
          ['types', types],
          ['members', textsOf(sectionOf(group, 'members'))],
        ]),
      ],
    ]);
  });
}

type Word = { readonly fate: Fate; readonly reason?: string; readonly hint?: string };

const declarations = new Set([
  'dsl_definitions',
  'repositories',
  'imports',
  'artifact_types',
  'data_types',
  'capability_types',
  'interface_types',
  'relationship_types',
  'node_types',
  'group_types',
  'policy_types',
  'functions',
  'namespace',
  'profile',
]);

/** What nobody spoke of. */
function otherwise([first, second]: readonly string[]): Word {
  if (first !== undefined && declarations.has(first))
    return { fate: 'adapted', reason: 'Applied to the templates that use it; the model has no types of its own.' };
  if (first === 'metadata' || second === 'metadata') return { fate: 'carried' };
  if (second === 'relationship_templates') return { fate: 'adapted', reason: 'Applied where a requirement names it.' };
  if (second === 'substitution_mappings')
    return { fate: 'adapted', reason: 'Applied where this template stands for a node of another one.' };
  if (second === 'outputs') return { fate: 'adapted', reason: 'A sensor has no type and no description.' };
  return { fate: 'lost', reason: 'The model has no place for it.' };
}
