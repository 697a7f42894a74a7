/** Archives and unpacked ones -> what is asked of a template: its text, the files around it, and where they end. */
import type { Checked } from '../../diagnostic/problem.ts';
import type { Files } from '../../document/files.ts';
import type { Archive } from '../load/load.ts';
import { toscaProblem } from '../problems.ts';
import { readArchive } from './archive.ts';
import type { Contents } from './contents.ts';
import { filesOfContents } from './contents.ts';
import { openCsar } from './open.ts';

export type ArchivedTemplate = {
  readonly path: string;
  readonly text: string;
  readonly files: Files;
  readonly archive: Archive;
};

/** `path`: of the archive; its files are told as if it were a folder. */
export async function openArchive(path: string, bytes: Buffer): Promise<Checked<ArchivedTemplate | undefined>> {
  const { value: contents, problems } = await unpackArchive(bytes);
  if (contents === undefined) return { value: undefined, problems };
  return openFolder(path, filesOfContents(contents, path));
}

/** `undefined`, with the reason, for what is damaged, too large, or would lead out of the folder it is unpacked in. */
export async function unpackArchive(bytes: Buffer): Promise<Checked<Contents | undefined>> {
  const unpacked = await readArchive(bytes);
  if (unpacked.kind === 'contents') return { value: unpacked.contents, problems: [] };
  return { value: undefined, problems: [toscaProblem('InvalidArchive', unpacked.why, undefined)] };
}

/** A folder an archive was unpacked in; nothing outside of it is read. */
export function openFolder(path: string, files: Files): Checked<ArchivedTemplate | undefined> {
  const root = path.length > 1 ? path.replace(/\/+$/, '') : path;
  const { value, problems } = openCsar(files, root);
  if (value === undefined) return { value, problems };
  const { entry, text, others } = value;
  return { value: { path: entry, text, files, archive: { root, others } }, problems };
}
