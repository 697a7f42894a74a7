/** `clocker policy test`: what becomes of a packet between two that a person names. Pure. */
import {
  decide,
  explainRuling,
  hasPorts,
  loggedBy,
  protocolNumber,
  shownName,
  type Decision,
  type Packet,
  type Party,
  type Rulebook,
} from '../../plugins/policy/index.ts';
import type { BodyOf, PolicyAnswer } from '../api/index.ts';
import { Fault } from '../diagnostic/fault.ts';
import { formatAddress, parseAddress, sameAddress } from '../ip/address.ts';
import type { KnownEndpoint, Population } from './policy-records.ts';

type Question = BodyOf<'testPolicy'>;

/** What a person named: an address alone, or endpoints of one container. */
type Named = { readonly text: string; readonly endpoints: readonly KnownEndpoint[]; readonly address?: string };

export function answerQuestion(question: Question, book: Rulebook, population: Population): PolicyAnswer {
  const protocol = protocolNumber(question.protocol);
  if (protocol === undefined)
    throw new Fault('request-invalid', `There is no protocol ${question.protocol}.`, {
      hint: 'TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite, or a number from 1 to 255.',
    });
  if (hasPorts(protocol) && question.port === undefined)
    throw new Fault('request-invalid', `${question.protocol} has ports, so say which one is asked for.`);
  const [from, to] = [find(question.from, population), find(question.to, population)];
  const ends = choose(from, to, protocol);
  const packet: Packet = {
    from: partyOf(ends.from),
    to: partyOf(ends.to),
    protocol,
    ...(question.port === undefined ? {} : { port: question.port }),
    ...(question.sourcePort === undefined ? {} : { sourcePort: question.sourcePort }),
    ...(question.icmpType === undefined ? {} : { icmp: { type: question.icmpType, code: question.icmpCode ?? 0 } }),
  };
  const shown = { from: showEnd(from, ends.from), to: showEnd(to, ends.to) };
  if (isOwnHost(ends, population))
    return {
      ...shown,
      ...said('allow', 'a host always reaches its own containers'),
      egress: said('allow', 'the sender is a host'),
      logged: [],
    };
  const decision = decide(book, packet);
  const isolated = isolation(ends, decision);
  const { verdict } = isolated ?? decision;
  const { by } = decision.decided;
  return {
    ...shown,
    verdict,
    by: isolated?.by ?? explainRuling(by),
    ...(isolated === undefined && by.kind === 'policy'
      ? { policy: shownName(by.policy.name), rule: by.rule + 1, direction: by.direction }
      : {}),
    ...(isolated === undefined && by.kind === 'end-of-tier' ? { direction: by.direction } : {}),
    egress: said(decision.egress.verdict, explainRuling(decision.egress.by)),
    ...(decision.ingress === undefined
      ? {}
      : { ingress: said(decision.ingress.verdict, explainRuling(decision.ingress.by)) }),
    logged: [...loggedBy(decision)],
  };
}

const said = (verdict: 'allow' | 'deny', by: string) => ({ verdict, by });

/** An address, `container`, `network/container`, or the beginning of an id. */
function find(text: string, { endpoints }: Population): Named {
  const address = parseAddress(text);
  if (address !== undefined) {
    const canonical = formatAddress(address);
    return {
      text,
      address: canonical,
      endpoints: endpoints.filter((one) => one.endpoint.addresses.includes(canonical)),
    };
  }
  const [network, name] = text.includes('/')
    ? [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)]
    : [undefined, text];
  const found = endpoints.filter(
    (one) =>
      isCalled(one, name) && (network === undefined || one.network?.name === network || one.network?.id === network),
  );
  if (found.length > 0) return { text, endpoints: found };
  throw new Fault('endpoint-unknown', `There is no container ${text.slice(0, 200)} on a Clocker network.`, {
    hint: 'Name a running container (or network/container), an endpoint of clocker network show, or an address.',
  });
}

const shortest = 6;
const isCalled = ({ record, endpoint }: KnownEndpoint, name: string): boolean =>
  endpoint.name === name ||
  record?.container?.name === name ||
  (name.length >= shortest &&
    (record?.id.startsWith(name) === true || record?.container?.id.startsWith(name) === true));

type End = { readonly address: string; readonly known?: KnownEndpoint };
type Ends = { readonly from: End; readonly to: End };

const endsOf = ({ endpoints, address }: Named): readonly End[] => {
  if (address !== undefined)
    return endpoints.length === 0 ? [{ address }] : endpoints.map((known) => ({ address, known }));
  return endpoints.flatMap((known) => known.endpoint.addresses.map((one) => ({ address: one, known })));
};

const isV6 = (address: string): boolean => address.includes(':');

/** Of one family; on one network where they share one; IPv4 before IPv6 unless the protocol says otherwise. */
function choose(from: Named, to: Named, protocol: number): Ends {
  const pairs = endsOf(from).flatMap((one) => endsOf(to).map((other) => ({ from: one, to: other })));
  const fitting = pairs.filter((pair) => isV6(pair.from.address) === isV6(pair.to.address));
  const wanted = fitting.filter((pair) =>
    protocol === 58 ? isV6(pair.to.address) : protocol !== 1 || !isV6(pair.to.address),
  );
  const shared = wanted.filter(
    (pair) => pair.from.known?.network !== undefined && pair.from.known.network.id === pair.to.known?.network?.id,
  );
  const chosen =
    shared.find((pair) => !isV6(pair.to.address)) ??
    shared[0] ??
    wanted.find((pair) => !isV6(pair.to.address)) ??
    wanted[0];
  if (chosen !== undefined) return chosen;
  throw new Fault('request-invalid', `${from.text} and ${to.text} have no addresses of one family for this protocol.`);
}

function partyOf({ address, known }: End): Party {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new Fault('request-invalid', `${address} is no address.`);
  return { address: parsed, ...(known === undefined ? {} : { endpoint: known.endpoint }) };
}

function showEnd({ text }: Named, { address, known }: End): string {
  const name = known?.record?.container?.name ?? (known === undefined ? undefined : text);
  const network = known?.network?.name;
  return name === undefined || name === address
    ? address
    : `${network === undefined ? '' : `${network}/`}${name} (${address})`;
}

/** Calico does not ask policies there either. */
function isOwnHost({ from, to }: Ends, { nodes }: Population): boolean {
  const node = nodes.find(({ name }) => name === to.known?.endpoint.node);
  const address = parseAddress(from.address);
  return (
    from.known === undefined &&
    address !== undefined &&
    [node?.ipv4, node?.ipv6].some((one) => one !== undefined && sameAddress(one.address, address))
  );
}

/** What `docker network create --internal` promises, no policy takes back. */
function isolation(
  { from, to }: Ends,
  { verdict }: Decision,
): { readonly verdict: 'deny'; readonly by: string } | undefined {
  if (verdict === 'deny') return undefined;
  const isShared = from.known?.network !== undefined && from.known.network.id === to.known?.network?.id;
  const internal = [from, to].map(({ known }) => known?.network).find((network) => network?.internal === true);
  if (isShared || internal === undefined) return undefined;
  return {
    verdict: 'deny',
    by: `the network ${internal.name ?? internal.id.slice(0, 12)} is internal, whatever policies allow`,
  };
}
