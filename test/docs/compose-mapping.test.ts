/** The tables of docs/compose-mapping.md are those of the code. UPDATE_GOLDEN=1 writes them again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resourceRows } from '../../src/compose/model/resource-rows.ts';
import type { Row } from '../../src/compose/model/row.ts';
import { profilesAttribute, serviceRows } from '../../src/compose/model/service-rows.ts';

const file = new URL('../../docs/compose-mapping.md', import.meta.url).pathname;

const keysOf = (attribute: string, { keys }: Row): string => {
  if (attribute === profilesAttribute) return 'tags `profile:…`';
  return keys.length === 0 ? 'kept under `clocker.compose`' : keys.map((key) => `\`${key}\``).join(', ');
};

const lineOf = (attribute: string, row: Row): string => `| \`${attribute}\` | ${keysOf(attribute, row)} |`;

const table = (lines: readonly string[]): string => ['| attribute | keys |', '|---|---|', ...lines].join('\n');

const tables: Readonly<Record<string, string>> = {
  services: table(Object.entries(serviceRows).map(([attribute, row]) => lineOf(attribute, row))),
  resources: table(
    Object.entries(resourceRows).flatMap(([section, rows]) =>
      Object.entries<Row>(rows).map(([attribute, row]) => lineOf(`${section}.${attribute}`, row)),
    ),
  ),
};

test.each(Object.entries(tables))('%s', (name, text) => {
  const page = readFileSync(file, 'utf8');
  const place = new RegExp(`(<!-- ${name}: [^\n]*-->\n)[^#]*`);
  const written = page.replace(place, (_all, mark: string) => `${mark}\n${text}\n\n`).trimEnd();
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, `${written}\n`);
  expect(readFileSync(file, 'utf8')).toBe(`${written}\n`);
});
