import { dirname } from 'node:path';
import { Flags } from '@oclif/core';
import type { DeployBody, EntityView } from '../api/index.ts';
import type { Client } from '../client/index.ts';
import { hasErrors, type Problem } from '../diagnostic/problem.ts';
import { problemJson } from '../diagnostic/render.ts';
import { DaemonCommand, daemonFlags, placed } from './daemon-command.ts';
import { documentArgs, documentFlags, documentPaths, readDocuments } from './input.ts';
import { followOrder } from './order.ts';
import { colourOfState, type Colour } from './paint.ts';

export default class Deploy extends DaemonCommand {
  static override readonly summary = 'Run an application, or change one that runs.';
  static override readonly description =
    'Takes a compose file, a TOSCA template or a blueprint. What is there already and fits is left alone; --plan shows what would change and changes nothing. Build contexts, env files, secrets and configs go along. Exit codes: 0 it runs, 1 the document has errors, others as in docs/exit-codes.md.';
  static override readonly strict = false;
  static override readonly args = documentArgs;
  static override readonly examples = [
    '<%= config.bin %> deploy compose.yml',
    '<%= config.bin %> deploy compose.yml --plan',
    '<%= config.bin %> deploy -f compose.yml -f production.yml --name shop --env-file production.env',
  ];
  static override readonly flags = {
    ...daemonFlags,
    ...documentFlags,
    name: Flags.string({ description: 'name of the application; its own, or that of the folder, unless told' }),
    plan: Flags.boolean({ description: 'show what would change, and change nothing' }),
    detach: Flags.boolean({ char: 'd', description: 'do not wait until it runs', exclusive: ['plan'] }),
    verbose: Flags.boolean({ description: 'what builds and pulls print, as they print it' }),
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Deploy);
    const projectName = flags['project-name'] ?? flags.name;
    const named = projectName === undefined ? {} : { 'project-name': projectName };
    const request = await readDocuments(await documentPaths(argv, flags), { ...flags, ...named });
    const { readApplication } = await import('../convert/index.ts');
    const {
      application,
      problems,
      language,
      sources,
      environment = request.environment,
    } = await readApplication({
      ...request,
      tosca: { ...request.tosca, requireInputs: true },
    });
    if (hasErrors(problems)) return this.refuse(problems, sources);
    if (!flags.json)
      await this.showProblems(
        problems.filter(({ severity }) => severity === 'warning'),
        sources,
      );
    const client = await this.daemon(flags);
    // Asked before anything is packed and sent.
    await client.call('health');
    const [document] = request.documents;
    const { neededBy } = await import('../deploy/index.ts');
    const { gatherMaterials } = await import('./handover.ts');
    const materials = await gatherMaterials({
      needs: neededBy(application),
      directory: document === undefined || document.path === '-' ? request.currentDirectory : dirname(document.path),
      environment,
      disk: request.disk,
      client,
      tell: (line) => this.note(line),
    });
    const { renderBlueprint } = await import('../blueprint/index.ts');
    const text = language === 'blueprint' && document !== undefined ? document.text : renderBlueprint(application);
    const name = flags.name ?? flags['project-name'];
    const body: DeployBody = { text, language: 'blueprint', materials, ...(name === undefined ? {} : { name }) };
    const { DocumentRejected } = await import('../client/index.ts');
    try {
      await (flags.plan ? this.plan(client, body) : this.deploy(client, body, flags));
    } catch (error) {
      if (!(error instanceof DocumentRejected)) throw error;
      await this.showRejection(error.problems, text);
    }
  }

  private async refuse(problems: readonly Problem[], sources: ReadonlyMap<string, string>): Promise<void> {
    if (this.wantsJson)
      this.printJson({
        error: {
          code: 'document-invalid',
          message: 'The application has errors.',
          problems: problems.map(problemJson),
        },
      });
    else await this.showProblems(problems, sources);
    process.exitCode = 1;
  }

  private async plan(client: Client, body: DeployBody): Promise<void> {
    const plan = await client.call('plan', { body });
    if (this.wantsJson) {
      this.printJson(plan);
      return;
    }
    await this.showProblems(
      plan.problems.map((one) => placed(one, body.text)),
      new Map(),
    );
    const rows = plan.changes.map(({ action, kind, name, entity = '', because = '' }) => [
      action,
      kind,
      name,
      entity,
      because,
    ]);
    // With nothing to change a sentence says so.
    const kept = rows.length === 0 ? [] : (plan.kept ?? []).map((name) => ['keep', 'container', name, '', '']);
    const head = ['ACTION', 'WHAT', 'NAME', 'ENTITY', 'BECAUSE'];
    await this.printTable(
      head,
      [...rows, ...kept],
      `Nothing to change: ${plan.name} is as it should be.`,
      (cell, column) => (column === 0 ? colourOfAction(cell) : undefined),
    );
  }

  private async deploy(
    client: Client,
    body: DeployBody,
    { detach, verbose }: { readonly detach: boolean; readonly verbose: boolean },
  ): Promise<void> {
    const { application, task, problems } = await client.call('deploy', { body });
    if (!this.wantsJson)
      await this.showProblems(
        problems.map((one) => placed(one, body.text)),
        new Map(),
      );
    if (detach) {
      if (this.wantsJson) this.printJson({ application, task, problems });
      else this.note(`The daemon deploys ${application}: clocker show ${application} shows how far it is.`);
      return;
    }
    await followOrder({ client, task, application, tell: (line) => this.note(line), verbose });
    const { entities, outputs = {} } = await client.call('getApplication', { params: { application } });
    if (this.wantsJson) this.printJson({ application, task, problems, entities, outputs });
    else {
      await this.printEntities(application, entities);
      await this.printOutputs(outputs);
    }
  }

  private async printEntities(application: string, entities: readonly EntityView[]): Promise<void> {
    const { entityHead, entityRow, isContainer } = await import('./entity-rows.ts');
    this.note('');
    const rows = entities.filter(isContainer).map((entity) => entityRow(entity));
    await this.printTable(entityHead, rows, `${application} has no containers.`, (cell, column) =>
      column === 1 ? colourOfState(cell) : undefined,
    );
  }
}

const colourOfAction = (action: string): Colour | undefined =>
  action === 'keep' ? undefined : action === 'remove' || action === 'replace' ? 'yellow' : 'green';
