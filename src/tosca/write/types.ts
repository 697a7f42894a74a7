/** Types the templates we write bring along: what runs in a container, and entities that no normative type stands for. */
import type { Value } from '../../model/value.ts';
import type { Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

export const containerType = 'clocker.nodes.Container';
export const softwareType = 'clocker.nodes.Software';
export const scalingType = 'clocker.policies.Scaling';

const map = (entries: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> => new Map(Object.entries(entries));

/** Root of the normative ones gives both a requirement `dependency` and a capability `feature`. */
export const baseTypes: Readonly<Record<string, (dialect: Dialect) => Value>> = {
  [containerType]: (dialect) =>
    map({
      derived_from: dialect.type('nodes', 'Root'),
      description: 'A container run from an image, on any host.',
      capabilities: map({
        docker: map({ type: dialect.type('capabilities', 'Container.Docker') }),
        host: map({ type: dialect.type('capabilities', 'Compute') }),
        binding: map({ type: dialect.type('capabilities', 'Bindable') }),
        scalable: map({ type: dialect.type('capabilities', 'Scalable') }),
      }),
      requirements: [
        map({
          storage: map({
            capability: dialect.type('capabilities', 'Attachment'),
            node: dialect.type('nodes', 'Storage.BlockStorage'),
            relationship: dialect.type('relationships', 'AttachesTo'),
            [dialect.range]: [0, 'UNBOUNDED'],
          }),
        }),
      ],
    }),
  [softwareType]: (dialect) =>
    map({
      derived_from: dialect.type('nodes', 'Root'),
      description: 'Software that is run by commands, in what hosts it.',
      capabilities: map({
        host: map({ type: dialect.type('capabilities', 'Compute') }),
        scalable: map({ type: dialect.type('capabilities', 'Scalable') }),
      }),
      requirements: [
        map({
          host: map({
            capability: dialect.type('capabilities', 'Compute'),
            relationship: dialect.type('relationships', 'HostedOn'),
            [dialect.range]: [0, 1],
          }),
        }),
      ],
    }),
};

/** A type of ours or of Brooklyn's, which its name says all about. */
export const ownType = (dialect: Dialect): Value => map({ derived_from: dialect.type('nodes', 'Root') });

/** A type of one node: its base, with the properties and attributes this node has besides. */
export const derivedType = (
  base: string,
  properties: ReadonlyMap<string, Schema>,
  attributes: ReadonlySet<string>,
): Value =>
  map({
    derived_from: base,
    ...(properties.size === 0
      ? {}
      : {
          properties: new Map(
            [...properties].map(([name, schema]) => [name, new Map<string, Value>([...schema, ['required', false]])]),
          ),
        }),
    ...(attributes.size === 0
      ? {}
      : { attributes: new Map([...attributes].map((name) => [name, map({ type: 'string' })])) }),
  });
