import { isFault } from '../diagnostic/fault.ts';
import { problemJson } from '../diagnostic/render.ts';
import { ClockerCommand } from './base.ts';
import { documentArgs, documentFlags, documentPaths, renderProblems } from './input.ts';
import type { DocumentFlags } from './input.ts';
import { judgeFiles } from './judge.ts';
import type { Judgement } from './judge.ts';

const exitCodes: Readonly<Record<Judgement['verdict'], number>> = {
  valid: 0,
  invalid: 1,
  'cannot-act': 2,
  unreadable: 3,
};

export default class Validate extends ClockerCommand {
  static override readonly summary = 'Check a compose file, TOSCA template or archive, or blueprint.';
  static override readonly description =
    'Tells everything that is wrong at once, with file:line:column. Compose files are merged; of templates and blueprints each is checked by itself, and the exit code is the highest. Exit codes: 0 valid, 1 invalid, 2 can not be acted on (a part is on the network, or it is another language), 3 can not be read.';
  static override readonly strict = false;
  static override readonly args = documentArgs;
  static override readonly examples = [
    '<%= config.bin %> validate compose.yml',
    '<%= config.bin %> validate service.yaml --json',
    '<%= config.bin %> validate application.csar',
  ];
  static override readonly flags = documentFlags;

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Validate);
    const files = await this.filesOf(argv, flags);
    if (files === undefined) return;
    const judgements = await this.judgeAll(files, flags);
    if (flags.json)
      this.printJson(files.length === 1 || judgements.length === 1 ? asJson(judgements[0]) : judgements.map(asJson));
    process.exitCode = Math.max(...judgements.map(({ verdict }) => exitCodes[verdict]));
  }

  /** Where there is none, that is told as of one that can't be read. */
  private async filesOf(argv: readonly unknown[], flags: DocumentFlags): Promise<readonly string[] | undefined> {
    try {
      return await documentPaths(argv, flags);
    } catch (error) {
      if (!isFault(error, 'file-unreadable')) throw error;
      await this.catch(error);
      process.exitCode = exitCodes.unreadable;
      return undefined;
    }
  }

  private async judgeAll(
    files: readonly string[],
    flags: DocumentFlags & { json: boolean },
  ): Promise<readonly Judgement[]> {
    const first = await judgeFiles(files.slice(0, 1), flags);
    if (files.length === 1) return [await this.show(first, flags.json)];
    if (first.language === 'compose') return [await this.show(await judgeFiles(files, flags), flags.json)];
    const judgements = [await this.show(first, flags.json)];
    for (const file of files.slice(1)) judgements.push(await this.show(await judgeFiles([file], flags), flags.json));
    return judgements;
  }

  private async show(judgement: Judgement, isJson: boolean): Promise<Judgement> {
    const { problems, sources } = judgement;
    if (!isJson && problems.length > 0) this.note(await renderProblems(problems, sources));
    return judgement;
  }
}

const asJson = (judgement: Judgement | undefined): object => ({
  language: judgement?.language,
  verdict: judgement?.verdict,
  problems: (judgement?.problems ?? []).map(problemJson),
});
