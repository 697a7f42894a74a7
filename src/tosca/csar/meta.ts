/** TOSCA.meta: which file of the archive is the template (1.3 §6.2, 2.0 §17.2). */
import type { Position, Problem, Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import { toscaProblem } from '../problems.ts';

export type Meta = {
  readonly entry: string | undefined;
  /** Files with templates that may stand for nodes of the entry. */
  readonly others: readonly string[];
  readonly version: string | undefined;
  readonly createdBy: string | undefined;
};

export type MetaReading = { readonly meta: Meta; readonly problems: readonly Problem[] };

type Field = { readonly name: string; readonly value: string; readonly at: Span };

const metaNames = [
  'TOSCA-Meta-File-Version',
  'CSAR-Version',
  'Created-By',
  'Entry-Definitions',
  'Other-Definitions',
] as const;

export function readMeta(text: string, file: string): MetaReading {
  const problems: Problem[] = [];
  const { fields, bad } = firstBlock(text, file);
  const report = (message: string, at: Span, hint?: string): void =>
    void problems.push(
      toscaProblem('InvalidArchive', message, at, {
        section: '17.2',
        version: '2.0',
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  for (const at of bad) report('A line of TOSCA.meta is a name, a colon and a value.', at);
  const find = (name: string): Field | undefined => fields.find((field) => field.name === name);
  const version = find('CSAR-Version');
  const required = version?.value === '2.0' ? metaNames.slice(1, 4) : metaNames.slice(0, 4);
  for (const name of required) {
    if (find(name) !== undefined) continue;
    const near = fields.find(
      (field) => didYouMean(field.name, [name]) !== undefined && !metaNames.some((known) => known === field.name),
    );
    report(
      `TOSCA.meta lacks "${name}".`,
      near?.at ?? startOf(file),
      near === undefined ? undefined : `"${near.name}" should perhaps be "${name}".`,
    );
  }
  if (version !== undefined && !['1.0', '1.1', '2.0'].includes(version.value))
    report(`No version "${version.value}" of CSAR exists.`, version.at, 'Versions are 1.0, 1.1 and 2.0.');
  const format = find('TOSCA-Meta-File-Version');
  if (format !== undefined && !['1.0', '1.1'].includes(format.value))
    report(`No version "${format.value}" of TOSCA.meta exists.`, format.at, 'Versions are 1.0 and 1.1.');
  return {
    meta: {
      entry: find('Entry-Definitions')?.value,
      others: words(find('Other-Definitions')?.value ?? ''),
      version: version?.value,
      createdBy: find('Created-By')?.value,
    },
    problems,
  };
}

/** Block 0; a line that begins with a space goes on with the one before. */
function firstBlock(text: string, file: string): { readonly fields: readonly Field[]; readonly bad: readonly Span[] } {
  const fields: Field[] = [];
  const bad: Span[] = [];
  let offset = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    const at = spanOf(file, offset, index + 1, line.length);
    offset += raw.length + 1;
    if (line.trim() === '') {
      if (fields.length > 0) break;
      continue;
    }
    const last = fields.at(-1);
    if (/^\s/.test(line) && last !== undefined) {
      fields[fields.length - 1] = { ...last, value: `${last.value} ${line.trim()}`.trim() };
      continue;
    }
    const match = /^([^:\s][^:]*):\s*(.*)$/.exec(line);
    if (match === null) bad.push(at);
    else fields.push({ name: (match[1] ?? '').trim(), value: (match[2] ?? '').trim(), at });
  }
  return { fields, bad };
}

/** File names between spaces, in quotes where they have spaces themselves. */
const words = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');

function spanOf(file: string, offset: number, line: number, length: number): Span {
  const start: Position = { offset, line, column: 1 };
  return { file, start, end: { offset: offset + length, line, column: length + 1 } };
}

const startOf = (file: string): Span => spanOf(file, 0, 1, 0);

/** The same text for the same archive. */
export function renderMeta(
  entry: string,
  others: readonly string[],
  version: '1.1' | '2.0',
  createdBy: string,
): string {
  const lines = [
    ...(version === '2.0' ? [] : ['TOSCA-Meta-File-Version: 1.1']),
    `CSAR-Version: ${version}`,
    `Created-By: ${createdBy}`,
    `Entry-Definitions: ${entry}`,
    ...(others.length === 0
      ? []
      : [`Other-Definitions: ${others.map((name) => (name.includes(' ') ? `"${name}"` : name)).join(' ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}
