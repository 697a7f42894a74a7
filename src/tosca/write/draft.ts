/** A node template while it is written, and what the whole shares. */
import type { Fate, ReportLine } from '../../diagnostic/report.ts';
import type { Entity } from '../../model/entity.ts';
import type { Value } from '../../model/value.ts';
import type { Dialect } from './dialect.ts';
import type { DataTypes, Schema } from './schema.ts';
import { schemaOf } from './schema.ts';
import { say } from './say.ts';

export type NodeDraft = {
  readonly name: string;
  /** Of the model: for a cluster its member. */
  readonly entity: Entity;
  type: string;
  description: string | undefined;
  /** Declared by a type of its own. */
  readonly properties: Map<string, { readonly value: Value; readonly schema: Schema }>;
  /** Of the normative type. */
  readonly known: Map<string, Value>;
  readonly attributes: Set<string>;
  readonly capabilities: Map<string, Map<string, Value>>;
  readonly requirements: Value[];
  readonly artifacts: Map<string, Value>;
  /** Inputs of `create`, whose implementation is the image. */
  readonly environment: Map<string, Value>;
};

export type Writing = {
  readonly dialect: Dialect;
  readonly inputs: ReadonlySet<string>;
  readonly names: ReadonlyMap<string, string>;
  readonly nodes: Map<string, NodeDraft>;
  readonly dataTypes: DataTypes;
  readonly policies: Map<string, Value>;
  readonly policyTypes: Map<string, Value>;
  readonly report: ReportLine[];
};

export const newDraft = (name: string, entity: Entity, type: string): NodeDraft => ({
  name,
  entity,
  type,
  description: entity.description,
  properties: new Map(),
  known: new Map(),
  attributes: new Set(),
  capabilities: new Map(),
  requirements: [],
  artifacts: new Map(),
  environment: new Map(),
});

/** `path`: in the application; `undefined` self for what belongs to no node. */
export const tell = (writing: Writing, path: string, fate: Fate, reason?: string): void =>
  void writing.report.push({ path, fate, ...(reason === undefined ? {} : { reason }) });

export const sayFor = (value: Value, self: string | undefined, writing: Writing): Value | undefined =>
  say(value, {
    dialect: writing.dialect,
    inputs: writing.inputs,
    nodes: writing.names,
    self,
    attribute: (node, name) => void writing.nodes.get(node)?.attributes.add(name),
  });

/** As a property declared by a type of the node's own; told as lost where it can't be said or has no type. */
export function keepProperty(draft: NodeDraft, key: string, value: Value, writing: Writing): void {
  const path = `${draft.name}.${key}`;
  const said = sayFor(value, draft.name, writing);
  const schema = said === undefined ? undefined : schemaOf(value, `${draft.name}.${key}`, writing.dataTypes);
  if (said === undefined) return tell(writing, path, 'lost', 'No function of TOSCA says this.');
  if (schema === undefined) return tell(writing, path, 'lost', 'A property has one type, and this value has several.');
  draft.properties.set(key, { value: said, schema });
  tell(writing, path, 'carried');
}
