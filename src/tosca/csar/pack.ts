/** Files -> a zip archive, the same bytes for the same files: names in order, one date, one way to compress. */
import { deflateRawSync } from 'node:zlib';
import type { Contents } from './contents.ts';
import { badName } from './contents.ts';
import { crc32 } from './crc32.ts';

/** 1 January 1980, the first day zip knows. */
const day = 0x21;
/** Made by Unix, so that the mode counts: a plain file, readable by all. */
const madeBy = 0x0314;
const mode = 0o100644;
const utf8 = 0x0800;

/** TOSCA.meta comes first, so that a reader of the stream knows at once what it has. Throws on a name no archive may have. */
export function packZip(contents: Contents): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of [...contents].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    const bad = badName(name);
    if (bad !== undefined) throw new Error(`"${name}" can’t be put into an archive: ${bad}`);
    const packed = deflateRawSync(bytes, { level: 9 });
    const isSmaller = packed.length < bytes.length;
    const data = isSmaller ? packed : bytes;
    const header = headerOf(name, bytes, data.length, isSmaller ? 8 : 0);
    const file = Buffer.from(name, 'utf8');
    local.push(Buffer.concat([signature(0x04034b50), header, Buffer.from([0, 0]), file, data]));
    central.push(
      Buffer.concat([
        signature(0x02014b50),
        short(madeBy),
        header,
        Buffer.alloc(2),
        Buffer.alloc(2),
        Buffer.alloc(2),
        Buffer.alloc(2),
        long(mode * 65_536),
        long(offset),
        file,
      ]),
    );
    offset += local.at(-1)?.length ?? 0;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.concat([
    signature(0x06054b50),
    Buffer.alloc(4),
    short(central.length),
    short(central.length),
    long(directory.length),
    long(offset),
    Buffer.alloc(2),
  ]);
  return Buffer.concat([...local, directory, end]);
}

const rank = (name: string): number => (/^(?:TOSCA-Metadata\/)?TOSCA\.meta$/.test(name) ? 0 : 1);

/** The part both headers share, from the version needed to the length of the name. */
function headerOf(name: string, bytes: Buffer, size: number, method: number): Buffer {
  return Buffer.concat([
    short(20),
    short(utf8),
    short(method),
    short(0),
    short(day),
    long(crc32(bytes)),
    long(size),
    long(bytes.length),
    short(Buffer.byteLength(name, 'utf8')),
  ]);
}

const short = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const signature = long;
