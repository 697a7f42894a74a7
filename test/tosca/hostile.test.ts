/** Templates made to keep whoever reads them busy, or to bring it down: each is judged within two seconds of our own time. */
import { expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeRequest } from '../../src/commands/judge.ts';
import type { FileContent, Files } from '../../src/document/files.ts';

const head = 'tosca_definitions_version: tosca_simple_yaml_1_3\n';
const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

type Case = readonly [what: string, texts: Readonly<Record<string, string>>, verdict: string];

const cases: readonly Case[] = [
  [
    'two files that import each other, and a type neither has',
    {
      '/a.yaml': `${head}imports: [ b.yaml ]\ntopology_template: { node_templates: { one: { type: Nope } } }\n`,
      '/b.yaml': `${head}imports: [ a.yaml ]\n`,
    },
    'invalid',
  ],
  [
    'forty files that all import each other',
    Object.fromEntries(
      Array.from({ length: 40 }, (_, own) => [
        own === 0 ? '/a.yaml' : `/f${own}.yaml`,
        `${head}imports: [ a.yaml, ${times(39, (index) => `f${index + 1}.yaml, `)}]\n`,
      ]),
    ),
    'valid',
  ],
  [
    'twelve files that all import each other under namespaces',
    Object.fromEntries(
      Array.from({ length: 12 }, (_, own) => [
        own === 0 ? '/a.yaml' : `/f${own}.yaml`,
        `${head}imports:\n${times(11, (index) => `  - { file: f${index + 1}.yaml, namespace_prefix: n${index} }\n`)}`,
      ]),
    ),
    'valid',
  ],
  [
    'five thousand types in a circle',
    { '/a.yaml': `${head}data_types:\n${times(5000, (n) => `  T${n}: { derived_from: T${(n + 1) % 5000} }\n`)}` },
    'invalid',
  ],
  [
    'three thousand generations',
    {
      '/a.yaml': `${head}node_types:\n${times(3000, (n) => `  T${n}: { derived_from: ${n === 2999 ? 'tosca.nodes.Root' : `T${n + 1}`} }\n`)}`,
    },
    'invalid',
  ],
  [
    'two thousand properties that get each other',
    {
      '/a.yaml': `${head}topology_template:\n  node_templates:\n    m: { type: tosca.nodes.Compute }\n${times(
        2000,
        (n) =>
          `    n${n}: { type: tosca.nodes.SoftwareComponent, requirements: [ { host: m } ], properties: { component_version: { get_property: [ n${(n + 1) % 2000}, component_version ] } } }\n`,
      )}`,
    },
    'valid',
  ],
];

const contentOf = (text: string | undefined): FileContent =>
  text === undefined ? { kind: 'missing' } : { kind: 'text', text };

test.each(cases)('%s', { timeout: 60_000 }, async (_what, texts, verdict) => {
  const base = await readDocuments([], {});
  const disk: Files = {
    ...base.disk,
    read: (path) => contentOf(texts[path]),
    kindOf: (path) => (texts[path] === undefined ? 'missing' : 'file'),
    list: () => [],
  };
  const documents = [{ path: '/a.yaml', text: texts['/a.yaml'] ?? '' }];
  // What is loaded when it is first asked for is loaded before anything is measured.
  await judgeRequest({ ...base, documents: [{ path: '/first.yaml', text: head }] });
  const start = process.cpuUsage();
  const found = await judgeRequest({ ...base, disk, documents, from: 'tosca' });
  expect(found.verdict).toBe(verdict);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(4000);
});
