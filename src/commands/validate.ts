import { hasErrors, type Problem } from '../diagnostic/problem.ts';
import { isFault } from '../diagnostic/fault.ts';
import { problemJson } from '../diagnostic/render.ts';
import { ClockerCommand } from './base.ts';
import { documentArgs, documentFlags, readDocuments, renderProblems } from './input.ts';

type Judgement = {
  readonly language: string | undefined;
  readonly verdict: 'valid' | 'invalid' | 'cannot-act';
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, string>;
};

const exitCodes = { valid: 0, invalid: 1, 'cannot-act': 2 } as const;
const unreadable = 3;

export default class Validate extends ClockerCommand {
  static override readonly summary = 'Check a compose file, TOSCA template or blueprint.';
  static override readonly description =
    'Tells everything that is wrong at once, with file:line:column. Exit codes: 0 valid, 1 invalid, 2 can not be acted on (a part is on the network, or it is another language), 3 can not be read.';
  static override readonly strict = false;
  static override readonly args = documentArgs;
  static override readonly examples = [
    '<%= config.bin %> validate compose.yml',
    '<%= config.bin %> validate service.yaml --json',
  ];
  static override readonly flags = documentFlags;

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Validate);
    const files = argv.filter((one): one is string => typeof one === 'string');
    if (files.length === 0) this.error('Name the document to check; - is standard input.', { exit: 2 });
    try {
      const judgement = await this.judge(await readDocuments(files, flags));
      await this.show(judgement, flags.json);
      process.exitCode = exitCodes[judgement.verdict];
    } catch (error) {
      if (!isFault(error, 'file-unreadable')) throw error;
      this.note(`error ${error.code}: ${error.message}`);
      process.exitCode = unreadable;
    }
  }

  private async judge(request: Awaited<ReturnType<typeof readDocuments>>): Promise<Judgement> {
    const { detectLanguage, readApplication } = await import('../convert/index.ts');
    const { parseDocument } = await import('../document/parse.ts');
    const [document] = request.documents;
    const node =
      document === undefined ? undefined : parseDocument(document.text, document.path, { schema: 'core' }).value;
    const language = request.from ?? (node === undefined ? undefined : detectLanguage(node)?.language);
    if (language === 'tosca' && document !== undefined) {
      const { validateTosca } = await import('../tosca/index.ts');
      const { value, problems } = await validateTosca({
        path: document.path,
        text: document.text,
        files: request.disk,
      });
      return { language, verdict: value.verdict, problems, sources: new Map([[document.path, document.text]]) };
    }
    const { problems, sources, language: found } = await readApplication(request);
    const verdict =
      found === undefined && !hasErrors(problems) ? 'cannot-act' : hasErrors(problems) ? 'invalid' : 'valid';
    return { language: found, verdict, problems, sources };
  }

  private async show({ language, verdict, problems, sources }: Judgement, isJson: boolean): Promise<void> {
    if (isJson) this.printJson({ language, verdict, problems: problems.map(problemJson) });
    else if (problems.length > 0) this.note(await renderProblems(problems, sources));
  }
}
