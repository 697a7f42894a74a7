/** CSARs as documents: an archive, or the folder of one. */
import { posix } from 'node:path';
import type { Problem } from '../diagnostic/problem.ts';
import type { FileContent, Files } from '../document/files.ts';
import { bytesOfHost } from '../host/files.ts';
import type { ArchivedTemplate } from '../tosca/csar/index.ts';

export type Opened = { readonly template: ArchivedTemplate | undefined; readonly problems: readonly Problem[] };

/** Bytes of an archive as it lies on disk. */
export const largestArchive = 512 * 1024 * 1024;

/** `undefined`: the path is neither an archive nor the folder of one. */
export async function openIfArchive(path: string, content: FileContent, disk: Files): Promise<Opened | undefined> {
  if (content.kind === 'directory') return openIfFolder(path, disk);
  if (content.kind === 'text' && !mayBeTar(content.text)) return undefined;
  if (content.kind === 'missing') return undefined;
  const bytes = bytesOfHost(path, largestArchive);
  const { archiveKind, openArchive } = await import('../tosca/csar/index.ts');
  if (bytes === undefined || archiveKind(bytes) === undefined) return undefined;
  const { value, problems } = await openArchive(path, bytes);
  return { template: value, problems };
}

/** A tar of texts is text as well, with zeros in it. */
const mayBeTar = (text: string): boolean => text.slice(0, 512).includes('\u0000');

async function openIfFolder(path: string, disk: Files): Promise<Opened | undefined> {
  const names = disk.list(path);
  const isCsar = names.includes('TOSCA-Metadata') || names.includes('TOSCA.meta');
  if (!isCsar && !names.some((name) => isTemplate(disk.read(posix.join(path, name)), name))) return undefined;
  const { openFolder } = await import('../tosca/csar/index.ts');
  const { value, problems } = openFolder(path, disk);
  return { template: value, problems };
}

const isTemplate = (content: FileContent, name: string): boolean =>
  /\.ya?ml$/i.test(name) && content.kind === 'text' && /^tosca_definitions_version[ \t]*:/m.test(content.text);
