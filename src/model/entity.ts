/**
 * The entity model: Apache Brooklyn's, where compose files, TOSCA templates and blueprints meet. An `Application` is a
 * tree of `Entity` specifications; what runs is derived from it and kept apart (src/runtime).
 */
import type { Value, ValueMap } from './value.ts';

export type Entity = {
  /** `docker:redis:7`, `clocker.networking.VirtualNetwork`, `org.apache.brooklyn.entity.group.DynamicCluster`, … */
  readonly type: string;
  /** `camp.plan.id`: what `$brooklyn:entity("…")` looks up. Unique within an application when written by us. */
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly iconUrl?: string;
  readonly locations?: readonly Location[];
  /** By full key name; short flags are resolved to full names on reading (src/model/config-keys.ts). */
  readonly config: ValueMap;
  readonly parameters: readonly Parameter[];
  readonly policies: readonly Adjunct[];
  readonly enrichers: readonly Adjunct[];
  readonly initializers: readonly Adjunct[];
  readonly tags: readonly Value[];
  readonly children: readonly Entity[];
};

/** A policy, enricher or initializer. */
export type Adjunct = {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly config: ValueMap;
  /** Fields written beside `type`, as Brooklyn has them for initializers that are beans; absent when there are none. */
  readonly fields?: ValueMap;
};

/** `localhost`, or `{ byon: { hosts: [...] } }`: the name and what it is told. */
export type Location = { readonly name: string; readonly config: ValueMap };

/** A config key the application declares, to be given when it is deployed. */
export type Parameter = {
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  /** `string`, `integer`, `boolean`, `port`, `duration`, … or a Java type name. */
  readonly type?: string;
  readonly default?: Value;
  readonly pinned?: boolean;
  readonly constraints?: readonly Value[];
  /** `type` and `runtime`: how sub-types and children come by it. */
  readonly inheritance?: ValueMap;
  readonly reconfigurable?: boolean;
  readonly deprecatedNames?: readonly string[];
  /** Fields nobody knows, carried so that nothing is lost; absent when there are none. */
  readonly more?: ValueMap;
};

/** The root of a tree. Its services are `children`; a document's own keys are those of any entity. */
export type Application = Omit<Entity, 'type'> & {
  /** `typeName.application` (src/model/entity-types.ts) unless the document says otherwise. */
  readonly type: string;
  /** CAMP metadata without behaviour, and root keys nobody knows, carried so that nothing is lost. */
  readonly metadata: ValueMap;
};
