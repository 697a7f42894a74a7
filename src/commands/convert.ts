import { statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { Fault } from '../diagnostic/fault.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { problemJson } from '../diagnostic/render.ts';
import { ClockerCommand } from './base.ts';
import type { Document, Target } from '../convert/index.ts';
import {
  type DocumentFlags,
  documentArgs,
  documentFlags,
  documentPaths,
  readDocuments,
  renderProblems,
} from './input.ts';

type ConvertFlags = DocumentFlags & {
  readonly to: Target;
  readonly format: 'yaml' | 'json';
  readonly 'tosca-version': '1.3' | '2.0';
  readonly 'stack-version': 'usual' | 'earliest';
  readonly upgrade: boolean;
  readonly output?: string | undefined;
  readonly into?: string | undefined;
  readonly report: boolean;
  readonly 'report-file'?: string | undefined;
  readonly strict: boolean;
  readonly loose: boolean;
  readonly json: boolean;
};

export default class Convert extends ClockerCommand {
  static override readonly summary = 'Translate a compose file, TOSCA template or archive, or blueprint.';
  static override readonly description =
    'The translated document goes to stdout, or to --output. What is lost or said in another way is told on stderr with --report. Exit codes: 0 translated, 1 the document has errors (or, with --strict, something is lost), 66 a file can not be read.';
  static override readonly strict = false;
  static override readonly args = documentArgs;
  static override readonly examples = [
    '<%= config.bin %> convert compose.yml',
    '<%= config.bin %> convert compose.yml --to stack --report',
    '<%= config.bin %> convert compose.yml -o blueprint.yaml --watch',
    '<%= config.bin %> convert blueprint.yaml --to compose -o compose.yml',
    '<%= config.bin %> convert blueprint.yaml --to compose --into compose.yml',
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
    upgrade: Flags.boolean({ description: 'rewrite a TOSCA template of 1.x as one of 2.0' }),
    'tosca-version': Flags.option({
      options: ['1.3', '2.0'] as const,
      description: 'version of a template that is written',
    })({
      default: '2.0',
    }),
    'stack-version': Flags.option({
      options: ['usual', 'earliest'] as const,
      description:
        'version of a stack file: as Docker reads it, or the earliest that has all of it, for a Docker before 26',
    })({
      default: 'usual',
    }),
    into: Flags.string({
      description:
        'compose file that is changed where the document says something else, and keeps its text and comments elsewhere',
    }),
    output: Flags.string({ char: 'o', description: 'file to write instead of stdout' }),
    report: Flags.boolean({
      description: 'tell what is said in another way or lost, and why; --report=FILE writes it there',
    }),
    'report-file': Flags.string({ hidden: true, dependsOn: ['report'] }),
    strict: Flags.boolean({ description: 'something lost is an error', exclusive: ['loose'] }),
    loose: Flags.boolean({ description: 'no warnings and no report; what is wrong is told all the same' }),
    watch: Flags.boolean({ description: 'do it again whenever a file it is made from changes, until interrupted' }),
  };

  override async run(): Promise<void> {
    const given = this.argv.flatMap((word) => {
      const file = /^--report=(.+)$/.exec(word)?.[1];
      return file === undefined ? [word] : ['--report', `--report-file=${file}`];
    });
    const { flags, argv } = await this.parse(Convert, given);
    if (flags.into !== undefined && (flags.to !== 'compose' || flags.format !== 'yaml'))
      throw new Fault('request-invalid', '--into changes a compose file.', { hint: 'Say --to compose as well.' });
    const paths = await documentPaths(argv, flags);
    if (!flags.watch) {
      await this.translate(paths, flags);
      return;
    }
    if (paths.includes('-'))
      throw new Fault('request-invalid', 'Standard input does not change.', { hint: 'Name a file to watch.' });
    await this.keepTranslating(paths, flags);
  }

  /** Answers the files it was made from. */
  private async translate(paths: readonly string[], flags: ConvertFlags): Promise<readonly string[]> {
    const request = await readDocuments(paths, flags);
    const { convert } = await import('../convert/index.ts');
    const outputDirectory = flags.output === undefined ? process.cwd() : dirname(resolve(flags.output));
    const { to, format } = flags;
    const into = await intoDocument(flags);
    const { text, problems, report, sources, changes } = await convert({
      ...request,
      to,
      format,
      toscaVersion: flags['tosca-version'],
      stackVersion: flags['stack-version'],
      upgrade: flags.upgrade,
      outputDirectory,
      ...(into === undefined ? {} : { into }),
    });
    const isLossy = report.some(({ fate }) => fate === 'lost');
    const shown = flags.loose ? problems.filter(({ severity }) => severity === 'error') : problems;
    const isRefused = hasErrors(problems) || (flags.strict && isLossy);
    const reportFile = flags['report-file'];
    const told = report.filter(({ fate }) => fate !== 'carried');
    const lines = told.map(({ path, fate, reason = '' }) => `${fate} ${path}: ${reason}`);
    if (reportFile !== undefined) this.write(lines.map((line) => `${line}\n`).join(''), reportFile);
    if (flags.json) this.printJson({ text, problems: problems.map(problemJson), report, changes });
    else {
      if (shown.length > 0) this.note(await renderProblems(shown, sources));
      const isTold = (flags.report && reportFile === undefined && !flags.loose) || (flags.strict && isLossy);
      if (isTold) for (const line of lines) this.note(line);
      if (!isRefused && !flags.loose)
        for (const { kind, path } of changes ?? []) this.note(`${kind === 'set' ? 'changed' : 'removed'} ${path}`);
      if (!isRefused && (into === undefined || flags.output !== undefined || text !== into.text))
        this.write(text, flags.output ?? flags.into);
    }
    process.exitCode = isRefused ? 1 : 0;
    return [...new Set([...paths, ...sources.keys()].map((path) => resolve(path)))];
  }

  /** Editors replace a file rather than write to it, so folders are watched. Mistakes are shown, and waited over. */
  private async keepTranslating(paths: readonly string[], flags: ConvertFlags): Promise<void> {
    const { watch } = await import('node:fs');
    const { isFault } = await import('../diagnostic/fault.ts');
    for (;;) {
      let files: readonly string[] = paths.map((path) => resolve(path));
      // The kernel's clock for files is a few milliseconds behind.
      const begun = Date.now() - 20;
      const changed = new AbortController();
      try {
        files = await this.translate(paths, flags);
      } catch (error) {
        if (!isFault(error)) throw error;
        await this.catch(error);
      }
      const names = new Set(files);
      const folders = [...new Set(files.map((file) => dirname(file)))];
      const watchers = folders.flatMap((folder) => {
        try {
          return watch(folder, (_event, name) => {
            if (name !== null && names.has(resolve(folder, name))) changed.abort();
          });
        } catch {
          // A folder that is gone comes back with nobody telling; the others are watched.
          return [];
        }
      });
      // What changed while it was read, or before it was watched, is told by nobody.
      const isOld = files.some((file) => (statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0) >= begun);
      if (!isOld) await new Promise((done) => changed.signal.addEventListener('abort', done, { once: true }));
      for (const watcher of watchers) watcher.close();
      // A file is often written in several steps.
      await new Promise((done) => setTimeout(done, 50));
      this.note(`— ${new Date().toISOString()}: changed`);
    }
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

/** The file that is to be changed. Throws `file-unreadable`. */
async function intoDocument({ into }: ConvertFlags): Promise<Document | undefined> {
  return into === undefined ? undefined : (await readDocuments([into], {})).documents[0];
}
