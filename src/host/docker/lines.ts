/** Streams of the engine cut into what they carry: JSON objects one a line, and frames of stdout and stderr. */

/** A line that is longer is none of an engine's. */
const longestLine = 16 * 1024 * 1024;

/** Values of newline-delimited JSON; chunks may break anywhere, also within a character. */
export async function* readJsonLines(chunks: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, end).toString('utf8').trim();
      rest = rest.subarray(end + 1);
      if (line !== '') yield JSON.parse(line);
    }
    if (rest.length > longestLine) throw new Error(`A line of more than ${longestLine} bytes.`);
  }
  const last = rest.toString('utf8').trim();
  if (last !== '') yield JSON.parse(last);
}

export type OutputChunk = { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer };

const headerLength = 8;

/**
 * Output of a container without a terminal: an 8-byte header (stream number, three zeros, length big-endian), then so
 * many bytes (Engine API, "Stream format" of ContainerAttach).
 */
export async function* readFrames(chunks: AsyncIterable<unknown>): AsyncGenerator<OutputChunk> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headerLength) {
      const length = rest.readUInt32BE(4);
      if (length > longestLine) throw new Error(`A frame of ${length} bytes.`);
      if (rest.length < headerLength + length) break;
      const bytes = rest.subarray(headerLength, headerLength + length);
      yield { stream: rest[0] === 2 ? 'stderr' : 'stdout', bytes };
      rest = rest.subarray(headerLength + length);
    }
  }
}

/** Output of a container with a terminal is what it is. */
export async function* readRaw(chunks: AsyncIterable<unknown>): AsyncGenerator<OutputChunk> {
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield { stream: 'stdout', bytes: chunk };
}
