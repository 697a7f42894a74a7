/** Messages in, messages out: what is malformed, hostile, too long, or somebody else's to answer. */
import { decode, encode, type Packet } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { createDirectory } from '../../../plugins/dns/directory.ts';
import { createRespond, ttl, type KnownAsker } from '../../../plugins/dns/respond.ts';
import type { Upstream } from '../../../plugins/dns/upstream.ts';

const asker: KnownAsker = {
  networks: [{ id: 'n1', name: 'app' }],
  kind: 'container',
  mayAskOthers: true,
  servers: ['198.18.0.53'],
};

const directory = createDirectory();
directory.set('e0', { endpoint: 'e0', network: 'n1', name: 'db', names: [], ipv4: '198.19.8.5' });
for (let index = 1; index <= 120; index++)
  directory.set(`m${index}`, {
    endpoint: `m${index}`,
    network: 'n1',
    name: `many-${index}`,
    names: ['many'],
    ipv4: `198.19.9.${index}`,
  });

type Asked = { readonly query: Buffer; readonly servers: readonly string[] };

function createResponder(reply?: Buffer) {
  const asked: Asked[] = [];
  const upstream: Upstream = {
    ask: (query, servers) => {
      asked.push({ query, servers });
      return Promise.resolve(reply);
    },
  };
  const respond = createRespond({
    names: { directory, virtual: () => undefined, pools: [] },
    asker: (address) => (address === '198.19.8.9' ? asker : undefined),
    upstream,
  });
  return { respond, asked };
}

const query = (name: string, more: Packet = {}): Buffer =>
  encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ type: 'A', name }], ...more });

const ask = async (message: Buffer, transport: 'udp' | 'tcp' = 'udp', from = '198.19.8.9') => {
  const reply = await createResponder().respond(message, from, transport);
  return reply === undefined ? undefined : { ...decode(reply), rcode: (reply[3] ?? 0) & 0xf, length: reply.length };
};

describe('replies', () => {
  test('answer what is asked, for a short time', async () => {
    const reply = await ask(query('db'));
    expect(reply).toMatchObject({ id: 7, rcode: 0, flag_aa: true, flag_tc: false, flag_ra: true });
    expect(reply?.answers).toMatchObject([{ name: 'db', type: 'A', data: '198.19.8.5', ttl }]);
  });

  test('nobody unknown is answered', async () => {
    expect(await ask(query('db'), 'udp', '203.0.113.9')).toBeUndefined();
  });

  test('what does not fit is cut by UDP, said so, and whole by TCP', async () => {
    const cut = await ask(query('many'));
    expect(cut?.flag_tc).toBe(true);
    expect(cut?.length).toBeLessThanOrEqual(512);
    const whole = await ask(query('many'), 'tcp');
    expect(whole).toMatchObject({ flag_tc: false });
    expect(whole?.answers).toHaveLength(120);
  });

  test('with EDNS more fits, but never more than passes everywhere', async () => {
    const reply = await ask(
      query('many', {
        additionals: [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: 65_535,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ],
      }),
    );
    expect(reply?.length).toBeGreaterThan(512);
    expect(reply?.length).toBeLessThanOrEqual(1232);
  });

  test('what is not ours goes to the asker’s nameservers as it came, and their reply comes back', async () => {
    const said = encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'example.org' }], answers: [] });
    const { respond, asked } = createResponder(said);
    expect(await respond(query('example.org'), '198.19.8.9', 'udp')).toEqual(said);
    expect(asked).toEqual([{ query: query('example.org'), servers: ['198.18.0.53'] }]);
  });

  test('when no nameserver answers, the asker is told', async () => {
    expect(await ask(query('example.org'))).toMatchObject({ rcode: 2 });
  });

  test.each([
    { what: 'nothing', message: Buffer.alloc(0) },
    { what: 'half a header', message: Buffer.alloc(7) },
    { what: 'a reply', message: encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'db' }] }) },
  ])('$what gets no reply', async ({ message }) => {
    expect(await ask(message)).toBeUndefined();
  });

  test('another opcode, two questions and a cut name are told to be wrong, in no more bytes than came', async () => {
    const update = query('db');
    update[2] = 0x28;
    const two = encode({
      type: 'query',
      id: 7,
      questions: [
        { type: 'A', name: 'db' },
        { type: 'A', name: 'web' },
      ],
    });
    const cut = query('db').subarray(0, 14);
    for (const [message, rcode] of [
      [update, 4],
      [two, 1],
      [cut, 1],
    ] as const) {
      const reply = await ask(message);
      expect(reply?.rcode).toBe(rcode);
      expect(reply?.length).toBeLessThanOrEqual(message.length);
    }
  });

  test('10,000 damaged messages: a reply that can be read, or none; never an error', async () => {
    const { respond } = createResponder();
    const good = query('db', {
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    });
    let seed = 20_261_128;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let count = 0; count < 10_000; count++) {
      const message = Buffer.from(good.subarray(0, random(4) === 0 ? random(good.length + 1) : good.length));
      for (let change = random(6); change > 0 && message.length > 0; change--)
        message[random(message.length)] = random(256);
      const reply = await respond(message, '198.19.8.9', 'udp');
      if (reply === undefined) continue;
      expect(reply.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      expect((reply[2] ?? 0) & 0x80).toBe(0x80);
      decode(reply);
    }
  });
});
