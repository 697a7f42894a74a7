import { Args } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export const nameArg = Args.string({
  description: 'name of a resource; Kind/name where several have it',
  required: true,
});

export default class PolicyShow extends DaemonCommand {
  static override readonly summary = 'Show a policy as it is stored.';
  static override readonly description =
    'Also a network set, tier, profile or host endpoint. What it prints, policy apply takes.';
  static override readonly args = { name: nameArg };
  static override readonly examples = [
    '<%= config.bin %> policy show allow-web',
    '<%= config.bin %> policy show GlobalNetworkSet/office',
  ];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyShow);
    const client = await this.daemon(flags);
    const resource = await client.call('getPolicy', { params: args });
    if (flags.json) {
      this.printJson(resource);
      return;
    }
    const { nodeToJson } = await import('../../document/json.ts');
    const { parseDocument } = await import('../../document/parse.ts');
    const { renderYaml } = await import('../../document/render.ts');
    // JSON is YAML, and a tree that was read is known to be one that can be written.
    const { value } = parseDocument(JSON.stringify(resource), args.name, { schema: 'core' });
    this.log(renderYaml(nodeToJson(value)).trimEnd());
  }
}
