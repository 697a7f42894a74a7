/** Where a value stands: what its functions can see. */
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import type { Unit } from '../load/unit.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import type { Template, Topology } from '../topology/topology.ts';
import type { DataType } from '../types/data-type.ts';

/** What SELF is. */
export type Self =
  | { readonly kind: 'node'; readonly template: Template }
  /** One that a requirement makes: it has a source, and a target where that is known. */
  | { readonly kind: 'requirement'; readonly requirement: RequirementAssignment }
  /** A relationship template, a group or a policy on its own. */
  | { readonly kind: 'template'; readonly template: Template }
  /** A value in a type: of what is made from it, only the type is known. */
  | { readonly kind: 'type'; readonly type: TypeDeclaration }
  /** Something, but it can't be told what: in a condition that a type makes of others. */
  | { readonly kind: 'open' }
  | { readonly kind: 'none' };

export type FunctionScope = {
  /** Whose version and names the value is written in. */
  readonly unit: Unit;
  readonly topology: Topology | undefined;
  readonly self: Self;
  /** A type, whose templates are not known: names of templates and inputs can't be judged. */
  readonly isOpen: boolean;
  /** Inputs that are seen besides those of the topology: of a workflow. */
  readonly inputs?: ValueDefinitions;
  /** `$value`: what a validation is about. */
  readonly value?: { readonly value: Value; readonly type: DataType | undefined };
  /** Values of inputs. */
  readonly given?: ReadonlyMap<string, Value>;
  /** Put before the ids of the entities that templates become: a template that stands for a node of another one. */
  readonly prefix?: string;
};

/** The same view of inputs and ids from another place of the template. */
export const carryOver = ({ given, prefix }: FunctionScope, place: FunctionScope): FunctionScope => ({
  ...place,
  ...(given === undefined ? {} : { given }),
  ...(prefix === undefined ? {} : { prefix }),
});

export const scopeOfTemplate = (template: Template): FunctionScope => ({
  unit: template.topology.unit,
  topology: template.topology,
  self: template.kind === 'node' ? { kind: 'node', template } : { kind: 'template', template },
  isOpen: false,
});

export const scopeOfRequirement = (requirement: RequirementAssignment): FunctionScope => ({
  unit: requirement.source.topology.unit,
  topology: requirement.source.topology,
  self: { kind: 'requirement', requirement },
  isOpen: false,
});

export const scopeOfType = (type: TypeDeclaration): FunctionScope => ({
  unit: type.unit,
  topology: undefined,
  self: { kind: 'type', type },
  isOpen: true,
});

export const scopeOfTopology = (topology: Topology): FunctionScope => ({
  unit: topology.unit,
  topology,
  self: { kind: 'none' },
  isOpen: false,
});

/** A value together with the place it stands in. */
export type Placed = { readonly node: Node; readonly scope: FunctionScope };
