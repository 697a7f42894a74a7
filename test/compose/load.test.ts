/** What compose-go does and no file of the corpus asks for; each case read from its source (loader/validate.go, types/). */
import { describe, expect, test } from 'vitest';
import { projectJson } from '../../src/compose/json.ts';
import { loadCompose } from '../../src/compose/load.ts';
import { convert } from '../../src/convert/index.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import { filesFromMap } from '../../src/document/files.ts';

const disk = filesFromMap(new Map([['/p/l.txt', 'A=1']]));
const input = (text: string) => ({ disk, currentDirectory: '/p', environment: new Map<string, string>(), text });

function load(text: string) {
  const { disk: files, ...rest } = input(text);
  const { value, problems } = loadCompose({ ...rest, disk: files, files: [{ path: 'compose.yml', text }] });
  const told = problems.flatMap(({ severity, code, at }) =>
    severity === 'error' ? [`${at?.start.line ?? 0}:${at?.start.column ?? 0} ${code}`] : [],
  );
  const json = value === undefined || hasErrors(problems) ? undefined : projectJson(value);
  const project = json === undefined ? undefined : (JSON.parse(json) as { services: { a: Record<string, unknown> } });
  return { service: project?.services.a, told };
}

const service = (attributes: string, more = ''): string => `services:\n  a: {image: x, ${attributes}}\n${more}`;

describe('the normal form', () => {
  test('scale says the size of deploy too', () => {
    const { service: made } = load(service('scale: 2, deploy: {mode: replicated}'));
    expect(made).toMatchObject({ scale: 2, deploy: { mode: 'replicated', replicas: 2 } });
    expect(load(service('scale: 2')).service).not.toHaveProperty('deploy');
  });

  test('a project with both words for its size comes back from a blueprint', async () => {
    const text = service('scale: 2, deploy: {mode: replicated}');
    const { disk: files, ...rest } = input(text);
    const request = { ...rest, disk: files, documents: [{ path: 'compose.yml', text }] };
    const blueprint = await convert({ ...request, to: 'blueprint' });
    const documents = [{ path: 'blueprint.yaml', text: blueprint.text }];
    const back = await convert({ ...request, documents, to: 'compose' });
    expect(load(back.text).service).toEqual(load(text).service);
  });

  test('options of addressing are kept, though Compose does not print them', async () => {
    const text = service('networks: [n]', 'networks: {n: {ipam: {driver: d, options: {o: v}}}}\n');
    const { disk: files, ...rest } = input(text);
    const request = { ...rest, disk: files, documents: [{ path: 'compose.yml', text }] };
    const json = await convert({ ...request, to: 'compose', format: 'json' });
    expect(JSON.parse(json.text)).toMatchObject({ networks: { n: { ipam: { driver: 'd' } } } });
    expect(json.text).not.toContain('options');
    expect((await convert({ ...request, to: 'blueprint' })).text).toMatch(/network\.ipam\.flags:\n +o: v/);
  });

  test.each([
    ['image: "${V/a/b}"', '${V/a/b}'],
    ['image: "a ${1} b"', '${1}'],
    ['command: "echo\\n${V!} x\\ny"', '${V!}'],
    [`image: "$\{${'x'.repeat(60)}/"`, `$\{${'x'.repeat(38)}…`],
  ])('%s is told by what is no variable in it', (attribute, shown) => {
    const text = `services:\n  a:\n    ${attribute}\n`;
    const { disk: files, ...rest } = input(text);
    const { problems } = loadCompose({ ...rest, disk: files, files: [{ path: 'compose.yml', text }] });
    const [syntax] = problems.filter(({ code }) => code === 'variable-syntax');
    expect(syntax?.message).toBe(`This is no variable: ${shown}`);
  });

  test('an empty image is told where it is empty', () => {
    expect(load('services:\n  a:\n    image: ${V}\n').told).toEqual(['3:12 service-image']);
    expect(load('services:\n  a:\n    init: true\n').told).toEqual(['2:3 service-image']);
  });

  test('a file of labels may be named twice', () => {
    expect(load(service('label_file: [l.txt, l.txt]')).service).toMatchObject({ labels: { A: '1' } });
  });

  test('limits of devices are printed whole', () => {
    const { service: made } = load(
      service('blkio_config: {device_read_bps: [{path: /dev/a}, {rate: 5}], weight_device: [{path: /dev/a}]}'),
    );
    expect(made).toMatchObject({
      blkio_config: {
        weight_device: [{ Path: '/dev/a', Weight: 0 }],
        device_read_bps: [
          { Path: '/dev/a', Rate: '0' },
          { Path: '', Rate: '5' },
        ],
      },
    });
  });

  test('whole numbers are texts where texts stand', () => {
    expect(load(service('group_add: [5, wheel], storage_opt: {a: 1, b: }')).service).toMatchObject({
      group_add: ['5', 'wheel'],
      storage_opt: { a: '1', b: '' },
    });
  });
});

test.each([
  ['a fraction in group_add', service('group_add: [1.5]'), ['2:29 value-type']],
  ['a flag in storage_opt', service('storage_opt: {a: true}'), ['2:34 value-type']],
  ['a secret that is not external', service('tty: true', 'secrets:\n  s: {external: false}\n'), ['4:3 source-missing']],
  ['a base that is not there', 'services:\n  a: {extends: {service: b}}\n', ['2:26 extends-unknown']],
])('%s is refused', (_what, text, told) => {
  expect(load(text).told).toEqual(told);
});

test('what is surely no mistake is none', () => {
  expect(load(service('tty: true', 'secrets:\n  s: {external: false, file: l.txt}\n')).told).toEqual([]);
  expect(load(service('tty: true', 'secrets:\n  s: {external: true}\n')).told).toEqual([]);
});
