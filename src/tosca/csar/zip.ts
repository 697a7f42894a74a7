/** Zip archives, read so that nothing in them can do harm: names, sizes and links are checked before a byte is unpacked. */
import { fromBufferPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { badName, limits, takenNames } from './contents.ts';
import type { TakenNames } from './contents.ts';
import type { Unpacked } from './unpacked.ts';
import { refused } from './unpacked.ts';

const linkMode = 0o120000;
const modeMask = 0o170000;

export async function readZip(bytes: Buffer): Promise<Unpacked> {
  let zip: ZipFile;
  try {
    zip = await fromBufferPromise(bytes, {
      lazyEntries: true,
      validateEntrySizes: true,
      strictFileNames: true,
      decodeStrings: true,
    });
  } catch (error) {
    return refused(`The archive can’t be read: ${messageOf(error)}.`);
  }
  try {
    return await readEntries(zip);
  } catch (error) {
    return refused(`The archive is damaged: ${messageOf(error)}.`);
  } finally {
    zip.close();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown');

async function readEntries(zip: ZipFile): Promise<Unpacked> {
  const files = new Map<string, Buffer>();
  const names = takenNames();
  let total = 0;
  if (zip.entryCount > limits.files)
    return refused(`The archive has ${zip.entryCount} entries; ${limits.files} are read at most.`);
  for await (const entry of entriesOf(zip)) {
    const why = whyNot(entry, names, total);
    if (why !== undefined) return refused(`The archive’s entry "${entry.fileName}" is refused: ${why}.`);
    if (entry.fileName.endsWith('/')) continue;
    const content = await readEntry(zip, entry);
    total += content.length;
    files.set(entry.fileName, content);
    names.take(entry.fileName);
  }
  return { kind: 'contents', contents: files };
}

function whyNot(entry: Entry, names: TakenNames, total: number): string | undefined {
  const name = entry.fileName.replace(/\/$/, '');
  const bad = badName(name);
  if (bad !== undefined) return bad;
  if (!entry.fileName.endsWith('/') && names.isTaken(name)) return 'its name is taken';
  if (entry.isEncrypted()) return 'it is encrypted';
  if (((entry.externalFileAttributes >>> 16) & modeMask) >>> 0 === linkMode) return 'it is a link';
  if (entry.uncompressedSize > limits.one || total + entry.uncompressedSize > limits.total) return 'it is too large';
  return undefined;
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void, undefined> {
  for (;;) {
    const next = await new Promise<Entry | undefined>((resolve, reject) => {
      zip.once('entry', resolve);
      zip.once('end', () => resolve(undefined));
      zip.once('error', reject);
      zip.readEntry();
    });
    zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
    if (next === undefined) return;
    yield next;
  }
}

/** The library ends the stream with an error where more comes out than the entry says. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
