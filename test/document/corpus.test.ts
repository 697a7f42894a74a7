/** On third-party files our reader and the `yaml` package read the same values, where both read the file at all. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { nodeToJson } from '../../src/document/json.ts';
import { parseDocuments } from '../../src/document/parse.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

/** Block scalars at the end of a text without a last line break: the libyaml family adds none. */
const endsInBlockScalar = (text: string): boolean => !text.endsWith('\n') && /[|>][-+0-9]*\s*\n[^\n]*$/.test(text);

/** npm's reader writes keys that are collections differently, and takes 1.2's word for `!tag` on an empty value. */
const hasOtherKeys = (text: string): boolean =>
  /^\s*(?:- |\? )?\s*[[{].*[\]}]\s*:/m.test(text) || /![a-z]+\s*$/m.test(text);

test.skipIf(!existsSync(corpus))('both readers agree on the corpus', () => {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(ya?ml|bom)$/.test(name),
  );
  let compared = 0;
  for (const file of files) {
    const text = readFileSync(join(corpus, file), 'utf8');
    const { value, problems } = parseDocuments(text, file, { schema: 'core' });
    const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
    const theirs = Array.isArray(documents) ? documents : [];
    if (problems.length > 0 || theirs.some((document) => document.errors.length > 0)) continue;
    if (endsInBlockScalar(text) || hasOtherKeys(text)) continue;
    expect(JSON.stringify(value.map(nodeToJson)), file).toBe(
      JSON.stringify(theirs.map((document) => document.toJS({ maxAliasCount: -1 }) as unknown)),
    );
    compared++;
  }
  expect(compared).toBeGreaterThan(files.length * 0.9);
});

if (!existsSync(corpus)) console.warn(`skipped: no corpus at ${corpus}`);
