/** Whatever comes: random bytes, and questions with some bytes changed. */
import { decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDirectory } from '../../../plugins/dns/directory.ts';
import { createRespond } from '../../../plugins/dns/respond.ts';

const world = Buffer.from('the world says so');
const directory = createDirectory();
for (let index = 0; index < 200; index++) {
  const endpoint = `e${index}`;
  directory.set(endpoint, { endpoint, network: 'n1', name: endpoint, names: ['data'], ipv4: `198.19.8.${index}` });
}
const respond = createRespond({
  names: { directory, virtual: () => undefined, pools: [] },
  asker: () => ({ kind: 'container', networks: [{ id: 'n1', name: 'red' }], mayAskOthers: true, servers: [] }),
  upstream: { ask: async () => world },
});

describe('hostile messages', () => {
  const real = encode({ type: 'query', id: 9, questions: [{ name: 'data.red', type: 'A' }] });
  const damaged = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
    const copy = Buffer.from(real);
    for (const [at, byte] of changes) copy[at] = byte;
    return copy;
  });
  const anything = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));

  test('are survived, never answered when they are replies, and never with more than fits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, anything), async (message) => {
        const reply = await respond(message, '198.19.8.9', 'udp');
        if (message.length < 12 || (message.readUInt16BE(2) & 0x8000) !== 0) {
          expect(reply).toBeUndefined();
          return;
        }
        if (reply === undefined || reply.equals(world)) return;
        expect(reply.readUInt16BE(0)).toBe(message.readUInt16BE(0));
        expect(reply.readUInt16BE(2) & 0x8000).toBe(0x8000);
        expect(reply.length).toBeLessThanOrEqual(1232);
        expect(() => decode(reply)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });
});
