import { Args } from '@oclif/core';
import type { Span } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { problemJson } from '../diagnostic/render.ts';
import { Fault } from '../diagnostic/fault.ts';
import { ClockerCommand } from './base.ts';
import { documentFlags, documentPaths, readDocuments, renderProblems } from './input.ts';

export default class Explain extends ClockerCommand {
  static override readonly summary = 'Tell where a value of a document came from.';
  static override readonly description =
    'File, line and column, and what was done to it on the way: merging, extends, include, variables, defaults. Of several compose files, name the others with -f. Exit codes: 0 told, 1 the document has errors or has nothing there.';
  static override readonly strict = false;
  static override readonly args = {
    file: Args.string({
      description: 'documents, then the path of the value; of none, those docker compose would take',
      required: true,
    }),
    path: Args.string({ description: 'for example services.web.ports[0].published', required: false }),
  };
  static override readonly examples = [
    '<%= config.bin %> explain compose.yml services.web.image',
    '<%= config.bin %> explain services.web.ports[0].published',
  ];
  static override readonly flags = documentFlags;

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Explain);
    const words = argv.filter((one): one is string => typeof one === 'string');
    const path = words.at(-1) ?? '';
    const request = await readDocuments(await documentPaths(words.slice(0, -1), flags), flags);
    if (path === '') throw new Fault('request-invalid', 'The path of the value is missing.');
    const { explain } = await import('../convert/index.ts');
    const { value, problems, sources } = await explain(request, path);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (flags.json) this.printJson({ explanation: value ?? null, problems: problems.map(problemJson) });
    else if (errors.length > 0) this.note(await renderProblems(errors, sources));
    if (value === undefined || hasErrors(problems)) {
      process.exitCode = 1;
      return;
    }
    if (flags.json) return;
    const { renderDocument } = await import('../convert/render.ts');
    const text = renderDocument(value.value, 'yaml').trimEnd();
    this.log(`${value.path}: ${text.includes('\n') ? `\n${text.replaceAll(/^/gm, '  ')}` : text}`);
    if (value.at !== undefined) this.log(`  at ${placeOf(value.at)}`);
    for (const { text: told, at } of value.steps) this.log(`  ${told}${at === undefined ? '' : ` ${placeOf(at)}`}`);
  }
}

const placeOf = ({ file, start }: Span): string => `${file}:${start.line}:${start.column}`;
