import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFrames, readJsonLines } from '../../../src/host/docker/lines.ts';

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const size of sizes) {
    yield bytes.subarray(from, from + size);
    from += size;
  }
  yield bytes.subarray(from);
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const sizes = fc.array(fc.nat({ max: 20 }), { maxLength: 30 });

test('JSON lines are the same wherever the chunks break', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 8 }), sizes, fc.boolean(), async (values, at, isEnded) => {
      const text = values.map((value) => JSON.stringify(value)).join('\r\n') + (isEnded ? '\n' : '');
      const read = await collect(readJsonLines(cut(Buffer.from(text), at)));
      expect(JSON.stringify(read)).toBe(JSON.stringify(values));
    }),
  );
});

test('frames are the same wherever the chunks break', async () => {
  const frame = fc.record({ number: fc.constantFrom(1, 2), text: fc.string() });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 8 }), sizes, async (frames, at) => {
      const bytes = Buffer.concat(
        frames.map(({ number, text }) => {
          const body = Buffer.from(text);
          const header = Buffer.from([number, 0, 0, 0, 0, 0, 0, 0]);
          header.writeUInt32BE(body.length, 4);
          return Buffer.concat([header, body]);
        }),
      );
      const read = await collect(readFrames(cut(bytes, at)));
      const wanted = frames.map(({ number, text }) => [number === 2 ? 'stderr' : 'stdout', text]);
      expect(read.map(({ stream, bytes: body }) => [stream, body.toString()])).toEqual(wanted);
    }),
  );
});

test('a frame that claims to be endless is refused before it is awaited', async () => {
  await expect(collect(readFrames(cut(Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]), [])))).rejects.toThrow();
});
