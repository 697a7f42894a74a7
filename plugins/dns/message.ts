/** Queries and replies on the wire (RFC 1035, EDNS: RFC 6891). What comes in is hostile until it has been read. */
import {
  AUTHORITATIVE_ANSWER,
  RECURSION_AVAILABLE,
  TRUNCATED_RESPONSE,
  decode,
  encode,
  type Answer,
  type Packet,
} from 'dns-packet';
import type { Question, ResourceRecord } from './answer.ts';

export type Query = {
  readonly id: number;
  readonly question: Question & { readonly class: string };
  readonly recursionDesired: boolean;
  /** Bytes the asker takes by UDP: 512 without EDNS. */
  readonly udpSize: number;
  /** Absent without EDNS. */
  readonly ednsVersion?: number;
  /** False for a name with bytes that have no place in ours: it can't be written again as it came. */
  readonly isPlain: boolean;
};

export type Read =
  | { readonly kind: 'query'; readonly query: Query }
  /** It can be told so: `reply`. */
  | { readonly kind: 'wrong'; readonly reply: Buffer }
  /** Too short, or a reply: answering those would make two servers talk to each other for ever. */
  | { readonly kind: 'noise' };

export const rcodes = {
  fine: 0,
  'format-error': 1,
  failed: 2,
  'no-such-name': 3,
  'not-implemented': 4,
  refused: 5,
  'bad-version': 16,
} as const;
export type Rcode = keyof typeof rcodes;

const headerLength = 12;
const plainUdp = 512;
/** Never fragmented on any path (DNS flag day 2020). */
export const largestUdp = 1232;
const recursionDesiredFlag = 0x0100;

export function readQuery(bytes: Buffer): Read {
  if (bytes.length < headerLength || (bytes.readUInt16BE(2) & 0x8000) !== 0) return { kind: 'noise' };
  const opcode = (bytes.readUInt16BE(2) >> 11) & 0xf;
  if (opcode !== 0) return { kind: 'wrong', reply: bareReply(bytes, 'not-implemented') };
  // Anything but one question, with at most OPT, TSIG and the like behind it, is none of a resolver's.
  const isOne = bytes.readUInt16BE(4) === 1 && bytes.readUInt16BE(6) === 0 && bytes.readUInt16BE(8) === 0;
  if (!isOne || bytes.readUInt16BE(10) > 4) return { kind: 'wrong', reply: bareReply(bytes, 'format-error') };
  try {
    const query = queryOf(decode(bytes), isPlainName(bytes));
    return query === undefined ? { kind: 'wrong', reply: bareReply(bytes, 'format-error') } : { kind: 'query', query };
  } catch {
    return { kind: 'wrong', reply: bareReply(bytes, 'format-error') };
  }
}

/** Labels of visible ASCII letters without the dot and the backslash, and no pointer. */
function isPlainName(bytes: Buffer): boolean {
  let at = headerLength;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    if (length > 63) return false;
    const label = bytes.subarray(at + 1, at + 1 + length);
    if (label.some((byte) => byte < 0x21 || byte > 0x7e || byte === 0x2e || byte === 0x5c)) return false;
    at += 1 + length;
  }
  return true;
}

function queryOf(packet: Packet, isPlain: boolean): Query | undefined {
  const [question] = packet.questions ?? [];
  if (question === undefined) return undefined;
  const options = (packet.additionals ?? []).filter((one) => one.type === 'OPT');
  const [edns] = options;
  if (options.length > 1) return undefined;
  return {
    id: packet.id ?? 0,
    question: { name: question.name === '.' ? '' : question.name, type: question.type, class: question.class ?? 'IN' },
    recursionDesired: ((packet.flags ?? 0) & recursionDesiredFlag) !== 0,
    isPlain,
    udpSize: Math.min(largestUdp, Math.max(plainUdp, edns?.udpPayloadSize ?? plainUdp)),
    ...(edns === undefined ? {} : { ednsVersion: edns.ednsVersion }),
  };
}

/** A header and nothing else: shorter than any query, so nothing is gained by sending us rubbish in another's name. */
export function bareReply(query: Buffer, rcode: Rcode): Buffer {
  const reply = Buffer.alloc(headerLength);
  query.copy(reply, 0, 0, 4);
  const kept = reply.readUInt16BE(2) & 0x7900;
  reply.writeUInt16BE(0x8000 | kept | RECURSION_AVAILABLE | (rcodes[rcode] & 0xf), 2);
  return reply;
}

export type Reply = {
  readonly rcode: Rcode;
  readonly records: readonly ResourceRecord[];
  /** Ours to say. */
  readonly authoritative: boolean;
  /** Seconds. */
  readonly ttl: number;
  /** Bytes; what does not fit is left out, and said to be. */
  readonly limit: number;
};

const resource = (name: string, ttl: number, { type, data }: ResourceRecord): Answer => ({
  name,
  ttl,
  class: 'IN',
  type,
  data,
});

/** Tells how long "nothing there" may be believed (RFC 2308 §3). */
const negative = (name: string, ttl: number): Answer => ({
  name,
  type: 'SOA',
  class: 'IN',
  ttl,
  data: { mname: 'clocker', rname: 'hostmaster.clocker', serial: 1, refresh: 60, retry: 60, expire: 60, minimum: ttl },
});

const edns = (rcode: Rcode): Answer => ({
  name: '.',
  type: 'OPT',
  udpPayloadSize: largestUdp,
  extendedRcode: rcodes[rcode] >> 4,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
});

export function renderReply(query: Query, reply: Reply): Buffer {
  const whole = encodeReply(query, reply, reply.records, false);
  if (whole.length <= reply.limit) return whole;
  for (let count = reply.records.length >> 1; count > 0; count >>= 1) {
    const part = encodeReply(query, reply, reply.records.slice(0, count), true);
    if (part.length <= reply.limit) return part;
  }
  return encodeReply(query, reply, [], true);
}

function encodeReply(
  { id, question, recursionDesired, ednsVersion }: Query,
  { rcode, authoritative, ttl, records: all }: Reply,
  records: readonly ResourceRecord[],
  isCut: boolean,
): Buffer {
  const name = question.name === '' ? '.' : question.name;
  const isNegative = authoritative && all.length === 0 && (rcode === 'fine' || rcode === 'no-such-name');
  return encode({
    type: 'response',
    id,
    flags:
      (authoritative ? AUTHORITATIVE_ANSWER : 0) |
      (isCut ? TRUNCATED_RESPONSE : 0) |
      (recursionDesired ? recursionDesiredFlag : 0) |
      RECURSION_AVAILABLE |
      (rcodes[rcode] & 0xf),
    questions: [{ name, type: question.type as 'A', class: question.class as 'IN' }],
    answers: records.map((one) => resource(name, ttl, one)),
    authorities: isNegative ? [negative(name, ttl)] : [],
    additionals: ednsVersion === undefined ? [] : [edns(rcode)],
  });
}
