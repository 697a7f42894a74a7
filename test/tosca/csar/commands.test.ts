/** pack, unpack, sign and verify as a person runs them. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCommands } from '../../../src/commands/table.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const commands = await loadCommands();

const root = join(import.meta.dirname, '../../..');
let before: typeof process.exitCode;
beforeEach(() => {
  before = process.exitCode;
});
afterEach(() => {
  process.exitCode = before;
});

/** The exit code. */
async function run(id: string, ...argv: readonly string[]): Promise<number> {
  process.exitCode = 0;
  await commands[id]?.run([...argv], root);
  return Number(process.exitCode);
}

const template = `tosca_definitions_version: tosca_2_0
imports: [ { profile: org.oasis-open.simple:2.0 } ]
service_template:
  node_templates:
    app:
      type: SoftwareComponent
      interfaces: { Standard: { operations: { start: scripts/start.sh } } }
      requirements: [ { host: server } ]
    server: { type: Compute }
`;

function shopIn(folder: string): string {
  const shop = join(folder, 'shop');
  mkdirSync(join(shop, 'scripts'), { recursive: true });
  writeFileSync(join(shop, 'template.yaml'), template);
  writeFileSync(join(shop, 'scripts/start.sh'), '#!/bin/sh\necho up\n');
  return shop;
}

const pem = (format: 'private' | 'public', keys: ReturnType<typeof newKeys>): string =>
  format === 'private'
    ? keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    : keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const newKeys = () => generateKeyPairSync('ed25519');

test('a folder is packed, signed, verified and unpacked as it was', async () => {
  const folder = await temporaryDirectory();
  const shop = shopIn(folder);
  const archive = join(folder, 'shop.csar');
  const keys = newKeys();
  writeFileSync(join(folder, 'key'), pem('private', keys));
  writeFileSync(join(folder, 'pub'), pem('public', keys));
  writeFileSync(join(folder, 'other'), pem('public', newKeys()));
  expect(await run('csar:pack', shop, '-o', archive)).toBe(0);
  expect(await run('csar:pack', shop, '-o', join(folder, 'again.csar'))).toBe(0);
  expect(readFileSync(archive)).toEqual(readFileSync(join(folder, 'again.csar')));
  expect(await run('csar:sign', archive, '--key', join(folder, 'key'))).toBe(0);
  expect(await run('csar:verify', archive, '--key', join(folder, 'pub'))).toBe(0);
  expect(await run('csar:verify', archive, '--key', join(folder, 'other'))).toBe(1);
  expect(await run('validate', archive)).toBe(0);
  const out = join(folder, 'out');
  expect(await run('csar:unpack', archive, '-o', out)).toBe(0);
  expect(readFileSync(join(out, 'scripts/start.sh'))).toEqual(readFileSync(join(shop, 'scripts/start.sh')));
  expect(await run('validate', out)).toBe(0);
  expect(await run('csar:unpack', archive, '-o', out)).toBe(73);
});

test('what has changed since it was signed is found', async () => {
  const folder = await temporaryDirectory();
  const shop = shopIn(folder);
  const archive = join(folder, 'shop.csar');
  const keys = newKeys();
  writeFileSync(join(folder, 'key'), pem('private', keys));
  await run('csar:pack', shop, '-o', archive);
  await run('csar:sign', archive, '--key', join(folder, 'key'));
  writeFileSync(join(shop, 'scripts/start.sh'), '#!/bin/sh\necho mine now\n');
  await run('csar:pack', shop, '-o', archive);
  expect(await run('csar:verify', archive, '--key', join(folder, 'key'))).toBe(1);
});

test('a file that the template names and the folder lacks stops the packing', async () => {
  const folder = await temporaryDirectory();
  const shop = shopIn(folder);
  writeFileSync(join(shop, 'template.yaml'), template.replace('start.sh', 'stop.sh'));
  expect(await run('csar:pack', shop, '-o', join(folder, 'shop.csar'))).toBe(1);
  expect(readdirSync(folder)).toEqual(['shop']);
});

test('exit codes of validate: invalid, not to be acted on, not to be read', async () => {
  const folder = await temporaryDirectory();
  const write = (name: string, text: string | Uint8Array): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  expect(await run('validate', write('good.yaml', 'tosca_definitions_version: tosca_2_0\n'))).toBe(0);
  expect(await run('validate', write('broken.yaml', 'tosca_definitions_version: tosca_2_0\n a: [\n'))).toBe(1);
  expect(await run('validate', write('empty.yaml', ''))).toBe(1);
  const far = 'tosca_definitions_version: tosca_2_0\nimports: [ { url: "https://example.com/types.yaml" } ]\n';
  expect(await run('validate', write('far.yaml', far))).toBe(2);
  const map = `https://example.com/types.yaml=${join(folder, 'good.yaml')}`;
  expect(await run('validate', join(folder, 'far.yaml'), '--map', map)).toBe(0);
  expect(await run('validate', write('alien.yaml', 'tosca_definitions_version: alien_dsl_3_0_0\n'))).toBe(2);
  expect(await run('validate', write('bytes.yaml', new Uint8Array([0xff, 0xfe, 0x80])))).toBe(3);
  expect(await run('validate', join(folder, 'missing.yaml'))).toBe(3);
  expect(await run('validate', join(folder, 'good.yaml'), join(folder, 'broken.yaml'))).toBe(1);
});

test('values of inputs are checked against what they are declared to be', async () => {
  const folder = await temporaryDirectory();
  const file = join(folder, 'template.yaml');
  writeFileSync(
    file,
    'tosca_definitions_version: tosca_2_0\nservice_template:\n  inputs: { size: { type: integer } }\n  node_templates: {}\n',
  );
  writeFileSync(join(folder, 'inputs.yaml'), 'size: 3\n');
  expect(await run('validate', file, '--inputs', join(folder, 'inputs.yaml'))).toBe(0);
  expect(await run('validate', file, '--input', 'size=4')).toBe(0);
  expect(await run('validate', file, '--input', 'size=many')).toBe(1);
  expect(await run('validate', file, '--input', 'sice=4')).toBe(1);
});
