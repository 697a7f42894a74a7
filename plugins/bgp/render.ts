/**
 * The configuration of BIRD 2 (confd's templates of Calico, reference: node/filesystem/etc/calico/confd/templates, in the
 * words of BIRD 2). One route for each block, single ones for borrowed addresses; own blocks are announced and not put
 * into the kernel, where the data plane has them. Pure.
 */
import type { Family } from '../../src/ip/address.ts';
import type { Session } from './sessions.ts';

export type BirdFacts = {
  /** `198.18.0.11` */
  readonly routerId: string;
  /** Pools whose routes are learned, by family. */
  readonly pools: Readonly<Record<Family, readonly string[]>>;
  /** What this host announces: its blocks, and addresses it borrowed. */
  readonly own: Readonly<Record<Family, readonly string[]>>;
  readonly sessions: readonly Session[];
};

const families = [4, 6] as const;
/** Seconds for which peers keep the routes of a BIRD that starts again. */
const usualRestartTime = 120;
const restartWait = 15;

const block = (head: string, lines: readonly string[]): readonly string[] => [
  `${head} {`,
  ...lines.map((one) => `  ${one}`),
  '}',
  '',
];

function familyPart(family: Family, { pools, own }: BirdFacts): readonly string[] {
  const list = pools[family].map((pool) => `${pool}+`).join(', ');
  const isPool = list === '' ? 'false' : `net ~ [ ${list} ]`;
  return [
    ...block(`filter own${family}`, [`if proto = "blocks${family}" then accept;`, 'reject;']),
    ...block(`filter all${family}`, [
      // Never what this host knows only by chance.
      `if proto = "blocks${family}" then accept;`,
      `if source = RTS_BGP && ${isPool} then accept;`,
      'reject;',
    ]),
    ...block(`filter programmed${family}`, ['if source = RTS_BGP then accept;', 'reject;']),
    ...block(`protocol static blocks${family}`, [
      `ipv${family};`,
      ...own[family].map((one) => `route ${one} blackhole;`),
    ]),
    ...block(`protocol kernel kernel${family}`, [
      // Next hops of peers behind a router are found by the routes of the host.
      'learn;',
      'persist;',
      'scan time 10;',
      'merge paths on;',
      'graceful restart on;',
      `ipv${family} { import all; export filter programmed${family}; };`,
    ]),
  ];
}

function sessionPart(session: Session): readonly string[] {
  const { name, family, local, localAs, peer, port, peerAs, isPassive, reflects, announces } = session;
  const { keepsNextHop, ownAsAllowed = 0, restartTime = usualRestartTime } = session;
  const keeps = keepsNextHop === true || (announces === 'all' && peerAs !== localAs) ? ' next hop keep;' : '';
  return block(`protocol bgp ${name}`, [
    `local ${local} as ${localAs};`,
    `neighbor ${peer}${port === undefined ? '' : ` port ${port}`} as ${peerAs};`,
    'multihop;',
    ...(ownAsAllowed === 0 ? [] : [`allow local as ${ownAsAllowed};`]),
    ...(isPassive ? ['passive on;'] : []),
    ...(reflects === undefined ? [] : ['rr client;', `rr cluster id ${reflects};`]),
    `graceful restart on;`,
    `graceful restart time ${restartTime};`,
    'connect delay time 1;',
    'connect retry time 5;',
    'error wait time 1, 30;',
    `ipv${family} { import all; export filter ${announces}${family};${keeps} gateway recursive; add paths on; };`,
  ]);
}

export function renderBird(facts: BirdFacts): string {
  return [
    '# Made by Clocker, and made again when hosts, blocks or peers change.',
    'log syslog { warning, error, fatal, bug };',
    `router id ${facts.routerId};`,
    // Peers that are away must not keep a BIRD that starts again from its work.
    `graceful restart wait ${restartWait};`,
    '',
    ...block('protocol device', ['scan time 2;']),
    ...block('protocol direct', [
      'ipv4;',
      'ipv6;',
      'interface -"cali*", -"docker*", -"br-*", -"veth*", -"clocker*", -"vxlan.*", "*";',
    ]),
    ...families.flatMap((family) => familyPart(family, facts)),
    ...facts.sessions.flatMap(sessionPart),
  ].join('\n');
}
