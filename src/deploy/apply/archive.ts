/** Files for a container as a tar archive that is unpacked at its root. */
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { WantedFile } from '../container/files.ts';

export function archiveOf(files: readonly WantedFile[]): Readable {
  const archive = pack();
  for (const { target, content, uid, gid, mode } of files)
    archive.entry({ name: target.replace(/^\/+/, ''), uid, gid, mode, mtime: new Date(0) }, content);
  archive.finalize();
  return Readable.from(archive);
}
