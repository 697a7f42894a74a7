/** Where the values of a node come from: the template, or which of its types. */
import { expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { explain } from '../../src/convert/index.ts';

const text = `tosca_definitions_version: tosca_simple_yaml_1_3
node_types:
  my.Base:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { size: { type: integer, default: 3 } }
    interfaces: { Standard: { operations: { start: start.sh } } }
  my.App:
    derived_from: my.Base
    properties: { size: { type: integer, default: 4 } }
topology_template:
  inputs: { version: { type: version, default: 1.2 } }
  node_templates:
    app:
      type: my.App
      properties: { component_version: { get_input: version } }
      requirements: [ { host: machine } ]
    machine: { type: tosca.nodes.Compute }
`;

async function told(path: string): Promise<readonly string[]> {
  const request = await readDocuments([], {});
  const { value } = await explain({ ...request, documents: [{ path: '/t.yaml', text }] }, path);
  if (value === undefined) return [];
  return [
    `${JSON.stringify(value.value)} at ${value.at?.file ?? ''}:${value.at?.start.line ?? 0}`,
    ...value.steps.map(({ text: step, at }) => (at === undefined ? step : `${step} ${at.file}:${at.start.line}`)),
  ];
}

test('a default, through the types that speak of it', async () => {
  expect(await told('topology_template.node_templates.app.properties.size')).toEqual([
    '4 at /t.yaml:9',
    'nothing says it: the default of its type, in /t.yaml',
    'refined by the type "my.App" at /t.yaml:9',
    'declared by the type "my.Base" at /t.yaml:5',
  ]);
});

test('a function', async () => {
  const [value, who, how] = await told('topology_template.node_templates.app.properties.component_version');
  expect([value, who, how]).toEqual([
    '1.2 at /t.yaml:15',
    'said by the template',
    'worked out of a function at /t.yaml:15',
  ]);
});

test('an operation of a type, and a property of a capability', async () => {
  expect((await told('topology_template.node_templates.app.interfaces.Standard.start')).slice(0, 2)).toEqual([
    '"start.sh" at /t.yaml:6',
    'implemented by its type',
  ]);
  const scalable = await told(
    'topology_template.node_templates.machine.capabilities.scalable.properties.max_instances',
  );
  expect(scalable[1]).toContain('the default of its type, in tosca/simple-1.3.yaml');
});

test('what is written and no value of a node is told by its place', async () => {
  expect(await told('topology_template.inputs.version.type')).toEqual(['"version" at /t.yaml:11']);
});
