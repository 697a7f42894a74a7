import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { Fault } from '../diagnostic/fault.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { problemJson } from '../diagnostic/render.ts';
import { ClockerCommand } from './base.ts';
import { documentArgs, documentFlags, documentPaths, readDocuments, renderProblems } from './input.ts';

export default class Convert extends ClockerCommand {
  static override readonly summary = 'Translate a compose file, TOSCA template or archive, or blueprint.';
  static override readonly description =
    'The translated document goes to stdout, or to --output. What is lost or said in another way is told on stderr with --report. Exit codes: 0 translated, 1 the document has errors (or, with --strict, something is lost), 66 a file can not be read.';
  static override readonly strict = false;
  static override readonly args = documentArgs;
  static override readonly examples = [
    '<%= config.bin %> convert compose.yml',
    '<%= config.bin %> convert compose.yml --to stack --report',
    '<%= config.bin %> convert blueprint.yaml --to compose -o compose.yml',
    '<%= config.bin %> convert template.yaml --input size=small --to compose',
  ];
  static override readonly flags = {
    ...documentFlags,
    to: Flags.option({
      options: ['blueprint', 'compose', 'stack', 'tosca'] as const,
      description: 'language to write',
    })({
      default: 'blueprint',
    }),
    format: Flags.option({ options: ['yaml', 'json'] as const, description: 'form of the document' })({
      default: 'yaml',
    }),
    'tosca-version': Flags.option({
      options: ['1.3', '2.0'] as const,
      description: 'version of a template that is written',
    })({
      default: '2.0',
    }),
    output: Flags.string({ char: 'o', description: 'file to write instead of stdout' }),
    report: Flags.boolean({ description: 'tell what is said in another way or lost, and why' }),
    strict: Flags.boolean({ description: 'something lost is an error', exclusive: ['loose'] }),
    loose: Flags.boolean({ description: 'no warnings' }),
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Convert);
    const request = await readDocuments(await documentPaths(argv, flags), flags);
    const { convert } = await import('../convert/index.ts');
    const outputDirectory = flags.output === undefined ? process.cwd() : dirname(resolve(flags.output));
    const { text, problems, report, sources } = await convert({
      ...request,
      to: flags.to,
      format: flags.format,
      toscaVersion: flags['tosca-version'],
      outputDirectory,
    });
    const lost = report.filter(({ fate }) => fate === 'lost');
    const shown = flags.loose ? problems.filter(({ severity }) => severity === 'error') : problems;
    const isRefused = hasErrors(problems) || (flags.strict && lost.length > 0);
    if (flags.json) {
      this.printJson({ text, problems: problems.map(problemJson), report });
    } else {
      if (shown.length > 0) this.note(await renderProblems(shown, sources));
      if (flags.report || (flags.strict && lost.length > 0))
        for (const { path, fate, reason = '' } of report)
          if (fate !== 'carried') this.note(`${fate} ${path}: ${reason}`);
      if (!isRefused) this.write(text, flags.output);
    }
    if (isRefused) process.exitCode = 1;
  }

  private write(text: string, output: string | undefined): void {
    if (output === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(output, text);
    } catch (cause) {
      throw new Fault(
        'file-unwritable',
        `${output} can't be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
        { cause },
      );
    }
  }
}
