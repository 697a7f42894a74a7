import { describe, expect, test } from 'vitest';
import { packArchive } from '../../../src/tosca/csar/build.ts';
import { openArchive } from '../../../src/tosca/csar/template.ts';
import { validateTosca } from '../../../src/tosca/index.ts';

const text = (content: string) => Buffer.from(content, 'utf8');
const template = 'tosca_definitions_version: tosca_2_0\nservice_template: {}\n';
const old = 'tosca_definitions_version: tosca_simple_yaml_1_3\ntopology_template: {}\n';
const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

describe('packing a folder', () => {
  test.each([
    [
      'the only YAML file at the root',
      new Map([
        ['a.yaml', text(template)],
        ['b.sh', text('')],
      ]),
      undefined,
    ],
    [
      'the file that is named',
      new Map([
        ['a.yaml', text(template)],
        ['b.yaml', text(old)],
      ]),
      'b.yaml',
    ],
    ['a file in a folder', new Map([['definitions/a.yaml', text(template)]]), 'definitions/a.yaml'],
  ])('takes %s', async (_, contents, entry) => {
    const { value, problems } = packArchive(contents, entry);
    expect(problems).toEqual([]);
    const opened = await openArchive('x.csar', value ?? Buffer.alloc(0));
    expect(opened.problems).toEqual([]);
    expect(opened.value?.path).toBe(`x.csar/${entry ?? 'a.yaml'}`);
  });

  test.each([
    [
      'two templates',
      new Map([
        ['a.yaml', text(template)],
        ['b.yaml', text(old)],
      ]),
      undefined,
      'MissingArchiveFile',
    ],
    ['an entry that is not there', new Map([['a.yaml', text(template)]]), 'c.yaml', 'MissingArchiveFile'],
    ['a name that leads out', new Map([['../a.yaml', text(template)]]), undefined, 'InvalidArchive'],
    [
      'a TOSCA.meta without an entry',
      new Map([['TOSCA.meta', text('CSAR-Version: 2.0\nCreated-By: me\n')]]),
      undefined,
      'InvalidArchive',
    ],
  ])('refuses %s', (_, contents, entry, code) => {
    const { value, problems } = packArchive(contents, entry);
    expect(value).toBeUndefined();
    expect(codes(problems)).toEqual([code]);
  });
});

describe('a template in an archive', () => {
  const validate = async (contents: ReadonlyMap<string, Buffer>, entry: string) => {
    const { value: opened } = await openArchive('x.csar', packArchive(contents, entry).value ?? Buffer.alloc(0));
    if (opened === undefined) throw new Error('not opened');
    return validateTosca(opened);
  };
  const importing = (path: string) => `tosca_definitions_version: tosca_2_0\nimports: [ ${path} ]\n`;
  const types = text('tosca_definitions_version: tosca_2_0\nnode_types: { A: {} }\n');

  test.each(['types.yaml', '/types.yaml', '../types.yaml', '../../../types.yaml'])(
    'finds %s from the folder of its entry, and goes no further',
    async (path) => {
      const contents = new Map([
        ['d/main.yaml', text(importing(path))],
        ['d/types.yaml', types],
      ]);
      expect((await validate(contents, 'd/main.yaml')).problems).toEqual([]);
    },
  );

  test('may import from elsewhere in the archive', async () => {
    const contents = new Map([
      ['d/main.yaml', text(importing('../lib/types.yaml'))],
      ['lib/types.yaml', types],
    ]);
    expect((await validate(contents, 'd/main.yaml')).problems).toEqual([]);
  });

  test('is told by its place in the archive', async () => {
    const contents = new Map([['d/main.yaml', text(importing('no.yaml'))]]);
    const { problems } = await validate(contents, 'd/main.yaml');
    expect(problems.map(({ code, at }) => [code, at?.file, at?.start.line])).toEqual([
      ['MissingImportFile', 'x.csar/d/main.yaml', 2],
    ]);
  });

  test('needs the files of its artifacts, which elsewhere are only hinted at', async () => {
    const main = `tosca_definitions_version: tosca_2_0
artifact_types: { Script: {} }
node_types: { A: { artifacts: { run: { type: Script, file: run.sh } } } }
`;
    const { value, problems } = await validate(new Map([['main.yaml', text(main)]]), 'main.yaml');
    expect([value.verdict, codes(problems)]).toEqual(['invalid', ['MissingArchiveFile']]);
    const files = { read: () => ({ kind: 'missing' as const }), kindOf: () => 'missing' as const, list: () => [] };
    const alone = await validateTosca({ path: 'main.yaml', text: main, files });
    expect([alone.value.verdict, codes(alone.problems)]).toEqual(['valid', ['MissingArtifactFile']]);
  });
});
