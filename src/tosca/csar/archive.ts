/** Bytes of an archive -> its files. The kind is told by the bytes, not by the name. */
import { readTar } from './tar.ts';
import type { Unpacked } from './unpacked.ts';
import { refused } from './unpacked.ts';
import { readZip } from './zip.ts';

export async function readArchive(bytes: Buffer): Promise<Unpacked> {
  const kind = archiveKind(bytes);
  if (kind === 'zip') return readZip(bytes);
  if (kind === undefined) return refused('This is neither a zip nor a tar archive.');
  return readTar(bytes, kind === 'tgz');
}

export function archiveKind(bytes: Uint8Array): 'zip' | 'tar' | 'tgz' | undefined {
  const [a, b] = bytes;
  if (a === 0x50 && b === 0x4b) return 'zip';
  if (a === 0x1f && b === 0x8b) return 'tgz';
  // "ustar" stands at 257 in every archive that POSIX or GNU tar writes.
  const magic = String.fromCharCode(...bytes.subarray(257, 262));
  return magic === 'ustar' ? 'tar' : undefined;
}
