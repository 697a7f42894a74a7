/** What the commands for archives share: reading one, writing a result, and telling what is wrong. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { problemJson } from '../diagnostic/render.ts';
import { bytesOfHost } from '../host/files.ts';
import { largestArchive } from './archive.ts';
import { ClockerCommand } from './base.ts';
import { renderProblems } from './input.ts';

export abstract class ArchiveCommand extends ClockerCommand {
  /** Tells the problems; true, and exit code 1, where there are errors among them. */
  protected async refuses(problems: readonly Problem[], sources = new Map<string, string>()): Promise<boolean> {
    const isRefused = hasErrors(problems);
    if (isRefused) process.exitCode = 1;
    if (this.wantsJson && isRefused) this.printJson({ problems: problems.map(problemJson) });
    if (!this.wantsJson && problems.length > 0) this.note(await renderProblems(problems, sources));
    return isRefused;
  }
}

export function readBytes(path: string): Buffer {
  const bytes = bytesOfHost(resolve(path), largestArchive);
  if (bytes === undefined)
    throw new Fault('file-unreadable', `${path} can't be read: it is not there, no plain file, or too large.`);
  return bytes;
}

export function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault('file-unreadable', `The key ${path} can't be read.`, { cause });
  }
}

export function writeBytes(path: string, bytes: string | Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('file-unwritable', `${path} can't be written: ${reason}.`, { cause });
  }
}
