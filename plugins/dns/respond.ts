/** From a message and where it came from to the reply: reads, decides, asks others where the answer is not ours. */
import { answer, type Asker, type Names, type ResourceRecord } from './answer.ts';
import type { Respond } from './listen.ts';
import { bareReply, readQuery, renderReply, type Query, type Rcode, type Reply } from './message.ts';
import type { Transport, Upstream } from './upstream.ts';

/** Who asks, by the address the question came from. */
export type KnownAsker = Asker & {
  /** Nameservers that questions which are not ours go to. */
  readonly servers: readonly string[];
};

export type RespondDeps = {
  readonly names: Names;
  /** Undefined for whom we don't know: then nothing is answered, so that nobody is ever answered in another's name. */
  readonly asker: (address: string) => KnownAsker | undefined;
  readonly upstream: Upstream;
};

/** Seconds: a container that is started again somewhere else is found again soon. */
export const ttl = 5;
const wholeTcp = 65_535;

export const createRespond =
  ({ names, asker: askerOf, upstream }: RespondDeps): Respond =>
  async (message, from, transport) => {
    const asker = askerOf(from);
    if (asker === undefined) return undefined;
    const read = readQuery(message);
    if (read.kind !== 'query') return read.kind === 'wrong' ? read.reply : undefined;
    const { query } = read;
    const verdict = query.isPlain ? decide(query, asker, names) : 'others';
    if (verdict !== 'others') return renderReply(query, { ...verdict, ttl, limit: limitOf(query, transport) });
    if (!asker.mayAskOthers) return bareReply(message, 'refused');
    return (await upstream.ask(message, asker.servers, transport)) ?? bareReply(message, 'failed');
  };

const limitOf = (query: Query, transport: Transport): number => (transport === 'tcp' ? wholeTcp : query.udpSize);

type Decision = Omit<Reply, 'ttl' | 'limit'> | 'others';

const negative = (rcode: Rcode, authoritative: boolean): Decision => ({ rcode, authoritative, records: [] });

function decide(query: Query, asker: Asker, names: Names): Decision {
  if (query.ednsVersion !== undefined && query.ednsVersion !== 0) return negative('bad-version', false);
  if (query.question.class !== 'IN' && query.question.class !== 'ANY') return 'others';
  const verdict = answer(query.question, asker, names);
  switch (verdict.kind) {
    case 'records':
      return { rcode: 'fine', authoritative: true, records: rotated(verdict.records, query.id) };
    case 'no-such-name':
      return negative('no-such-name', true);
    case 'refused':
      return negative('refused', false);
    case 'ask-others':
      return 'others';
  }
}

/** Each asker begins with another member: many take the first and no other. */
function rotated(records: readonly ResourceRecord[], by: number): readonly ResourceRecord[] {
  const first = records.length === 0 ? 0 : by % records.length;
  return [...records.slice(first), ...records.slice(0, first)];
}
