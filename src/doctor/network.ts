/** The firewall, the kernel's settings and the routes as they are now. */
import { formatPrefix, overlaps, parsePrefix } from '../ip/prefix.ts';
import { error, ok, warning, type Finding } from './finding.ts';
import type { Probe } from './probe.ts';

export async function checkFirewall(probe: Probe): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const said = await probe.run(['iptables', '--wait', '5', '-S', 'FORWARD']);
  if (said === undefined || said.status !== 0)
    findings.push(
      probe.uid === 0
        ? error(
            'firewall',
            `iptables can't be asked: ${reasonOf(said?.stderr)}.`,
            'On Debian: apt-get install iptables.',
          )
        : warning('firewall', 'Only root may look at the firewall.', 'Run it as root: sudo clocker doctor.'),
    );
  else {
    const policy = /^-P FORWARD (\w+)/m.exec(said.stdout)?.[1] ?? 'unknown';
    findings.push(
      ok('firewall', `The policy of FORWARD is ${policy}; what Clocker allows passes by a rule of its own.`),
    );
  }
  const legacy = await probe.read('/proc/net/ip_tables_names');
  // Only asking iptables-legacy would make its tables, so it is asked where they are in use.
  if (legacy?.includes('filter') === true && said?.stdout.includes('legacy') !== true) {
    const old = await probe.run(['iptables-legacy', '--wait', '5', '-S', 'FORWARD']);
    if (old !== undefined && /^-P FORWARD DROP|-j (?:DROP|REJECT)/m.test(old.stdout))
      findings.push(
        warning(
          'firewall',
          'iptables-legacy has rules in FORWARD that drop packets, and no rule of another table undoes that.',
          'See them with iptables-legacy -S FORWARD. If nothing needs them: iptables-legacy -P FORWARD ACCEPT; iptables-legacy -F FORWARD.',
        ),
      );
  }
  return findings;
}

const reasonOf = (stderr: string | undefined): string => stderr?.trim().split('\n')[0] ?? 'it is not there';

const setting = async (probe: Probe, name: string): Promise<string | undefined> =>
  (await probe.read(`/proc/sys/net/ipv4/${name}`))?.trim();

export async function checkSettings(probe: Probe): Promise<readonly Finding[]> {
  const forward = await setting(probe, 'ip_forward');
  const strict = await setting(probe, 'conf/all/rp_filter');
  return [
    forward === undefined
      ? error('settings', 'net.ipv4.ip_forward can not be read.', 'Is /proc mounted?')
      : ok(
          'settings',
          forward === '1' ? 'ip_forward is on.' : 'ip_forward is off; clocker up turns it on with the first container.',
        ),
    ok(
      'settings',
      strict === '1'
        ? 'rp_filter is strict; docker_gwbridge is set to loose when a port is published.'
        : `rp_filter is ${strict === '2' ? 'loose' : 'off'}.`,
    ),
  ];
}

/** `supernet`: where networks without a subnet of their own get theirs from. */
export async function checkRoutes(probe: Probe, supernet: string): Promise<readonly Finding[]> {
  const range = parsePrefix(supernet);
  if (range === undefined) return [];
  const found = (await probe.routes()).filter(({ to }) => to.prefix.length > 0 && overlaps(to.prefix, range));
  const [first] = found;
  if (first === undefined) return [ok('routes', `Nothing else of this host is in ${supernet}.`)];
  return [
    warning(
      'routes',
      `This host has a route to ${formatPrefix(first.to.prefix)}${first.device === undefined ? '' : ` by ${first.device}`}, which is in ${supernet}, where networks without a subnet get theirs from.`,
      'Those networks leave it out. For another range, name it: docker network create --subnet …',
    ),
  ];
}
