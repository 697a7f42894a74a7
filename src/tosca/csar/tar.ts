/** Tar archives (2.0 §17.1.1.1), plain or behind gzip. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { badName, limits, takenNames } from './contents.ts';
import type { Unpacked } from './unpacked.ts';
import { refused } from './unpacked.ts';

/** Said by us to end a stream; everything else that ends it is damage. */
class Refusal extends Error {}

export async function readTar(bytes: Buffer, isCompressed: boolean): Promise<Unpacked> {
  const files = new Map<string, Buffer>();
  const names = takenNames();
  let total = 0;
  const unpack = extract();
  const collect = async (): Promise<void> => {
    for await (const entry of unpack) {
      const { header } = entry;
      const name = header.name.replace(/^(?:\.\/)+/, '').replace(/\/$/, '');
      if (header.type === 'directory' || name === '' || name === '.') {
        entry.resume();
        continue;
      }
      const why =
        badName(name) ??
        (header.type !== 'file' && header.type !== 'contiguous-file'
          ? `it is a ${header.type ?? 'thing of no known kind'}`
          : undefined);
      if (why !== undefined) throw new Refusal(`The archive’s entry "${name}" is refused: ${why}.`);
      if (names.isTaken(name)) throw new Refusal(`The archive’s entry "${name}" is refused: its name is taken.`);
      if (files.size >= limits.files) throw new Refusal(`The archive has more than ${limits.files} entries.`);
      if ((header.size ?? 0) > limits.one || total + (header.size ?? 0) > limits.total)
        throw new Refusal(`The archive’s entry "${name}" is refused: it is too large.`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      const content = Buffer.concat(chunks);
      total += content.length;
      files.set(name, content);
      names.take(name);
    }
  };
  try {
    const source = Readable.from(slices(bytes));
    await Promise.all([
      isCompressed ? pipeline(source, createGunzip(), counting(), unpack) : pipeline(source, unpack),
      collect(),
    ]);
    return { kind: 'contents', contents: files };
  } catch (error) {
    return refused(
      error instanceof Refusal
        ? error.message
        : `The archive is damaged: ${error instanceof Error ? error.message : 'unknown'}.`,
    );
  }
}

function* slices(bytes: Buffer): Generator<Buffer, void, undefined> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}

/** Stops what grows beyond all bounds while it is unpacked. */
const counting = () =>
  async function* (source: AsyncIterable<unknown>): AsyncGenerator<Buffer, void, undefined> {
    let total = 0;
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) continue;
      total += chunk.length;
      if (total > limits.total + 2 ** 20 * 64) throw new Refusal(`The archive holds more than ${limits.total} bytes.`);
      yield chunk;
    }
  };
