/**
 * What a network and IPAM driver for Docker has to do, line by line (the list has its sources in Docker's plugin
 * protocol, libnetwork's own tests and Calico's), and which tests show it: a test shows a line by having `§9.<line>` in
 * its name. `npm test` prints the table from the reports of its runs.
 */

/** Line → what it asks for. */
export const conformanceLines = {
  1: 'handshake of version 1',
  2: 'content types of plugins of version 2',
  3: 'empty bodies',
  4: 'errors: status 500 with Err and Error',
  5: 'unknown method: 404',
  6: 'connections kept while idle',
  7: '50 CreateEndpoint at once',
  8: 'CreateNetwork, CreateEndpoint, Join, Leave and Delete twice',
  9: 'Delete of what nobody knows',
  10: 'pools: default, explicit, overlapping',
  11: '--ip-range',
  12: '--aux-address',
  13: '--gateway',
  14: 'no gateway, and release of 0.0.0.0',
  15: '--ip, and who has it',
  16: '--ipv6, both families',
  17: 'a network that is full',
  18: 'ReleaseAddress twice',
  19: '100 hosts that claim blocks at once',
  20: 'kill -9 between every pair of steps',
  21: 'borrowing and strict affinity',
  22: 'release of blocks',
  23: 'calicoctl get, ipam show, ipam check',
  24: 'network connect and disconnect',
  25: 'two networks of Clocker on a container',
  26: 'Clocker beside a bridge on a container',
  27: '--internal',
  28: '-p: TCP, UDP, ranges, addresses of the host',
  29: '--mac-address',
  30: '--network container:',
  31: 'docker compose up and down',
  32: '--driver-opt',
  33: 'restart policies',
  34: 'rename, pause and kill -9 of a container',
  35: 'the plugin restarted under load',
  36: 'dockerd restarted, killed, with live-restore',
  37: 'a host that boots',
  38: 'etcd away for minutes',
  39: 'etcd compacted, leader changed',
  40: 'docker rm while the plugin is away',
  41: 'Swarm refuses what can not work, with our message',
  42: 'Swarm on config-only networks',
  43: 'a service scaled 1, 50, 1 without a leak',
  44: 'the leader of a swarm changes',
  45: 'a worker is drained',
  46: 'a stack on an external network',
  47: 'names of tasks',
  48: 'a node without the plugin',
  49: 'host to container, container to container of any host and subnet',
  50: 'VXLAN between subnets',
  51: 'BIRD: mesh, reflector, external peer',
  52: 'no way to free addresses of a block',
  53: 'natOutgoing',
  54: 'MTU',
  55: 'policies: selectors, ports, nets, ICMP, before the first packet',
  56: 'forged sources dropped',
  57: 'FORWARD DROP',
  58: 'a restart of the daemon loses no packet',
  59: 'IPv6 of addresses and routes',
};

/** Lines nobody can show here, and why. */
export const beyondReach = {
  23: 'calicoctl is no package of Debian: the stored bytes are compared with its rules instead',
};

/** `§9.20 §9.58 killed …` → [20, 58] */
export function linesOf(name) {
  return [...name.matchAll(/§9\.(\d+)/g)].map((match) => Number(match[1]));
}

/**
 * Results of vitest's JSON reports by line, as a table to print.
 *
 * @param results `[{ name, status: 'passed' | 'failed' | 'skipped' | … }]`, of all runs
 */
export function conformanceTable(results) {
  const counts = new Map();
  for (const { name, status } of results)
    for (const line of new Set(linesOf(name))) {
      const count = counts.get(line) ?? { passed: 0, failed: 0, skipped: 0 };
      count[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
      counts.set(line, count);
    }
  const rows = Object.entries(conformanceLines).map(([line, title]) => {
    const count = counts.get(Number(line)) ?? { passed: 0, failed: 0, skipped: 0 };
    return { line, title, verdict: verdictOf(count), count, note: beyondReach[line] };
  });
  const shown = rows.filter(({ verdict }) => verdict === 'passed').length;
  return [...rows.map(rowText), `${shown} of ${rows.length} lines shown`].join('\n');
}

/** One failure fails the line; skipped tests show nothing. */
function verdictOf({ passed, failed, skipped }) {
  if (failed > 0) return 'failed';
  if (passed > 0) return 'passed';
  return skipped > 0 ? 'skipped' : 'not shown';
}

function rowText({ line, title, verdict, count, note }) {
  const tests = Object.entries(count)
    .filter(([, number]) => number > 0)
    .map(([status, number]) => `${number} ${status}`)
    .join(', ');
  const why = note === undefined ? '' : `(${note})`;
  return `${line.padStart(4)}  ${title.padEnd(64)}  ${verdict.padEnd(9)}  ${tests}  ${why}`.trimEnd();
}
