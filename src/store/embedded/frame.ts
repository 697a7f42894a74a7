/**
 * The log as bytes: a header, then frames, each written and made durable by one write before the next begins.
 *
 *   header  "clocker-store 1\n"
 *   frame   u32 mark · u32 length of the payload · u32 CRC-32 of the payload · payload
 *
 * A write cut short by a crash can only be the last frame, and nobody was told that it happened: it is dropped. A bad
 * frame with a good one behind it, or one that has all its bytes but not the right ones, was damaged later.
 */
import { crc32 } from 'node:zlib';

export const header = Buffer.from('clocker-store 1\n');

const mark = Buffer.from([0xc1, 0x0c, 0xf4, 0x3e]);
const overhead = 12;

export function encodeFrame(payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(overhead + payload.length);
  mark.copy(bytes, 0);
  bytes.writeUInt32LE(payload.length, 4);
  bytes.writeUInt32LE(crc32(payload), 8);
  payload.copy(bytes, overhead);
  return bytes;
}

export type Scan =
  /** `length`: up to where the log is good; what lies behind is an unfinished write. */
  | { readonly kind: 'good'; readonly payloads: readonly Buffer[]; readonly length: number }
  /** `payloads`: those before the damage. */
  | {
      readonly kind: 'damaged';
      readonly payloads: readonly Buffer[];
      readonly offset: number;
      readonly what: string;
    };

function payloadAt(log: Buffer, offset: number): Buffer | undefined {
  if (offset + overhead > log.length || log.compare(mark, 0, mark.length, offset, offset + mark.length) !== 0) return;
  const end = offset + overhead + log.readUInt32LE(offset + 4);
  if (end > log.length) return;
  const payload = log.subarray(offset + overhead, end);
  return crc32(payload) === log.readUInt32LE(offset + 8) ? payload : undefined;
}

function goodFrameAfter(log: Buffer, offset: number): boolean {
  for (let at = log.indexOf(mark, offset + 1); at >= 0; at = log.indexOf(mark, at + 1)) {
    if (payloadAt(log, at) !== undefined) return true;
  }
  return false;
}

/** File systems fill with zeros what a power cut kept them from writing, by blocks that 512 divides. */
function hasHole(log: Buffer, offset: number): boolean {
  const sector = Buffer.alloc(512);
  for (let at = Math.ceil(offset / 512) * 512; at + 512 <= log.length; at += 512) {
    if (log.compare(sector, 0, 512, at, at + 512) === 0) return true;
  }
  const rest = log.subarray(Math.max(offset, Math.floor(log.length / 512) * 512));
  return rest.length > 0 && rest.every((byte) => byte === 0);
}

function isUnfinished(log: Buffer, offset: number): boolean {
  if (goodFrameAfter(log, offset)) return false;
  const rest = log.length - offset;
  const short = rest < overhead || offset + overhead + log.readUInt32LE(offset + 4) > log.length;
  return short || hasHole(log, offset);
}

export function scanLog(log: Buffer): Scan {
  if (log.compare(header, 0, header.length, 0, Math.min(header.length, log.length)) !== 0) {
    return { kind: 'damaged', payloads: [], offset: 0, what: 'it does not begin as a store of Clocker does' };
  }
  const payloads: Buffer[] = [];
  let offset = header.length;
  while (offset < log.length) {
    const payload = payloadAt(log, offset);
    if (payload === undefined) {
      if (isUnfinished(log, offset)) break;
      return { kind: 'damaged', payloads, offset, what: 'a record is not as it was written' };
    }
    payloads.push(payload);
    offset += overhead + payload.length;
  }
  return { kind: 'good', payloads, length: offset };
}
