/** Rules of a policy or profile: texts read, and what can't be together refused. */
import type { PeerMatch, PortMatch, Rule, Action, IcmpMatch } from './model.ts';
import { readNets } from './nets.ts';
import { hasPorts, isIcmp, protocolNumber } from './protocols.ts';
import { readPeers, readSelector, type Issues } from './selectors.ts';
import type { EntityResource, RuleResource } from './shapes.ts';

const actions = { Allow: 'allow', Deny: 'deny', Pass: 'pass', Log: 'log' } as const satisfies Record<
  RuleResource['action'],
  Action
>;

export const readRules = (
  rules: readonly RuleResource[],
  namespace: string | undefined,
  at: string,
  issues: Issues,
): readonly Rule[] => rules.map((rule, index) => readRule(rule, namespace, `${at}[${index}]`, issues));

function readRule(rule: RuleResource, namespace: string | undefined, at: string, issues: Issues): Rule {
  const protocol = readProtocol(rule.protocol, `${at}.protocol`, issues);
  const notProtocol = readProtocol(rule.notProtocol, `${at}.notProtocol`, issues);
  const source = readPeer(rule.source ?? {}, namespace, `${at}.source`, issues);
  const destination = readPeer(rule.destination ?? {}, namespace, `${at}.destination`, issues);
  const icmp = readIcmp(rule.icmp);
  const notIcmp = readIcmp(rule.notICMP);
  const version = rule.ipVersion ?? undefined;
  const asksForPorts = [source, destination].some(({ ports, notPorts }) => ports !== undefined || notPorts.length > 0);
  if (asksForPorts && !hasPorts(protocol))
    issues.push({ at, message: 'asks for ports, so it must say protocol: TCP, UDP or SCTP' });
  if ((icmp !== undefined || notIcmp !== undefined) && !isIcmp(protocol))
    issues.push({ at, message: 'asks for an ICMP type, so it must say protocol: ICMP or ICMPv6' });
  if (version === 5) issues.push({ at: `${at}.ipVersion`, message: 'must be 4 or 6, not 5' });
  if (version === (protocol === 1 ? 6 : protocol === 58 ? 4 : undefined) && version !== undefined)
    issues.push({ at: `${at}.ipVersion`, message: 'does not go with this protocol' });
  if (rule.http !== undefined && rule.http !== null && rule.action !== 'Allow')
    issues.push({ at: `${at}.http`, message: 'goes with action: Allow only' });
  return {
    action: actions[rule.action],
    ...(version === 4 || version === 6 ? { ipVersion: version } : {}),
    ...(protocol === undefined ? {} : { protocol }),
    ...(notProtocol === undefined ? {} : { notProtocol }),
    ...(icmp === undefined ? {} : { icmp }),
    ...(notIcmp === undefined ? {} : { notIcmp }),
    source,
    destination,
    isImpossible: isGiven(rule.http) || isGiven(rule.source?.services) || isGiven(rule.destination?.services),
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function readProtocol(given: string | number | null | undefined, at: string, issues: Issues): number | undefined {
  if (given === undefined || given === null) return undefined;
  const known = protocolNumber(given);
  if (known === undefined)
    issues.push({ at, message: 'must be TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or a number from 1 to 255' });
  return known;
}

function readIcmp(given: RuleResource['icmp']): IcmpMatch | undefined {
  if (given === undefined || given === null) return undefined;
  const type = given.type ?? undefined;
  const code = given.code ?? undefined;
  if (type === undefined) return undefined;
  return { type, ...(code === undefined ? {} : { code }) };
}

function readPeer(entity: EntityResource, namespace: string | undefined, at: string, issues: Issues): PeerMatch {
  const selector = readPeers(entity, namespace, at, issues);
  const notSelector = readSelector(entity.notSelector, `${at}.notSelector`, issues);
  const nets = readNets(entity.nets, `${at}.nets`, issues);
  const ports = readPortMatches(entity.ports, `${at}.ports`, issues);
  return {
    ...((entity.nets ?? []).length === 0 ? {} : { nets }),
    notNets: readNets(entity.notNets, `${at}.notNets`, issues),
    ...(selector === undefined ? {} : { selector }),
    ...(notSelector === undefined ? {} : { notSelector }),
    ...((entity.ports ?? []).length === 0 ? {} : { ports }),
    notPorts: readPortMatches(entity.notPorts, `${at}.notPorts`, issues),
  };
}

const readPortMatches = (
  given: readonly (string | number)[] | null | undefined,
  at: string,
  issues: Issues,
): readonly PortMatch[] =>
  (given ?? []).flatMap((port, index) => {
    const read = readPort(port);
    if (read !== undefined) return read;
    issues.push({ at: `${at}[${index}]`, message: `${JSON.stringify(port)} is no port, no range and no name of one` });
    return [];
  });

/** `80`, `"8000:8080"`, `http`. */
function readPort(port: string | number): PortMatch | undefined {
  const range = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(String(port));
  if (range !== null) {
    const first = Number(range[1]);
    const last = Number(range[2] ?? first);
    return first <= last && last <= 65_535 ? { kind: 'range', first, last } : undefined;
  }
  return /^[a-zA-Z0-9_.-]{1,128}$/.test(String(port)) && typeof port === 'string'
    ? { kind: 'named', name: port }
    : undefined;
}
