/** Reading server-sent events: the data of each, until the stream says that it is whole. */

/** Bytes of one event. */
const longest = 16 * 1024 * 1024;

/** Throws when the stream ends before it says so, or an event is too long or no JSON. */
export async function* readServerEvents(chunks: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.subarray(0, end).toString('utf8').split('\n');
      rest = rest.subarray(end + 2);
      if (lines.includes('event: end')) return;
      const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice('data: '.length));
      if (data.length > 0) yield JSON.parse(data.join('\n'));
    }
    if (rest.length > longest) throw new Error('an event is too long');
  }
  throw new Error('the stream was cut off');
}
