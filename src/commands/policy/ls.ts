import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class PolicyLs extends DaemonCommand {
  static override readonly summary = 'List policies in the order in which they are asked.';
  static override readonly description =
    'Calico’s NetworkPolicy and GlobalNetworkPolicy, whoever wrote them. One that can’t be read has no effect and is listed last.';
  static override readonly examples = ['<%= config.bin %> policy ls'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(PolicyLs);
    const client = await this.daemon(flags);
    const policies = await client.call('listPolicies');
    if (flags.json) {
      this.printJson(policies);
      return;
    }
    const rows = policies.map(({ kind, name, namespace, tier, order, selector, types, ingress, egress, isUsable }) => [
      namespace === undefined ? name : `${namespace}/${name}`,
      kind,
      tier,
      order === undefined ? 'last' : String(order),
      isUsable ? selector : 'can’t be read',
      types.map((type) => `${type} ${type === 'ingress' ? ingress : egress}`).join(', '),
    ]);
    const head = ['NAME', 'KIND', 'TIER', 'ORDER', 'APPLIES TO', 'RULES'];
    await this.printTable(head, rows, 'There are no policies: clocker policy apply --file FILE stores one.');
  }
}
