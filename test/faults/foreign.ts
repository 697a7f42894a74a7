/** What belongs to others on a host: rules, routes and interfaces that must stay byte for byte as they are. */
import { runChecked } from '../../src/host/process.ts';
import type { LabHost } from '../support/lab/index.ts';

/** A firewall of the user's own. */
export const foreignRules = `table inet firewall {
	chain input {
		type filter hook input priority 10; policy accept;
		tcp dport 9999 drop
	}
	chain forward {
		type filter hook forward priority 10; policy accept;
		ip daddr 203.0.113.0/24 drop
	}
}
table ip6 guests {
	set known {
		type ipv6_addr
		elements = { 2001:db8::1 }
	}
}
`;

export async function addForeign(host: LabHost): Promise<void> {
  await host.exec(['nft', '-f', '-'], { input: foreignRules });
  await host.exec(['iptables', '-N', 'GUESTS']);
  await host.exec(['iptables', '-A', 'GUESTS', '-s', '203.0.113.7', '-j', 'DROP']);
  const lines = [
    'link add guests type bridge',
    'addr add 203.0.113.1/28 dev guests',
    'link set guests up',
    'route add 203.0.113.64/28 via 203.0.113.2 proto static',
    'route add blackhole 203.0.113.128/28 proto static',
    'neigh add 203.0.113.3 lladdr 02:00:00:00:00:03 dev guests',
  ];
  await host.exec(['ip', '-batch', '-'], { input: lines.join('\n') });
}

const questions: readonly (readonly [string, ...string[]])[] = [
  ['nft', 'list', 'table', 'inet', 'firewall'],
  ['nft', 'list', 'table', 'ip6', 'guests'],
  ['iptables', '-S', 'GUESTS'],
  ['ip', '-brief', 'addr', 'show', 'dev', 'guests'],
  ['ip', 'route', 'show', 'proto', 'static'],
  ['ip', 'neigh', 'show', 'dev', 'guests', 'nud', 'permanent'],
];

export async function foreignOf(host: LabHost): Promise<string> {
  const said = await Promise.all(questions.map((argv) => runChecked([...host.enter, ...argv])));
  return said.join('\n');
}
