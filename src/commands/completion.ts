import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import type { Client } from '../client/index.ts';
import { completionOf, type Candidate, type Completion, type Known, type Named } from './completion/candidates.ts';
import { isShell, scripts, shells } from './completion/scripts.ts';
import { DaemonCommand, flagsOfEnvironment } from './daemon-command.ts';

/** A person waits for the key they pressed: a daemon that does not answer by then has no names to offer. */
const patience = 1500;

export default class CompletionCommand extends DaemonCommand {
  static override readonly summary = 'Print what a shell needs to complete commands, flags and names.';
  static override readonly description =
    'Names of applications, entities, networks, hosts and policies are the daemon’s. With words after --, prints what may follow them: that is what the scripts call.';
  static override readonly args = {
    shell: Args.string({ description: 'bash, zsh or fish', required: false, options: [...shells] }),
  };
  static override readonly examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion zsh > "${fpath[1]}/_clocker"',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/clocker.fish',
    '<%= config.bin %> completion -- network s',
  ];

  override async run(): Promise<void> {
    const at = this.argv.indexOf('--');
    if (at >= 0) {
      await this.complete(this.argv.slice(at + 1));
      return;
    }
    const { args } = await this.parse(CompletionCommand);
    const { shell } = args;
    if (shell === undefined || !isShell(shell)) this.error(`Name the shell: ${shells.join(', ')}.`, { exit: 2 });
    if (this.wantsJson) this.printJson({ shell, script: scripts[shell] });
    else this.log(scripts[shell].trimEnd());
  }

  private async complete(line: readonly string[]): Promise<void> {
    const completion = completionOf(line, this.known());
    const last = line.at(-1) ?? '';
    const candidates = completion.kind === 'names' ? await this.namesOf(completion, last) : wordsOf(completion);
    for (const { value, description } of candidates) this.log(`${value}\t${description.split('\n')[0] ?? ''}`);
    if (completion.kind === 'files') this.log(':files');
  }

  private known(): Known {
    const read = (name: string): unknown => JSON.parse(readFileSync(join(this.config.options.root, name), 'utf8'));
    const { commands } = read('oclif.manifest.json') as Pick<Known, 'commands'>;
    const { oclif } = read('package.json') as { readonly oclif: Pick<Known, 'topics'> };
    return { commands, topics: oclif.topics };
  }

  private async namesOf(asked: Completion & { readonly kind: 'names' }, last: string): Promise<readonly Candidate[]> {
    const late = new Promise<readonly Candidate[]>((resolve) => setTimeout(resolve, patience, []).unref());
    try {
      const client = await this.daemon({ ...flagsOfEnvironment(process.env), ...asked.flags });
      const found = await Promise.race([names[asked.of](client, asked.given), late]);
      return found.filter(({ value }) => value.startsWith(last));
    } catch {
      // No daemon, no names; an error would land in the line that is being written.
      return [];
    }
  }
}

const wordsOf = (completion: Completion): readonly Candidate[] =>
  completion.kind === 'words' ? completion.candidates : [];

const names: Readonly<Record<Named, (client: Client, given: readonly string[]) => Promise<readonly Candidate[]>>> = {
  applications: async (client) =>
    (await client.call('listApplications')).map(({ name, state }) => ({ value: name, description: state })),
  entities: async (client, [application = '']) =>
    (await client.call('getApplication', { params: { application } })).entities.map(({ id, state }) => ({
      value: id,
      description: state,
    })),
  networks: async (client) =>
    (await client.call('listNetworks')).map(({ id, name = id, subnets }) => ({
      value: name,
      description: subnets.join(', '),
    })),
  nodes: async (client) =>
    (await client.call('listNodes')).map(({ name, isUp }) => ({ value: name, description: isUp ? 'up' : 'down' })),
  policies: async (client) =>
    (await client.call('listPolicies')).map(({ name, kind, tier }) => ({
      value: name,
      description: `${kind} of ${tier}`,
    })),
};
