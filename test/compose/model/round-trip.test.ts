import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { translateFromModel, translateToModel } from '../../../src/compose/model/index.ts';
import { parseDocument } from '../../../src/document/parse.ts';
import { plainWords } from './words.ts';
import { plain } from './plain.ts';

const corpus = new URL('../../../../shared/corpus/compose/', import.meta.url).pathname;
const folders = ['expected-compose', 'inline'];
const answers = existsSync(corpus)
  ? folders.flatMap((folder) =>
      readdirSync(`${corpus}${folder}`)
        .filter((name) => name.endsWith('.json') && name !== 'manifest.json')
        .map((name) => `${corpus}${folder}/${name}`),
    )
  : [];

if (answers.length === 0) console.warn(`skipped: no ${corpus}, so no normal forms of Docker Compose to go round with`);

/** Names that are empty are not printed, and have to be written, lest the loader makes one up. */
const withoutEmpty = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, item: unknown) =>
      ['name', 'dockerfile'].includes(key) && item === '' ? undefined : item,
    ),
  );

describe.skipIf(answers.length === 0)('normal form -> model -> normal form', () => {
  test.each(answers)('%s', (file) => {
    const text = readFileSync(file, 'utf8');
    const tree = parseDocument(text, file, { schema: 'core' }).value;
    if (tree.kind !== 'map') throw new Error('not a map');
    const { value, problems } = translateToModel({ tree }, plainWords);
    expect(problems).toEqual([]);
    expect(withoutEmpty(plain(translateFromModel(value, plainWords).tree))).toEqual(JSON.parse(text));
  });
});
