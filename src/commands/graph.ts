import { Flags } from '@oclif/core';
import { hasErrors } from '../diagnostic/problem.ts';
import { ClockerCommand } from './base.ts';
import { documentArgs, documentFlags, documentPaths, readDocuments, renderProblems } from './input.ts';

export default class Graph extends ClockerCommand {
  static override readonly summary = 'Draw the topology of a compose file, TOSCA template or archive, or blueprint.';
  static override readonly description = 'The picture goes to stdout. Exit codes: 0 drawn, 1 the document has errors.';
  static override readonly strict = false;
  static override readonly args = documentArgs;
  static override readonly examples = ['<%= config.bin %> graph compose.yml --format svg > topology.svg'];
  static override readonly flags = {
    ...documentFlags,
    format: Flags.option({ options: ['mermaid', 'dot', 'svg'] as const, description: 'form of the picture' })({
      default: 'mermaid',
    }),
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Graph);
    const request = await readDocuments(await documentPaths(argv, flags), flags);
    const { readApplication } = await import('../convert/index.ts');
    const { renderGraph } = await import('../graph/index.ts');
    const { application, problems, sources } = await readApplication(request);
    if (problems.length > 0) this.note(await renderProblems(problems, sources));
    if (hasErrors(problems)) {
      process.exitCode = 1;
      return;
    }
    const picture = renderGraph(application, flags.format, application.name ?? 'application');
    if (flags.json) this.printJson({ format: flags.format, picture });
    else process.stdout.write(picture.endsWith('\n') ? picture : `${picture}\n`);
  }
}
