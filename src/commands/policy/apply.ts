import { Flags } from '@oclif/core';
import { hasErrors, type Problem } from '../../diagnostic/problem.ts';
import { problemJson } from '../../diagnostic/render.ts';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';
import { readDocuments } from '../input.ts';

export default class PolicyApply extends DaemonCommand {
  static override readonly summary = 'Store policies from files.';
  static override readonly description =
    'Files as calicoctl apply takes them: NetworkPolicy, GlobalNetworkPolicy, NetworkSet, GlobalNetworkSet, Tier, Profile and HostEndpoint of projectcalico.org/v3, several to a file. All of them are stored, or none. Without a namespace it is that of all containers, libnetwork. Exit codes: 0 stored, 1 a file has errors.';
  static override readonly examples = [
    '<%= config.bin %> policy apply --file policy.yaml',
    '<%= config.bin %> policy apply -f - < policy.yaml',
  ];
  static override readonly flags = {
    ...daemonFlags,
    file: Flags.string({ char: 'f', description: 'a file, - for standard input', required: true, multiple: true }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(PolicyApply);
    const { readResources } = await import('../../../plugins/policy/index.ts');
    const { documents } = await readDocuments(flags.file, {});
    const read = documents.map(({ text, path }) => readResources(text, path));
    const problems = read.flatMap((one) => one.problems);
    if (!flags.json) await this.showProblems(problems, new Map(documents.map(({ path, text }) => [path, text])));
    if (hasErrors(problems)) {
      this.refuse(problems);
      return;
    }
    const resources = read.flatMap(({ value }) => value);
    const client = await this.daemon(flags);
    const changes = await client.call('applyPolicies', { body: { resources } });
    if (flags.json) this.printJson({ changes, problems: problems.map(problemJson) });
    else for (const { kind, name, change } of changes) this.note(`${kind} ${name}: ${change}`);
    if (!flags.json && changes.length === 0) this.note('Nothing is in it.');
  }

  private refuse(problems: readonly Problem[]): void {
    if (this.wantsJson)
      this.printJson({
        error: { code: 'document-invalid', message: 'The files have errors.', problems: problems.map(problemJson) },
      });
    process.exitCode = 1;
  }
}
