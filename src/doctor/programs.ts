/** The programs Clocker runs, and those that must be there beside it. */
import type { Argv } from '../host/process.ts';
import { error, ok, warning, type Finding } from './finding.ts';
import type { Probe } from './probe.ts';

type Program = {
  readonly name: string;
  readonly argv: Argv;
  /** Its version, in what it prints. */
  readonly version: RegExp;
  /** Debian's package. */
  readonly from: string;
  readonly for: string;
  readonly isNeeded: boolean;
};

export const programs: readonly Program[] = [
  {
    name: 'ip',
    argv: ['ip', '-V'],
    version: /iproute2-(?:ss)?([\d.]+)/,
    from: 'iproute2',
    for: 'interfaces and routes',
    isNeeded: true,
  },
  {
    name: 'nft',
    argv: ['nft', '--version'],
    version: /v([\d.]+)/,
    from: 'nftables',
    for: 'isolation and policies',
    isNeeded: true,
  },
  {
    name: 'iptables',
    argv: ['iptables', '--version'],
    version: /v([\d.]+(?: \(\S+\))?)/,
    from: 'iptables',
    for: 'passing Docker’s own chains',
    isNeeded: true,
  },
  {
    name: 'dockerd',
    argv: ['dockerd', '--version'],
    version: /version ([\w.+~-]+)/,
    from: 'docker.io',
    for: 'running containers',
    isNeeded: true,
  },
  {
    name: 'nsenter',
    argv: ['nsenter', '--version'],
    version: /([\d.]+)\s*$/,
    from: 'util-linux',
    for: 'routes inside of containers',
    isNeeded: true,
  },
  {
    name: 'bird',
    argv: ['bird', '--version'],
    version: /version ([\d.]+)/,
    from: 'bird2',
    for: 'networks whose routes go by BGP, and for nothing else',
    isNeeded: false,
  },
];

/** Without PATH to /usr/sbin, as a user has it, they are there all the same. */
const places = ['', '/usr/sbin/', '/sbin/', '/usr/local/sbin/'] as const;

export async function checkPrograms(probe: Probe): Promise<readonly Finding[]> {
  return Promise.all(programs.map((program) => checkProgram(program, probe)));
}

async function checkProgram(
  { name, argv, version, from, for: use, isNeeded }: Program,
  probe: Probe,
): Promise<Finding> {
  for (const place of places) {
    const [program, ...args] = argv;
    const finished = await probe.run([`${place}${program}`, ...args]);
    if (finished === undefined) continue;
    const said = version.exec(`${finished.stdout}${finished.stderr}`)?.[1];
    return ok('programs', `${name} is ${said ?? 'of an unknown version'}.`);
  }
  const hint = `On Debian: apt-get install ${from}.`;
  return isNeeded
    ? error('programs', `${name} is not there, which is needed for ${use}.`, hint)
    : warning('programs', `${name} is not there; it is for ${use}.`, hint);
}
