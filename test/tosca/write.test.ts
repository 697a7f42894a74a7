/** Model -> TOSCA: what is written is valid, and reading it back and writing it again gives the same. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { convert } from '../../src/convert/index.ts';
import type { ConvertRequest } from '../../src/convert/index.ts';

const root = join(import.meta.dirname, '../..');
const examples = readdirSync(join(root, 'compose-examples'));

async function toTosca(request: Omit<ConvertRequest, 'to'>, version: '1.3' | '2.0') {
  const { text, problems, report } = await convert({ ...request, to: 'tosca', toscaVersion: version });
  return { text, report, errors: problems.filter(({ severity }) => severity === 'error') };
}

describe.each(['1.3', '2.0'] as const)('written as %s', (version) => {
  test.each(examples)('%s is valid, and the same again after being read', async (name) => {
    const request = await readDocuments([join(root, 'compose-examples', name, 'compose.yml')], {});
    const first = await toTosca(request, version);
    expect(first.errors).toEqual([]);
    const again = await toTosca({ ...request, documents: [{ path: '/t/template.yaml', text: first.text }] }, version);
    expect(again.errors).toEqual([]);
    expect(again.text).toBe(first.text);
  });
});
